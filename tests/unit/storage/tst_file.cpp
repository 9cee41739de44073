// Reading files: whole, in parts, and where there is nothing to read.
#include "core/storage/file.h"
#include "tests/support/files.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

using namespace origami;

class TestFile : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_path = std::filesystem::path(m_folder.path().toStdString()) / "Präparat 染色.bin";

private slots:
    void init() { test::write(m_path, "0123456789"); }

    void partsAreReadExactly() {
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        QVERIFY(file);
        QCOMPARE(file->size(), std::int64_t{10});
        QVERIFY(*file->read(3, 4) == test::bytesOf("3456"));
        QVERIFY(file->read(10, 0)->empty());
    }

    void partsBeyondTheEndAreTruncated() {
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        QVERIFY(file);
        for (const auto& [offset, length] : {std::pair<std::uint64_t, std::size_t>{9, 2},
                                             {10, 1},
                                             {0xFFFFFFFFFFFFFFFFU, 1},
                                             {0, std::size_t{1} << 60U}}) {
            const Result<Bytes> part = file->read(offset, length);
            QVERIFY(!part);
            QCOMPARE(part.error().code, ErrorCode::Truncated);
            QVERIFY(part.error().message.find(m_path.string()) != std::string::npos);
            QVERIFY(part.error().message.find(std::to_string(offset)) != std::string::npos);
            QVERIFY(part.error().message.find(std::to_string(length)) != std::string::npos);
        }
    }

    // As far as the file system says what that is; others never have it.
    void whatIsCachedNeedsNoDisk() {
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        QVERIFY(file && file->read(0, 10));
        Bytes part(4);
        errno = 0;
        const bool isCached = file->readCachedInto(3, part);
#ifdef __linux__
        QVERIFY(isCached || errno == EOPNOTSUPP);
#else
        QVERIFY(!isCached);
#endif
        QVERIFY(!isCached || part == test::bytesOf("3456"));
        QVERIFY(!file->readCachedInto(7, part));
        QVERIFY(!file->readCachedInto(0xFFFFFFFFFFFFFFFFU, part));
    }

    void wholeFilesHaveALimit() {
        QVERIFY(*readFile(m_path, 10) == test::bytesOf("0123456789"));
        const Result<Bytes> tooLarge = readFile(m_path, 9);
        QVERIFY(!tooLarge);
        QCOMPARE(tooLarge.error().code, ErrorCode::OutOfMemory);
    }

    void whatIsNoFileIsNamed() {
        const std::filesystem::path missing = m_path.parent_path() / "missing";
        const Result<RandomAccessFile> none = RandomAccessFile::open(missing);
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::NotFound);
        QVERIFY(none.error().message.find(missing.string()) != std::string::npos);
        QVERIFY(!RandomAccessFile::open(m_path.parent_path()));
        QVERIFY(!readFile(m_path.parent_path(), 100));
    }

    void manyThreadsReadAtOnce() {
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        QVERIFY(file);
        std::atomic<int> wrong{0};
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < 500; ++i) {
                    const auto at = static_cast<std::size_t>((i + t) % 10);
                    const Result<Bytes> byte = file->read(at, 1);
                    wrong += byte && (*byte)[0] == static_cast<std::byte>('0' + at) ? 0 : 1;
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        QCOMPARE(wrong.load(), 0);
    }
};

QTEST_APPLESS_MAIN(TestFile)
#include "tst_file.moc"
