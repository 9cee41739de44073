// Reading blocks for small reads: the same bytes as the file's, from few reads, and the same errors.
#include "core/storage/block_reader.h"
#include "tests/support/files.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <random>
#include <vector>

using namespace origami;

class TestBlockReader : public QObject {
    Q_OBJECT

private:
    static constexpr std::size_t kBlock = BlockReader::kBlockBytes;
    static constexpr std::size_t kFileSize = 7 * kBlock + 123;

    QTemporaryDir m_folder;
    const std::filesystem::path m_path = std::filesystem::path(m_folder.path().toStdString()) / "file";
    Bytes m_bytes = Bytes(kFileSize);
    std::optional<RandomAccessFile> m_file;

    [[nodiscard]] bool isAsInFile(std::uint64_t offset, const Bytes& got) const {
        return std::ranges::equal(ByteSpan(m_bytes).subspan(offset, got.size()), got);
    }

private slots:
    void init() {
        std::mt19937 random(7);
        std::ranges::generate(m_bytes, [&] { return static_cast<std::byte>(random()); });
        test::write(m_path, m_bytes);
        Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        QVERIFY(file);
        m_file.emplace(std::move(*file));
    }

    void bytesAreThoseOfTheFile() {
        BlockReader reader(*m_file);
        std::mt19937 random(8);
        for (int i = 0; i < 2000; ++i) {
            const std::size_t offset = random() % (kFileSize + 1);
            const std::size_t most = i % 10 == 0 ? 3 * kBlock : 600;
            Bytes got(std::min(random() % (most + 1), kFileSize - offset));
            QVERIFY(reader.readInto(offset, got));
            QVERIFY(isAsInFile(offset, got));
        }
    }

    // The file is emptied meanwhile: whatever still comes has been kept.
    void oneReadServesThoseBesideIt() {
        BlockReader reader(*m_file);
        Bytes got(8);
        for (const std::uint64_t block : std::vector<std::uint64_t>{0, 1, 3, 6}) {
            QVERIFY(reader.readInto(block * kBlock + 100, got));
        }
        std::filesystem::resize_file(m_path, 0);
        for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{kBlock - 4}, 2 * std::uint64_t{kBlock} - 8,
                                           3 * std::uint64_t{kBlock}, 7 * std::uint64_t{kBlock} - 8}) {
            QVERIFY(reader.readInto(offset, got));
            QVERIFY(isAsInFile(offset, got));
        }
        const Result<void> missing = reader.readInto(2 * kBlock, got);
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::Truncated);
    }

    // Four blocks are kept, and the one that was used least recently goes.
    void memoryIsBounded() {
        BlockReader reader(*m_file);
        Bytes got(8);
        for (const std::uint64_t block : std::vector<std::uint64_t>{0, 1, 2, 3, 0, 4}) {
            QVERIFY(reader.readInto(block * kBlock, got));
        }
        std::filesystem::resize_file(m_path, 0);
        for (const std::uint64_t block : std::vector<std::uint64_t>{0, 2, 3, 4}) {
            QVERIFY(reader.readInto(block * kBlock, got));
        }
        QVERIFY(!reader.readInto(kBlock, got));
    }

    void readsPastTheEndAreTruncated() {
        BlockReader reader(*m_file);
        Bytes got(8);
        for (const std::uint64_t offset : {std::uint64_t{kFileSize - 7}, std::uint64_t{kFileSize}, ~std::uint64_t{0}}) {
            const Result<void> read = reader.readInto(offset, got);
            QVERIFY(!read);
            QCOMPARE(read.error().code, ErrorCode::Truncated);
        }
        QVERIFY(reader.readInto(kFileSize - 8, got));
        QVERIFY(isAsInFile(kFileSize - 8, got));
        QVERIFY(reader.readInto(kFileSize, {}));
    }
};

QTEST_APPLESS_MAIN(TestBlockReader)
#include "tst_block_reader.moc"
