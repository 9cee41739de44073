// Reading files: whole, in parts, and where there is nothing to read.
#include "core/storage/file.h"
#include "tests/support/files.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

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

    void wholeFilesHaveALimit() {
        QVERIFY(*readFile(m_path, 10) == test::bytesOf("0123456789"));
        const Result<Bytes> tooLarge = readFile(m_path, 9);
        QVERIFY(!tooLarge);
        QCOMPARE(tooLarge.error().code, ErrorCode::Unsupported);
    }

    void severalFilesComeInTurn() {
        std::vector<std::filesystem::path> paths;
        for (int i = 0; i < 11; ++i) {
            paths.push_back(m_path.parent_path() / ("part " + std::to_string(i)));
            if (i != 5) {
                test::write(paths.back(), std::string(static_cast<std::size_t>(i), 'x'));
            }
        }
        std::size_t next = 0;
        readFiles(paths, 9, [&](std::size_t i, const Result<Bytes>& file) {
            QCOMPARE(i, next++);
            QCOMPARE(file.has_value(), i != 5 && i != 10);
            if (file) {
                QCOMPARE(file->size(), i);
            } else {
                QCOMPARE(file.error().code, i == 5 ? ErrorCode::NotFound : ErrorCode::Unsupported);
                QVERIFY(file.error().message.find(paths[i].string()) != std::string::npos);
            }
        });
        QCOMPARE(next, paths.size());
        readFiles({}, 9, [](std::size_t, const Result<Bytes>&) { QFAIL("there are no files"); });
    }

    // Of more than the system fetches at a time, too; not that it has to.
    void whatIsExpectedIsFetched() {
        std::string text(1'000'000, '.');
        std::iota(text.begin(), text.end(), '\0');
        test::write(m_path, text);
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        QVERIFY(file);
        file->expect(999'999, 2);  // nothing
        file->expect(0xFFFFFFFFFFFFFFFFU, 1);
#ifdef __linux__
        QFile written(QString::fromStdString(m_path.string()));
        QVERIFY(written.open(QIODevice::ReadOnly) && ::fsync(written.handle()) == 0);
        uchar* const mapped = written.map(0, written.size());
        const auto isCached = [&] {
            std::vector<unsigned char> pages(text.size() / static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + 1);
            return ::mincore(mapped, text.size(), pages.data()) == 0 &&
                   std::ranges::all_of(pages, [](unsigned char page) { return (page & 1U) != 0; });
        };
        QVERIFY(mapped != nullptr && ::posix_fadvise(written.handle(), 0, 0, POSIX_FADV_DONTNEED) == 0);
        file->expect(0, text.size());
        QTRY_VERIFY(isCached());
#endif
        Bytes part(900'000);
        QVERIFY(file->readInto(3, part));
        QVERIFY(part == test::bytesOf(text.substr(3, part.size())));
    }

    // Reads bytes that were inside the file when it was opened and no longer are.
    void aFileThatBecameShorterHasChanged() {
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        QVERIFY(file);
        test::write(m_path, "0123");
        QVERIFY(*file->read(1, 3) == test::bytesOf("123"));
        const Result<Bytes> gone = file->read(2, 5);
        QVERIFY(!gone);
        QCOMPARE(gone.error().code, ErrorCode::Truncated);
        QCOMPARE(gone.error().message,
                 m_path.string() + " has been changed since it was opened: it had 10 bytes and has 4 now");
    }

    void foldersAreListed() {
        const std::filesystem::path folder = m_path.parent_path() / "listed";
        std::set<std::string> names;
        const auto take = [&names](const std::string& name) { return names.insert(name).second; };
        QCOMPARE(forEachName(folder, take).error().code, ErrorCode::NotFound);
        QVERIFY(!*isFolder(folder));
        std::filesystem::create_directories(folder / "inner");
        test::write(folder / "a.pack", "a");
        QVERIFY(*isFolder(folder));
        QVERIFY(!*isFolder(folder / "a.pack"));
        QVERIFY(!*isFolder(folder / "a.pack" / "below"));
        QVERIFY(forEachName(folder, take));
        QCOMPARE(names, (std::set<std::string>{"a.pack", "inner"}));
        int calls = 0;
        QVERIFY(forEachName(folder, [&calls](const std::string&) { return ++calls == 0; }));
        QCOMPARE(calls, 1);
        const std::filesystem::path endless = folder / std::string(1000, 'x');
        QCOMPARE(isFolder(endless).error().code, ErrorCode::Io);  // the name is too long
    }

    void someTroublePasses() {
        for (const int errnoValue : {EIO, ETIMEDOUT, ESTALE, EAGAIN, ENOMEM}) {
            QVERIFY(isPassing(errnoValue));
            QVERIFY(fileError("read", m_path, errnoValue).mayPass());
        }
        QCOMPARE(fileError("read", m_path, ENOMEM).code, ErrorCode::OutOfMemory);
        for (const int errnoValue : {0, ENOENT, ENOTDIR, EINVAL}) {
            QVERIFY(!isPassing(errnoValue));
        }
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
