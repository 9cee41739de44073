// ORIGAMI TIFFs as slides: what is read is what was written, OpenSlide sees the same pixels, and damage costs no more
// than the tiles that it hits.
#include "core/codec/jpeg_decoder.h"
#include "core/slide/openslide_slide.h"
#include "core/slide/origami_tiff.h"
#include "core/slide/slide.h"
#include "core/storage/tiff_pyramid.h"
#include "tests/support/files.h"
#include "tests/support/images.h"
#include "tests/support/origami_tiff.h"
#include "tests/support/small_slides.h"
#include "tests/support/tiff_bytes.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>

using namespace origami;
using namespace origami::test;

namespace {

namespace fs = std::filesystem;
using SlidePtr = std::shared_ptr<const Slide>;

constexpr std::uint16_t kSubIfds = 330;
constexpr std::uint16_t kDescription = 65000;
constexpr std::uint16_t kChecksums = 65001;

SlidePtr opened(const fs::path& path) {
    Result<SlidePtr> slide = openSlide(path);
    if (!slide) {
        throw std::runtime_error(slide.error().message);
    }
    return *slide;
}

Rgb32Image decoded(ByteSpan stream) {
    Result<Rgb32Image> image = JpegDecoder::forThisThread().decodeRgb32(stream, 4096);
    if (!image) {
        throw std::runtime_error(image.error().message);
    }
    return std::move(*image);
}

// The whole JPEG file that a tile of the pattern is, made without the reader: tables, then the stream.
Bytes wholeTile(TileId id) {
    TileCompressor compressor(id.level == 0 ? 50 : 90);
    Bytes whole = compressor.tables();
    whole.erase(whole.end() - 2, whole.end());
    const Bytes stream = patternTile(compressor, id);
    whole.insert(whole.end(), stream.begin() + 2, stream.end());
    return whole;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

class OrigamiTiffTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_path = fs::path(m_temporary->path().toStdString()) / "slide.tif";
    }

