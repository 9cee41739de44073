// What the writer writes is found again by the TIFF reader, byte for byte; what cannot be written leaves nothing
// behind.
#include "core/base/parallel.h"
#include "core/storage/checksum.h"
#include "core/storage/origami_tiff_writer.h"
#include "core/storage/tiff_pyramid.h"
#include "tests/support/files.h"
#include "tests/support/origami_tiff.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <memory>

#include <sys/resource.h>

using namespace origami;
using namespace origami::test;

namespace {

namespace fs = std::filesystem;

std::size_t filesIn(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TiffPyramid directoriesOf(const fs::path& path) {
    const Result<RandomAccessFile> file = RandomAccessFile::open(path);
    Result<TiffPyramid> pyramid = file ? readTiffPyramid(*file) : file.error();
    if (!pyramid) {
        throw std::runtime_error(pyramid.error().message);
    }
    return std::move(*pyramid);
}

// The streams of a directory are those of the pattern, whatever the order in the file.
void checkTiles(const fs::path& path, const TiffDirectory& directory, int level, int quality) {
    const Bytes file = read(path);
    TileCompressor compressor(quality);
    for (std::size_t i = 0; i < directory.tiles.size(); ++i) {
        const auto index = static_cast<std::int64_t>(i);
        const TileId id{level, static_cast<std::int32_t>(index % directory.grid.width),
                        static_cast<std::int32_t>(index / directory.grid.width)};
        if (level == 0 && !hasResidual(id)) {
            QCOMPARE(directory.tiles[i].length, 0U);
            QCOMPARE(directory.checksums[i], 0U);
            continue;
        }
        const auto stream = slice(file, directory.tiles[i].offset, directory.tiles[i].length);
        QVERIFY(stream);
        QVERIFY(std::ranges::equal(*stream, patternTile(compressor, id)));
        QCOMPARE(directory.checksums[i], checksumOf(*stream));
    }
}

OrigamiTiffTile tileAt(std::int32_t level, std::int32_t x, std::int32_t y, ByteSpan stream) {
    return {TileId{level, x, y}, stream};
}

}  // namespace

class OrigamiTiffWriterTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = m_temporary->path().toStdString();
        m_path = m_folder / "slide.tif";
    }

    void checksumsAreXxh3() {
        // The test vector of XXH3_64bits for no input and seed 0, from xxHash's own sanity check.
        QCOMPARE(checksumOf({}), 0x2D06800538D394C2U);
    }

    void everySize_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("images");  // level 2 and coarser
        QTest::newRow("1 x 1") << 1 << 1 << 1;
        QTest::newRow("255 x 257") << 255 << 257 << 1;
        QTest::newRow("1025 x 1023") << 1025 << 1023 << 2;
        QTest::newRow("3000 x 2000") << 3000 << 2000 << 3;
    }

    void everySize() {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(int, images);
        const OrigamiTiffSize size = writeTiff(m_path, width, height);
        QCOMPARE(filesIn(m_folder), 1U);
        QCOMPARE(size.fileBytes, static_cast<std::int64_t>(fs::file_size(m_path)));

        const TiffPyramid pyramid = directoriesOf(m_path);
        QCOMPARE(pyramid.origamiDescription, std::optional<std::string>(kTiffJson));
        QCOMPARE(pyramid.images.size(), static_cast<std::size_t>(images));
        QCOMPARE(pyramid.subImages.size(), 1U);
        const auto check = [&](const TiffDirectory& directory, int level, int quality) {
            const int scale = 1 << level;
            QCOMPARE(directory.size, (LevelSize{(width + scale - 1) / scale, (height + scale - 1) / scale}));
            QCOMPARE(directory.tileSize, (LevelSize{256, 256}));
            QVERIFY(directory.isJpeg);
            QVERIFY(!directory.isRgb);
            QCOMPARE(directory.isReduced, level > 2);
            QCOMPARE(directory.jpegTables, TileCompressor(quality).tables());
            checkTiles(m_path, directory, level, quality);
            std::int64_t bytes = 0;
            for (const TiffTile& tile : directory.tiles) {
                bytes += static_cast<std::int64_t>(tile.length);
            }
            QCOMPARE(size.bytesByLevel.at(static_cast<std::size_t>(level)), bytes);
        };
        check(pyramid.subImages[0], 0, 50);
        for (int i = 0; i < images; ++i) {
            check(pyramid.images[static_cast<std::size_t>(i)], 2 + i, 90);
        }
        QCOMPARE(size.bytesByLevel.size(), static_cast<std::size_t>(2 + images));
        QCOMPARE(size.bytesByLevel[1], 0);

        const Result<Bytes> profile = readTiffIccProfile(m_path);
        QVERIFY(profile);
        QCOMPARE(*profile, tiffDescription().iccProfile);
    }

    void aFamilyLiesTogether() {
        writeTiff(m_path, 1025, 1023);
        const TiffPyramid pyramid = directoriesOf(m_path);
        // The family at 0 0: level 2 first, then its 4 x 4 residuals row by row, without gaps.
        std::uint64_t next = pyramid.images[0].tiles[0].offset + pyramid.images[0].tiles[0].length;
        for (std::size_t row = 0; row < 4; ++row) {
            for (std::size_t column = 0; column < 4; ++column) {
                const TiffTile& tile = pyramid.subImages[0].tiles[row * 5 + column];
                if (tile.length > 0) {
                    QCOMPARE(tile.offset, next);
                    next += tile.length;
                }
            }
        }
    }

    void threadsWriteSideBySide() {
        const Pyramid pyramid = tiffPyramid(16384, 8192);
        const auto writer = OrigamiTiffWriter::create(m_path, pyramid, false);
        QVERIFY(writer);
        // Each tile's stream says whose it is.
        const auto streamOf = [](TileId id) {
            return bytesOf(std::string(static_cast<std::size_t>(20 + id.x % 7), 'x') + std::to_string(id.level) + "/" +
                           std::to_string(id.x) + "/" + std::to_string(id.y));
        };
        std::atomic<int> failures{0};
        for (int level : {0, 2, 3, 4, 5, 6}) {
            const LevelSize grid = pyramid.gridSize(level);
            parallelFor(static_cast<int>(grid.width * grid.height), [&](int i) {
                const TileId id{level, static_cast<std::int32_t>(i % grid.width),
                                static_cast<std::int32_t>(i / grid.width)};
                const Bytes stream = streamOf(id);
                const OrigamiTiffTile tile{id, stream};
                failures += (*writer)->append({&tile, 1}) ? 0 : 1;
            });
        }
        QCOMPARE(failures.load(), 0);
        QVERIFY((*writer)->finish(tiffDescription()));
        const TiffPyramid directories = directoriesOf(m_path);
        const Bytes file = read(m_path);
        for (int level : {0, 2, 3, 4, 5, 6}) {
            const TiffDirectory& directory =
                level == 0 ? directories.subImages[0] : directories.images[static_cast<std::size_t>(level - 2)];
            QVERIFY(!directory.tiles.empty());
            for (std::size_t i = 0; i < directory.tiles.size(); ++i) {
                const auto index = static_cast<std::int64_t>(i);
                const TileId id{level, static_cast<std::int32_t>(index % directory.grid.width),
                                static_cast<std::int32_t>(index / directory.grid.width)};
                const auto stream = slice(file, directory.tiles[i].offset, directory.tiles[i].length);
                QVERIFY(stream && std::ranges::equal(*stream, streamOf(id)));
            }
        }
    }

    void aSlideWithoutAnyResidual() {
        const Pyramid pyramid = tiffPyramid(600, 300);
        const auto writer = OrigamiTiffWriter::create(m_path, pyramid, false);
        TileCompressor compressor(90);
        const Bytes stream = patternTile(compressor, {2, 0, 0});
        const OrigamiTiffTile tile = tileAt(2, 0, 0, stream);
        QVERIFY(writer && (*writer)->append({&tile, 1}));
        QCOMPARE((*writer)->bytesWritten(), static_cast<std::int64_t>(stream.size()));
        QVERIFY((*writer)->finish(tiffDescription()));
        const TiffPyramid directories = directoriesOf(m_path);
        QCOMPARE(directories.subImages.at(0).tiles.size(), 6U);
        for (const TiffTile& residual : directories.subImages[0].tiles) {
            QCOMPARE(residual.length, 0U);
        }
    }

    void whatHasNoPlaceIsRefused_data() {
        QTest::addColumn<int>("level");
        QTest::addColumn<int>("x");
        QTest::addColumn<int>("y");
        QTest::addColumn<int>("bytes");
        QTest::newRow("level 1") << 1 << 0 << 0 << 10;
        QTest::newRow("a level finer than 0") << -1 << 0 << 0 << 10;
        QTest::newRow("a level coarser than one tile") << 4 << 0 << 0 << 10;
        QTest::newRow("right of the slide") << 2 << 2 << 0 << 10;
        QTest::newRow("below the slide") << 0 << 0 << 4 << 10;
        QTest::newRow("left of the slide") << 0 << -1 << 0 << 10;
        QTest::newRow("a level 2 tile without bytes") << 2 << 0 << 0 << 0;
        QTest::newRow("a level 0 tile of more than a megabyte") << 0 << 0 << 0 << (1 << 20) + 1;
        QTest::newRow("a tile that was given before") << 0 << 4 << 0 << 10;
    }

    void whatHasNoPlaceIsRefused() {
        QFETCH(int, level);
        QFETCH(int, x);
        QFETCH(int, y);
        QFETCH(int, bytes);
        {
            const Pyramid pyramid = tiffPyramid(1025, 1023);
            const auto writer = OrigamiTiffWriter::create(m_path, pyramid, false);
            const Bytes stream(10);
            const OrigamiTiffTile before = tileAt(0, 4, 0, stream);
            QVERIFY(writer && (*writer)->append({&before, 1}));
            const Bytes refused(static_cast<std::size_t>(bytes));
            const OrigamiTiffTile tile = tileAt(level, x, y, refused);
            const Result<void> appended = (*writer)->append({&tile, 1});
            QVERIFY(!appended);
            QCOMPARE(appended.error().code, ErrorCode::InvalidArgument);
            QVERIFY(appended.error().message.find(m_path.string()) != std::string::npos);
            QVERIFY(!(*writer)->finish(tiffDescription()));
        }
        QCOMPARE(filesIn(m_folder), 0U);
    }

    void anIncompletePyramidIsRefused() {
        const Pyramid pyramid = tiffPyramid(1025, 1023);
        const auto writer = OrigamiTiffWriter::create(m_path, pyramid, false);
        const Bytes stream(10);
        for (const OrigamiTiffTile& tile : {tileAt(2, 0, 0, stream), tileAt(3, 0, 0, stream)}) {
            QVERIFY((*writer)->append({&tile, 1}));
        }
        const Result<OrigamiTiffSize> finished = (*writer)->finish(tiffDescription());
        QVERIFY(!finished);
        QVERIFY(finished.error().message.find("level 2") != std::string::npos);
        QVERIFY(!fs::exists(m_path));
    }

    void tablesAreNeeded() {
        const Pyramid pyramid = tiffPyramid(10, 10);
        const auto writer = OrigamiTiffWriter::create(m_path, pyramid, false);
        appendPattern(**writer, pyramid);
        OrigamiTiffDescription description = tiffDescription();
        description.pyramidTables.clear();
        const Result<OrigamiTiffSize> finished = (*writer)->finish(description);
        QVERIFY(!finished && finished.error().code == ErrorCode::InvalidArgument);
    }

    void onlyTilesOf256() {
        const Result<Pyramid> pyramid = Pyramid::create({1000, 1000}, 512);
        const auto writer = OrigamiTiffWriter::create(m_path, *pyramid, false);
        QVERIFY(!writer && writer.error().code == ErrorCode::InvalidArgument);
        QCOMPARE(filesIn(m_folder), 0U);
    }

    void anExistingFileStays() {
        write(m_path, "mine");
        const Pyramid pyramid = tiffPyramid(10, 10);
        const auto writer = OrigamiTiffWriter::create(m_path, pyramid, false);
        QVERIFY(!writer);
        QCOMPARE(writer.error().message, m_path.string() + " exists already");
        QCOMPARE(read(m_path), bytesOf("mine"));
    }

    void anExistingFileIsReplacedAtTheEndWhereAllowed() {
        write(m_path, "mine");
        const Pyramid pyramid = tiffPyramid(10, 10);
        {
            const auto abandoned = OrigamiTiffWriter::create(m_path, pyramid, true);
            QVERIFY(abandoned);
            appendPattern(**abandoned, pyramid);
        }
        QCOMPARE(read(m_path), bytesOf("mine"));
        const auto writer = OrigamiTiffWriter::create(m_path, pyramid, true);
        appendPattern(**writer, pyramid);
        QVERIFY((*writer)->finish(tiffDescription()));
        QCOMPARE(directoriesOf(m_path).images.size(), 1U);
        QCOMPARE(filesIn(m_folder), 1U);
    }

    void aFileThatAppearsMeanwhileStays() {
        const Pyramid pyramid = tiffPyramid(10, 10);
        {
            const auto writer = OrigamiTiffWriter::create(m_path, pyramid, false);
            appendPattern(**writer, pyramid);
            write(m_path, "mine");
            const Result<OrigamiTiffSize> finished = (*writer)->finish(tiffDescription());
            QVERIFY(!finished);
            QCOMPARE(finished.error().message, m_path.string() + " exists already");
        }
        QCOMPARE(read(m_path), bytesOf("mine"));
        QCOMPARE(filesIn(m_folder), 1U);
    }

    void aFolderIsNotReplaced() {
        fs::create_directory(m_path);
        const auto writer = OrigamiTiffWriter::create(m_path, tiffPyramid(10, 10), true);
        QVERIFY(!writer);
        QCOMPARE(writer.error().message, m_path.string() + " is not a regular file and is not overwritten");
    }

    void aMissingFolderIsNamed() {
        const auto writer = OrigamiTiffWriter::create(m_folder / "no" / "slide.tif", tiffPyramid(10, 10), false);
        QVERIFY(!writer);
        QCOMPARE(writer.error().code, ErrorCode::NotFound);
        QVERIFY(writer.error().message.find("there is no folder " + (m_folder / "no").string()) != std::string::npos);
    }

    // The limit on a file's size stands for a disk that is full: whichever write meets it, the writer says so.
    void aFullDiskLeavesNothing() {
        const auto whole = static_cast<rlim_t>(writeTiff(m_folder / "whole.tif", 300, 300).fileBytes);
        fs::remove(m_folder / "whole.tif");
        rlimit before{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
        const Pyramid pyramid = tiffPyramid(300, 300);
        int failures = 0;
        for (rlim_t limit = 1; limit < whole; limit += 97) {
            const rlimit small{limit, before.rlim_max};
            setrlimit(RLIMIT_FSIZE, &small);
            std::string message;
            {
                const auto writer = OrigamiTiffWriter::create(m_path, pyramid, false);
                try {
                    appendPattern(**writer, pyramid);
                    const Result<OrigamiTiffSize> finished = (*writer)->finish(tiffDescription());
                    message = finished ? "" : finished.error().message;
                } catch (const std::runtime_error& error) {
                    message = error.what();
                }
            }
            setrlimit(RLIMIT_FSIZE, &before);
            failures += message == m_path.string() + " cannot be written: File too large" ? 0 : 1;
            failures += filesIn(m_folder) == 0 ? 0 : 1;
        }
        std::signal(SIGXFSZ, handler);
        QCOMPARE(failures, 0);
    }

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;
    fs::path m_path;
};

QTEST_APPLESS_MAIN(OrigamiTiffWriterTest)
#include "tst_origami_tiff_writer.moc"
