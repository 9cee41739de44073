// Pieces of a file that lie beside each other: which are read together, and that each gets its own bytes.
#include "core/pyramid/tile_id.h"
#include "core/storage/stored_range.h"
#include "tests/support/files.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <limits>
#include <vector>

using namespace origami;

namespace {

constexpr std::int64_t kFileBytes = 400'000;
constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

// Fifteen tiles of 1000 bytes, row by row in a grid of five columns, with a gap of 100'000 bytes before the tenth.
constexpr LevelSize kGrid{5, 3};
TiffTile tileAt(TileId id) {
    const auto index = static_cast<std::uint64_t>(id.y * kGrid.width + id.x);
    return {.offset = 1000 * index + (index >= 10 ? 100'000 : 0), .length = 1000};
}

}  // namespace

class TestStoredRange : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    const std::filesystem::path m_path = std::filesystem::path(m_folder.path().toStdString()) / "file";
    Bytes m_bytes = Bytes(kFileBytes);

    // Whether one read gets all of them, and each has the file's bytes however it gets them.
    bool areReadTogether(const std::vector<TiffTile>& tiles) {
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        std::vector<StoredRange> ranges;
        for (const TiffTile& tile : tiles) {
            ranges.push_back(rangeOf(tile, file->size()));
        }
        const LoadedRange loaded = loadTogether(*file, ranges);
        for (const TiffTile& tile : tiles) {
            Bytes alone;
            const Result<ByteSpan> piece =
                loaded.piece(*file, tile.offset, static_cast<std::size_t>(tile.length), alone);
            if (!piece || !std::ranges::equal(*piece, ByteSpan(m_bytes).subspan(tile.offset, tile.length)) ||
                alone.empty() != (loaded.bytes != nullptr)) {
                qFatal("the bytes are not those of the file");
            }
        }
        return loaded.bytes != nullptr;
    }

private slots:
    void initTestCase() {
        for (std::size_t i = 0; i < m_bytes.size(); ++i) {
            m_bytes[i] = static_cast<std::byte>(i * 7 / 5);
        }
        test::write(m_path, m_bytes);
    }

    void whatLiesTogetherIsReadAtOnce() {
        QVERIFY(areReadTogether({tileAt({0, 1, 0}), tileAt({0, 0, 0}), tileAt({0, 2, 0})}));
        QVERIFY(areReadTogether({tileAt({0, 0, 0}), tileAt({0, 4, 1})}));   // a small gap
        QVERIFY(!areReadTogether({tileAt({0, 4, 1}), tileAt({0, 0, 2})}));  // a large one
        QVERIFY(areReadTogether({tileAt({0, 4, 2})}));
    }

    // Cells that lie together and cells that lie apart get the same bytes.
    void eachCellGetsItsOwnBytes() {
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        const auto read = [&](const std::vector<TileId>& ids) {
            return readTogether(
                *file, std::span<const TileId>(ids), [&](TileId id) { return rangeOf(tileAt(id), file->size()); },
                [&](TileId id, const LoadedRange& loaded) {
                    Bytes alone;
                    const Result<ByteSpan> piece = loaded.piece(*file, tileAt(id).offset, 1000, alone);
                    return piece && std::ranges::equal(*piece, ByteSpan(m_bytes).subspan(tileAt(id).offset, 1000));
                });
        };
        QVERIFY((read({{0, 1, 0}, {0, 3, 0}}) == std::vector<bool>{true, true}));
        QVERIFY((read({{0, 0, 0}, {0, 0, 2}}) == std::vector<bool>{true, true}));
    }

    // They stay out of the range, which could else be anything, and their own reads fail.
    void whatTheFileDoesNotHaveIsLeftOut() {
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
        const std::uint64_t end = kFileBytes;
        for (const TiffTile tile : {TiffTile{end - 10, 11}, TiffTile{end + 1, 1}, TiffTile{kHuge, 2},
                                    TiffTile{5, kHuge}, TiffTile{0, kMaxTiffTileBytes + 1}}) {
            QCOMPARE(rangeOf(tile, kFileBytes).wanted, std::uint64_t{0});
            const std::vector<StoredRange> ranges{rangeOf(tile, kFileBytes), rangeOf({100, 50}, kFileBytes)};
            const LoadedRange loaded = loadTogether(*file, ranges);
            QVERIFY(loaded.bytes && loaded.bytes->size() == 50);
            Bytes alone;
            QVERIFY(!loaded.piece(*file, tile.offset, static_cast<std::size_t>(tile.length), alone));
        }
        QCOMPARE(rangeOf({end - 10, 10}, kFileBytes).wanted, std::uint64_t{10});
        QVERIFY(!loadTogether(*file, std::vector<StoredRange>{rangeOf({7, 0}, kFileBytes)}).bytes);
    }

    void nearestFirstAcrossTheEndsOfRows() {
        const auto beside = [](TileId id, int count) {
            return storedBeside(id, kGrid, count, [](TileId other) { return rangeOf(tileAt(other), kFileBytes); });
        };
        QCOMPARE(beside({3, 0, 0}, 2), (std::vector<TileId>{{3, 1, 0}, {3, 2, 0}}));
        QCOMPARE(beside({3, 4, 0}, 3), (std::vector<TileId>{{3, 0, 1}, {3, 3, 0}, {3, 1, 1}}));
        QCOMPARE(beside({3, 4, 1}, 2), (std::vector<TileId>{{3, 3, 1}, {3, 2, 1}}));  // behind it is the gap
        QCOMPARE(beside({3, 0, 2}, 2), (std::vector<TileId>{{3, 1, 2}, {3, 2, 2}}));
        QCOMPARE(beside({3, 0, 0}, 99).size(), std::size_t{9});
        QVERIFY(beside({3, 0, 0}, 0).empty());
    }
};

QTEST_APPLESS_MAIN(TestStoredRange)
#include "tst_stored_range.moc"