    void everySize_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("1 x 1") << 1 << 1;
        QTest::newRow("255 x 257") << 255 << 257;
        QTest::newRow("1025 x 1023") << 1025 << 1023;
        QTest::newRow("3000 x 2000") << 3000 << 2000;
    }

    void everySize() {
        QFETCH(int, width);
        QFETCH(int, height);
        const OrigamiTiffSize size = writeTiff(m_path, width, height);
        const SlidePtr slide = opened(m_path);
        QCOMPARE(slide->info().format, SlideFormat::OrigamiTiff);
        QCOMPARE(slide->info().bytesByLevel, size.bytesByLevel);
        QCOMPARE(slide->info().fileBytes, size.fileBytes);
        const Pyramid& pyramid = slide->pyramid();
        QCOMPARE(pyramid.levelSize(0), (LevelSize{width, height}));
        QCOMPARE(slide->originOf(0), TileOrigin::Family);

        const LevelSize grid = pyramid.gridSize(0);
        const LevelSize families = pyramid.gridSize(kFamilyLevel);
        QCOMPARE(slide->info().residuals->present, families.width * families.height);
        QCOMPARE(slide->info().residuals->missing, 0);
        for (std::int32_t y = 0; y < families.height; ++y) {
            for (std::int32_t x = 0; x < families.width; ++x) {
                const Result<FamilyStreams> family = slide->readFamily({x, y});
                QVERIFY(family);
                QCOMPARE(family->scheme, ResidualScheme::Bicubic);
                QVERIFY(std::ranges::equal(family->level2.bytes, wholeTile({kFamilyLevel, x, y})));
                for (std::int32_t index = 0; index < 16; ++index) {
                    const TileId id{0, 4 * x + index % 4, 4 * y + index / 4};
                    const StreamSlot& slot = family->level0[static_cast<std::size_t>(index)];
                    QVERIFY(!slot.problem);
                    const bool isThere = id.x < grid.width && id.y < grid.height && hasResidual(id);
                    QCOMPARE(slot.isPresent(), isThere);
                    QVERIFY(!isThere || std::ranges::equal(slot.bytes, wholeTile(id)));
                }
            }
        }
        for (int level = kFamilyLevel; level < pyramid.levelCount(); ++level) {
            QCOMPARE(slide->originOf(level), TileOrigin::Encoded);
            const LevelSize cells = pyramid.gridSize(level);
            for (std::int32_t y = 0; y < cells.height; ++y) {
                for (std::int32_t x = 0; x < cells.width; ++x) {
                    const TileId id{level, x, y};
                    const Result<EncodedTile> tile = slide->readEncoded(id);
                    QVERIFY(tile);
                    QCOMPARE(tile->bytes, wholeTile(id));
                    const LevelRect rect = pyramid.tileRect(id);
                    QCOMPARE(tile->crop, (LevelRect{0, 0, rect.width, rect.height}));
                }
            }
        }
    }

    // Read together, each family has the bytes that it has alone; what is damaged in one costs the others nothing.
    void familiesAreReadTogether() {
        writeTiff(m_path, 4000, 1023);  // 4 x 1 families
        const Result<TiffPyramid> tiff = readTiffPyramid(*RandomAccessFile::open(m_path));
        Bytes bytes = read(m_path);
        const TiffTile level2 = tiff->images[0].tiles[2];  // of family 2_0
        bytes[static_cast<std::size_t>(level2.offset + level2.length / 2)] ^= std::byte{1};
        write(m_path, bytes);
        const SlidePtr slide = opened(m_path);
        const std::array<FamilyId, 4> ids{{{1, 0}, {0, 0}, {3, 0}, {2, 0}}};
        const std::vector<Result<FamilyStreams>> together = slide->readFamilies(ids);
        QCOMPARE(together.size(), ids.size());
        for (std::size_t i = 0; i < 3; ++i) {
            const FamilyId id = ids[i];
            QVERIFY(together[i]);
            QVERIFY(together[i]->id == id);
            QVERIFY(std::ranges::equal(together[i]->level2.bytes, wholeTile({kFamilyLevel, id.x, id.y})));
            for (std::int32_t index = 0; index < 16; ++index) {
                const TileId tile{0, 4 * id.x + index % 4, index / 4};
                const StreamSlot& slot = together[i]->level0[static_cast<std::size_t>(index)];
                QVERIFY(!slot.problem);
                QVERIFY(std::ranges::equal(slot.bytes, hasResidual(tile) ? wholeTile(tile) : Bytes()));
            }
            QCOMPARE(together[i]->bytesRead, slide->readFamily(id)->bytesRead);
        }
        QVERIFY(!together[3]);
        QVERIFY(contains(together[3].error().message, "level 2 tile 2_0"));
    }

    // Our writer stores families row by row: beside one lie those before and behind it, across the ends of rows, too.
    void familiesLieBesideEachOther() {
        writeTiff(m_path, 3000, 2000);  // 3 x 2 families
        const SlidePtr slide = opened(m_path);
        const auto beside = [&](FamilyId id, int count) { return slide->familiesBeside(id, count); };
        QVERIFY(beside({0, 0}, 2) == (std::vector<FamilyId>{{1, 0}, {2, 0}}));
        QVERIFY(beside({2, 0}, 3) == (std::vector<FamilyId>{{0, 1}, {1, 0}, {1, 1}}));
        QVERIFY(beside({2, 1}, 9) == (std::vector<FamilyId>{{1, 1}, {0, 1}, {2, 0}, {1, 0}, {0, 0}}));
        QVERIFY(beside({1, 0}, 0).empty());
    }

    // Tiles of a coarse level, too; one that is damaged costs the others nothing.
    void tilesAreReadTogether() {
        writeTiff(m_path, 12'000, 5'000);  // level 3: 6 x 3 tiles
        const TileId bad{3, 2, 1};
        const Result<TiffPyramid> tiff = readTiffPyramid(*RandomAccessFile::open(m_path));
        Bytes bytes = read(m_path);
        const TiffTile place = tiff->images[1].tiles[8];
        bytes[static_cast<std::size_t>(place.offset + place.length / 2)] ^= std::byte{1};
        write(m_path, bytes);
        const SlidePtr slide = opened(m_path);
        const std::vector<TileId> beside = slide->tilesBeside({3, 3, 1}, 4);
        QCOMPARE(beside, (std::vector<TileId>{{3, 4, 1}, bad, {3, 5, 1}, {3, 1, 1}}));
        const std::vector<Result<EncodedTile>> together = slide->readEncodedTiles(beside);
        QCOMPARE(together.size(), beside.size());
        for (std::size_t i = 0; i < beside.size(); ++i) {
            if (beside[i] == bad) {
                QVERIFY(!together[i]);
                QVERIFY(contains(together[i].error().message, "level 3 tile 2_1"));
            } else {
                QVERIFY(together[i]);
                QVERIFY(std::ranges::equal(together[i]->bytes, wholeTile(beside[i])));
            }
        }
    }

    void bytesOfAFamilyAreCounted() {
        writeTiff(m_path, 300, 300);  // tiles 0_0 and 1_1 .. : 0_0 has no residual, 1_0, 0_1 and 1_1 have
        const Result<FamilyStreams> family = opened(m_path)->readFamily({0, 0});
        QVERIFY(family);
        TileCompressor residuals(50);
        TileCompressor tiles(90);
        std::int64_t residualBytes = 0;
        for (const TileId id : {TileId{0, 1, 0}, TileId{0, 0, 1}, TileId{0, 1, 1}}) {
            QVERIFY(hasResidual(id));
            residualBytes += static_cast<std::int64_t>(patternTile(residuals, id).size());
        }
        QCOMPARE(family->residualBytes, residualBytes);
        QCOMPARE(family->bytesRead, residualBytes + static_cast<std::int64_t>(patternTile(tiles, {2, 0, 0}).size()));
    }

    void theDescriptionBecomesProperties() {
        writeTiff(m_path, 300, 300);
        const SlidePtr slide = opened(m_path);
        const SlideInfo& info = slide->info();
        QCOMPARE(info.id, std::string("slide"));
        QCOMPARE(info.vendor, std::string("aperio"));
        QCOMPARE(info.micronsPerPixelX, std::optional(0.25));
        QCOMPARE(info.micronsPerPixelY, std::optional(0.5));
        QCOMPARE(info.objectivePower, std::optional(40.0));
        QCOMPARE(info.properties.at("aperio.AppMag"), std::string("40"));
        QCOMPARE(info.properties.at("origami.encoder.luma_quality"), std::string("45"));
        QCOMPARE(info.properties.at("origami.source.bytes"), std::string("123456789"));
        const Result<Bytes> profile = slide->readIccProfile();
        QVERIFY(profile);
        QCOMPARE(*profile, tiffDescription().iccProfile);
    }

    void associatedImages() {
        Rgb32Image label(300, 200);
        Rgb32Image macro(641, 333);
        for (Rgb32Image* const image : {&label, &macro}) {
            for (int y = 0; y < image->height(); ++y) {
                for (int x = 0; x < image->width(); ++x) {
                    image->view().row(y)[x] = patternAt(5, x + image->width(), y);
                }
            }
        }
        OrigamiTiffDescription description = tiffDescription();
        description.associatedImages = {{"label", std::as_const(label).view()}, {"macro", std::as_const(macro).view()}};
        writeTiff(m_path, 3000, 2000, description);
        const SlidePtr slide = opened(m_path);
        const std::vector<AssociatedImage>& images = slide->info().associatedImages;
        QCOMPARE(images.size(), 2U);
        QCOMPARE(images[0].name, std::string("label"));
        QCOMPARE(images[1].name, std::string("macro"));
        QCOMPARE(images[1].width, 641);
        QCOMPARE(images[1].height, 333);
        for (const auto& [name, expected] : {std::pair{"label", &label}, std::pair{"macro", &macro}}) {
            const Result<Rgb32Image> image = slide->readAssociatedImage(name);
            QVERIFY(image);
            QCOMPARE(image->width(), expected->width());
            QCOMPARE(image->height(), expected->height());
            // Such slow changes survive a JPEG of quality 90.
            std::int64_t difference = 0;
            for (int y = 0; y < image->height(); ++y) {
                for (int x = 0; x < image->width(); ++x) {
                    difference += std::abs(green(image->view().row(y)[x]) - green(expected->view().row(y)[x]));
                }
            }
            QVERIFY(difference < std::int64_t{2} * image->width() * image->height());
        }
        const Result<Rgb32Image> missing = slide->readAssociatedImage("thumbnail");
        QVERIFY(!missing && missing.error().code == ErrorCode::NotFound);
    }

    // OpenSlide takes the file for a generic TIFF pyramid that begins at our level 2: the same pixels, with nothing of
    // the residuals or the associated images.
    void openSlideSeesTheSamePixels() {
        Rgb32Image label(300, 200);
        fill(label.view(), rgb32(10, 20, 30));
        OrigamiTiffDescription description = tiffDescription();
        description.associatedImages = {{"label", std::as_const(label).view()}};
        writeTiff(m_path, 3000, 2000, description);
        QCOMPARE(*openSlideVendor(m_path), std::string("generic-tiff"));
        const SlidePtr ours = opened(m_path);
        const Result<SlidePtr> theirs = openWithOpenSlide(m_path, false);
        QVERIFY(theirs);
        QCOMPARE((*theirs)->info().properties.at("openslide.level-count"), std::string("3"));
        for (int level = kFamilyLevel; level < ours->pyramid().levelCount(); ++level) {
            const int theirLevel = level - kFamilyLevel;
            QCOMPARE((*theirs)->pyramid().levelSize(theirLevel), ours->pyramid().levelSize(level));
            QCOMPARE((*theirs)->originOf(theirLevel), TileOrigin::Pixels);
            const LevelSize grid = ours->pyramid().gridSize(level);
            for (std::int32_t y = 0; y < grid.height; ++y) {
                for (std::int32_t x = 0; x < grid.width; ++x) {
                    const Result<EncodedTile> tile = ours->readEncoded({level, x, y});
                    QVERIFY(tile);
                    const Rgb32Image pixels = decoded(tile->bytes);
                    const Result<Rgb32Image> expected = (*theirs)->readPixels({theirLevel, x, y}, {});
                    QVERIFY(expected);
                    QVERIFY(areEqual(pixels.view().sub(0, 0, static_cast<int>(tile->crop.width),
                                                       static_cast<int>(tile->crop.height)),
                                     std::as_const(*expected).view()));
                }
            }
        }
    }

    void changedBytesCostTheirTileAlone() {
        writeTiff(m_path, 1025, 1023);
        const Result<TiffPyramid> tiff = readTiffPyramid(*RandomAccessFile::open(m_path));
        Bytes bytes = read(m_path);
        const TiffTile residual = tiff->subImages[0].tiles[1];  // tile 1_0
        bytes[static_cast<std::size_t>(residual.offset + residual.length / 2)] ^= std::byte{1};
        const TiffTile level2 = tiff->images[0].tiles[1];  // of family 1_0
        bytes[static_cast<std::size_t>(level2.offset + level2.length / 2)] ^= std::byte{1};
        write(m_path, bytes);
        const SlidePtr slide = opened(m_path);
        const Result<FamilyStreams> family = slide->readFamily({0, 0});
        QVERIFY(family);
        for (std::size_t i = 0; i < 16; ++i) {
            QCOMPARE(family->level0[i].problem.has_value(), i == 1);
        }
        QCOMPARE(family->level0[1].problem->message,
                 m_path.string() + ": level 0 tile 1_0: its bytes do not match their checksum");
        QVERIFY(!family->level0[1].isPresent());
        const Result<FamilyStreams> other = slide->readFamily({1, 0});
        QVERIFY(!other);
        QVERIFY(contains(other.error().message, "level 2 tile 1_0"));
        QVERIFY(slide->readEncoded({2, 0, 0}));
        QVERIFY(!slide->readEncoded({2, 1, 0}));
    }

    // A residual that the directory has lost is not one of zeros.
    void lostPlacesAreProblems() {
        writeTiff(m_path, 1025, 1023);
        TiffBytes tiff(read(m_path));
        const std::uint64_t main = tiff.firstDirectory();
        const std::uint64_t sub = tiff.number(tiff.valueOf(main, kSubIfds));
        const auto checksums = static_cast<std::size_t>(tiff.number(tiff.valueOf(sub, kChecksums)));
        tiff.set(checksums + 8, 0);  // of tile 1_0, which has bytes
        QVERIFY(!hasResidual({0, 3, 0}));
        tiff.set(checksums + std::size_t{3} * 8, 7);  // of tile 3_0, which has none
        write(m_path, tiff.bytes());
        const Result<FamilyStreams> family = opened(m_path)->readFamily({0, 0});
        QVERIFY(family);
        for (const std::size_t index : {1U, 3U}) {
            QVERIFY(family->level0[index].problem);
            QVERIFY(contains(family->level0[index].problem->message, "contradict"));
        }
        QVERIFY(!family->level0[2].problem);
    }

    void tilesThatLieElsewhereAreProblems() {
        constexpr std::uint16_t kTileOffsets = 324;
        writeTiff(m_path, 1025, 1023);
        TiffBytes tiff(read(m_path));
        const std::uint64_t main = tiff.firstDirectory();
        const std::uint64_t sub = tiff.number(tiff.valueOf(main, kSubIfds));
        const std::size_t valueSize = tiff.valueSize(sub, kTileOffsets);
        const auto offsets = static_cast<std::size_t>(tiff.number(tiff.valueOf(sub, kTileOffsets)));
        const std::uint64_t elsewhere = (~std::uint64_t{0} >> (64 - 8 * valueSize)) - 15;  // the largest such, nearly
        QVERIFY(elsewhere > tiff.bytes().size());
        tiff.set(offsets + valueSize, elsewhere, valueSize);
        write(m_path, tiff.bytes());
        const Result<FamilyStreams> family = opened(m_path)->readFamily({0, 0});
        QVERIFY(family);
        QVERIFY(family->level0[1].problem);
        QVERIFY(contains(family->level0[1].problem->message, "would lie at " + std::to_string(elsewhere)));
        QVERIFY(family->level0[2].isPresent());
    }

    void whatIsNotUnderstoodIsRefused_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("message");
        QTest::newRow("another version") << R"({"format": "ORIGAMI", "version": 6})"
                                         << "ORIGAMI TIFFs of version 6 are not supported";
        QTest::newRow("no version") << R"({"format": "ORIGAMI"})"
                                    << "ORIGAMI TIFFs of version unknown are not supported";
        QTest::newRow("cut") << R"({"format": "ORIGAMI", "version")"
                             << "the description of the ORIGAMI TIFF is damaged";
        QTest::newRow("another format") << R"({"format": "?", "is": "ORIGAMI"})"
                                        << "the description of the ORIGAMI TIFF is damaged";
        QTest::newRow("a list") << R"(["ORIGAMI"])"
                                << "the description of the ORIGAMI TIFF is damaged";
        const QString deep = QString(200000, QLatin1Char('[')) + QString(200000, QLatin1Char(']'));
        QTest::newRow("nested deeply") << QStringLiteral(R"({"format": %1, "is": "ORIGAMI"})").arg(deep)
                                       << "the description of the ORIGAMI TIFF is damaged";
    }

    void whatIsNotUnderstoodIsRefused() {
        QFETCH(QString, json);
        QFETCH(QString, message);
        OrigamiTiffDescription description = tiffDescription();
        description.json = json.toStdString();
        writeTiff(m_path, 300, 300, description);
        const Result<SlidePtr> slide = openSlide(m_path);
        QVERIFY(!slide);
        QCOMPARE(slide.error().message, m_path.string() + ": " + message.toStdString());
    }

    void numbersOfTheWrongKindAreLeftOut() {
        OrigamiTiffDescription description = tiffDescription();
        description.json = R"({"format": "ORIGAMI", "version": 5, "encoder": 7, "source": {"mpp_x": "x", "mpp_y": -1,)"
                           R"( "objective_power": [40], "vendor": 3, "properties": {"a": {"b": 1}, "c": true}}})";
        writeTiff(m_path, 300, 300, description);
        const SlidePtr slide = opened(m_path);
        QVERIFY(!slide->info().micronsPerPixelX && !slide->info().micronsPerPixelY && !slide->info().objectivePower);
        QVERIFY(slide->info().vendor.empty());
    }

    void missingPartsAreNamed() {
        writeTiff(m_path, 1025, 1023);
        const Bytes whole = read(m_path);
        const auto messageAfter = [&](auto change) {
            TiffBytes tiff(whole);
            const std::uint64_t main = tiff.firstDirectory();
            change(tiff, main);
            write(m_path, tiff.bytes());
            const Result<SlidePtr> slide = openSlide(m_path);
            return slide ? std::string() : slide.error().message;
        };
        constexpr std::uint64_t kUnknownTag = 65002;
        QVERIFY(contains(
            messageAfter([&](TiffBytes& tiff, std::uint64_t main) { tiff.set(tiff.entry(main, kSubIfds), 331, 2); }),
            "the residuals of the ORIGAMI TIFF are missing"));
        QVERIFY(contains(messageAfter([&](TiffBytes& tiff, std::uint64_t main) {
                             tiff.set(tiff.entry(main, kChecksums), kUnknownTag, 2);
                         }),
                         "the checksums of level 2 are missing"));
        QVERIFY(contains(messageAfter([&](TiffBytes& tiff, std::uint64_t main) {
                             tiff.set(tiff.valueOf(tiff.number(tiff.valueOf(main, kSubIfds)), 256), 1100, 2);
                         }),
                         "the image of level 2 has 257 x 256 pixels instead of 275 x 256"));
        // Without the description it is an ordinary TIFF.
        QCOMPARE(messageAfter([&](TiffBytes& tiff, std::uint64_t main) {
                     tiff.set(tiff.entry(main, kDescription), kUnknownTag, 2);
                 }),
                 std::string());
        QCOMPARE(opened(m_path)->info().format, SlideFormat::OpenSlide);
    }

    void coarserLevelsThatAreMissingAreDerived() {
        writeTiff(m_path, 1025, 1023);
        TiffBytes tiff(read(m_path));
        tiff.set(tiff.nextDirectoryField(tiff.firstDirectory()), 0);
        write(m_path, tiff.bytes());
        const SlidePtr slide = opened(m_path);
        QCOMPARE(slide->originOf(2), TileOrigin::Encoded);
        QCOMPARE(slide->originOf(3), TileOrigin::Derived);
    }

    // Wherever the file is cut or changed, opening and reading ends, with a result or a sentence.
    void damageAnywhere() {
        Rgb32Image label(30, 20);
        fill(label.view(), rgb32(10, 20, 30));
        OrigamiTiffDescription description = tiffDescription();
        description.associatedImages = {{"label", std::as_const(label).view()}};
        writeTiff(m_path, 1025, 300, description);
        const Bytes whole = read(m_path);
        const auto directories = static_cast<std::size_t>(TiffBytes(whole).firstDirectory());
        const auto attempt = [&] {
            const Result<RandomAccessFile> file = RandomAccessFile::open(m_path);
            if (*isOrigamiTiff(*file)) {
                if (const Result<SlidePtr> slide = openOrigamiTiff(m_path)) {
                    readEverything(**slide, [](const auto&, const Error& error) { QVERIFY(!error.message.empty()); });
                } else {
                    QVERIFY(contains(slide.error().message, m_path.string()));
                }
            }
        };
        // Changes are made in place: writing the file anew each time would take a minute.
        {
            QFile file(QString::fromStdString(m_path.string()));
            QVERIFY(file.open(QIODevice::ReadWrite | QIODevice::Unbuffered));
            const auto put = [&](std::size_t at, std::byte value) {
                return file.seek(static_cast<qint64>(at)) && file.putChar(std::to_integer<char>(value));
            };
            constexpr std::array kFlips{std::byte{0x01}, std::byte{0x80}, std::byte{0xFF}, std::byte{0x10}};
            std::size_t changes = 0;
            for (std::size_t at = 0; at < whole.size(); at += at < 16 || at >= directories ? 1 : 499) {
                QVERIFY(put(at, whole[at] ^ kFlips[changes++ % kFlips.size()]));
                attempt();
                QVERIFY(put(at, whole[at]));
            }
        }
        QCOMPARE(read(m_path), whole);
        for (std::size_t size = whole.size(); size > 0;
             size -= std::min<std::size_t>(size, size > directories ? 61 : 997)) {
            fs::resize_file(m_path, size);
            attempt();
        }
    }

private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_path;
};

QTEST_APPLESS_MAIN(OrigamiTiffTest)
#include "tst_origami_tiff.moc"
