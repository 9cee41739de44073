// Slides encoded as ORIGAMI directories: what is written, how near it comes to the source, and what is left behind when
// it cannot be written.
#include "core/base/parallel.h"
#include "core/codec/jpeg_decoder.h"
#include "core/encode/directory_encoder.h"
#include "core/encode/synthetic_slide.h"
#include "core/engine/slide_engine.h"
#include "core/make/tile_maker.h"
#include "core/storage/pack.h"
#include "tests/support/images.h"
#include "tests/support/slides.h"
#include "tests/unit/encode/folder_listing.h"

#include <fmt/format.h>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

using namespace origami;
using namespace origami::test;

namespace {

namespace fs = std::filesystem;

constexpr int kTile = 256;

// Of what a gray JPEG of each tile would lose at this quality.
double plainJpegError(PlaneView luma, int quality) {
    Plane decoded(luma.width, luma.height);
    for (int y = 0; y < luma.height; y += kTile) {
        for (int x = 0; x < luma.width; x += kTile) {
            const int width = std::min(kTile, luma.width - x);
            const int height = std::min(kTile, luma.height - y);
            const Bytes stream = *JpegEncoder().encodeGray(luma.sub(x, y, width, height), quality);
            if (!JpegDecoder().decodeLuma(stream, decoded.view().sub(x, y, width, height))) {
                qFatal("a JPEG just encoded cannot be decoded");
            }
        }
    }
    return meanSquareError(std::as_const(decoded).view(), luma);
}

// formats.md, section 1, word by word: weights 3/4 and 1/4 in each direction, the edge repeats, cropped.
Plane interpolated(PlaneView from, int width, int height) {
    Plane to(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const int otherX = std::clamp(x / 2 + (x % 2 == 0 ? -1 : 1), 0, from.width - 1);
            const int otherY = std::clamp(y / 2 + (y % 2 == 0 ? -1 : 1), 0, from.height - 1);
            const auto across = [&](int row) { return 3 * from.row(row)[x / 2] + from.row(row)[otherX]; };
            to.view().row(y)[x] = static_cast<std::uint8_t>((3 * across(y / 2) + across(otherY) + 8) / 16);
        }
    }
    return to;
}

fs::path packPath(const fs::path& target, std::int64_t x, std::int64_t y) {
    return target / "residual_packs" / fmt::format("{}_{}.pack", x, y);
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

class DirectoryEncoderTest : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_place = m_temporary->path().toStdString();
        m_target = m_place / "slide";
    }

    void writesWhatTheFormatAsksFor_data() { sizes(); }
    void writesWhatTheFormatAsksFor() {
        const PaintedSlide source(fetchedSize());
        const Result<EncodeReport> report = encodeDirectory(source, m_target, {});
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(namesIn(m_place), std::set<std::string>{"slide"});

        const Pyramid& pyramid = source.pyramid();
        const LevelSize size = pyramid.levelSize(0);
        int deepest = 0;  // the level of 1 x 1 pixels
        while (pyramid.levelSize(deepest) != LevelSize{1, 1}) {
            ++deepest;
        }
        const bool hasFamilies = std::max(size.width, size.height) > 2;
        std::map<std::string, LevelSize> images;
        std::set<std::string> names{"baseline_pyramid.dzi", "summary.json"};
        for (int level = hasFamilies ? 2 : 0; level <= deepest; ++level) {
            for (std::int64_t y = 0; y < pyramid.gridSize(level).height; ++y) {
                for (std::int64_t x = 0; x < pyramid.gridSize(level).width; ++x) {
                    const LevelSize left{pyramid.levelSize(level).width - x * kTile,
                                         pyramid.levelSize(level).height - y * kTile};
                    images[fmt::format("baseline_pyramid_files/{}/{}_{}.jpg", deepest - level, x, y)] = {
                        std::min<std::int64_t>(kTile, left.width), std::min<std::int64_t>(kTile, left.height)};
                }
            }
        }
        const LevelSize families = hasFamilies ? pyramid.gridSize(2) : LevelSize{0, 0};
        for (std::int64_t i = 0; i < families.width * families.height; ++i) {
            names.insert(fmt::format("residual_packs/{}_{}.pack", i % families.width, i / families.width));
        }
        std::ranges::transform(images, std::inserter(names, names.end()),
                               [](const auto& image) { return image.first; });

        const std::map<std::string, Bytes> files = filesBelow(m_target);
        std::set<std::string> found;
        std::int64_t bytes = 0;
        std::int64_t packBytes = 0;
        for (const auto& [name, content] : files) {
            found.insert(name);
            bytes += static_cast<std::int64_t>(content.size());
            packBytes += name.ends_with(".pack") ? static_cast<std::int64_t>(content.size()) : 0;
        }
        QCOMPARE(found, names);
        QCOMPARE(report->bytes, bytes);
        QCOMPARE(report->packBytes, packBytes);
        QCOMPARE(report->families, families.width * families.height);

        std::vector<std::int64_t> byLevel(static_cast<std::size_t>(deepest) + 1);
        for (const auto& [name, expected] : images) {
            const Bytes& content = files.at(name);
            const Result<JpegHeader> header = JpegDecoder().readHeader(content);
            QVERIFY(header);
            QCOMPARE((LevelSize{header->width, header->height}), expected);
            QCOMPARE(header->components, 3);
            QVERIFY(!header->subsampled);
            const int dziLevel = std::stoi(name.substr(name.find('/') + 1));
            byLevel[static_cast<std::size_t>(deepest - dziLevel)] += static_cast<std::int64_t>(content.size());
        }
        // Packs hold one gray residual for each tile of levels 1 and 0 that exists, and nothing else.
        for (std::int32_t fy = 0; fy < families.height; ++fy) {
            for (std::int32_t fx = 0; fx < families.width; ++fx) {
                const Result<Pack> pack = parsePack(contentOf(packPath(m_target, fx, fy)), kTile);
                QVERIFY2(pack, pack ? "" : pack.error().message.c_str());
                QCOMPARE(pack->version, 1);
                QVERIFY(pack->level2.empty() && pack->fused.empty());
                const auto check = [&](std::span<const ByteSpan> blobs, int level, int side) {
                    for (int i = 0; i < side * side; ++i) {
                        const std::int64_t x = fx * side + i % side;
                        const std::int64_t y = fy * side + i / side;
                        const LevelSize left{pyramid.levelSize(level).width - x * kTile,
                                             pyramid.levelSize(level).height - y * kTile};
                        const ByteSpan blob = blobs[static_cast<std::size_t>(i)];
                        QCOMPARE(blob.empty(), left.isEmpty());
                        if (!blob.empty()) {
                            const Result<JpegHeader> header = JpegDecoder().readHeader(blob);
                            QVERIFY(header);
                            QCOMPARE(header->components, 1);
                            QCOMPARE(std::int64_t{header->width}, std::min<std::int64_t>(kTile, left.width));
                            QCOMPARE(std::int64_t{header->height}, std::min<std::int64_t>(kTile, left.height));
                            byLevel[static_cast<std::size_t>(level)] += static_cast<std::int64_t>(blob.size());
                        }
                    }
                };
                check(pack->level1, 1, 2);
                check(pack->level0, 0, 4);
            }
        }
        QCOMPARE(report->bytesByLevel, byLevel);
    }

    void everyTileComesBack_data() { sizes(); }
    void everyTileComesBack() {
        const PaintedSlide source(fetchedSize());
        QVERIFY(encodeDirectory(source, m_target, {}));
        const std::shared_ptr<const Slide> slide = opened(m_target);
        QCOMPARE(slide->info().format, SlideFormat::OrigamiDirectory);
        QCOMPARE(slide->pyramid(), source.pyramid());
        const Pyramid& pyramid = slide->pyramid();
        for (int level = 0; level < pyramid.levelCount(); ++level) {
            const LevelSize grid = pyramid.gridSize(level);
            for (std::int32_t i = 0; i < grid.width * grid.height; ++i) {
                const TileId id{level, i % static_cast<std::int32_t>(grid.width),
                                i / static_cast<std::int32_t>(grid.width)};
                if (slide->originOf(level) != TileOrigin::Family) {
                    QCOMPARE(slide->originOf(level), TileOrigin::Encoded);
                    QVERIFY(makeTile(*slide, id, ViewMode::Reconstructed, nullptr));
                    continue;
                }
                const Result<FamilyTiles> family =
                    makeFamily(*slide, Pyramid::familyOf(id), ViewMode::Reconstructed, nullptr);
                QVERIFY(family);
                const auto tile = std::ranges::find(family->tiles, id, &FamilyTile::id);
                QVERIFY(tile != family->tiles.end());
                QVERIFY(!tile->problem);
                QCOMPARE(tile->kind, level == 2 ? TileKind::Baseline : TileKind::Generated);
                QCOMPARE(std::int64_t{tile->pixels.width()}, pyramid.tileRect(id).width);
                QCOMPARE(std::int64_t{tile->pixels.height()}, pyramid.tileRect(id).height);
            }
        }
    }

    // A residual has less in it than the picture, so quantising it loses no more than quantising the picture, a plain
    // gray JPEG of the same quality, would (0.5 dB of slack; 1 / 2 for rounding to pixels and through RGB).
    void pixelsComeBackAsGoodAsAJpegOfTheSameQuality_data() { sizes(); }
    void pixelsComeBackAsGoodAsAJpegOfTheSameQuality() {
        const PaintedSlide source(fetchedSize());
        const LevelSize size = source.pyramid().levelSize(0);
        QVERIFY(encodeDirectory(source, m_target, {}));
        const std::shared_ptr<const Slide> slide = opened(m_target);
        Rgb32Image original = source.paint({0, 0, size.width, size.height});
        for (int level = 0; level < std::min(2, slide->pyramid().levelCount()); ++level) {
            const YCbCrImage expected = toYCbCrImage(original);
            const YCbCrImage actual = toYCbCrImage(wholeLevel(*slide, level));
            QCOMPARE(actual.width(), expected.width());
            QCOMPARE(actual.height(), expected.height());
            const PlaneView luma = expected.y.view();
            const double error = meanSquareError(actual.y.view(), luma);
            const double allowed = 1.12 * plainJpegError(luma, 50) + 0.5;
            QVERIFY2(error <= allowed, qPrintable(QStringLiteral("%1 > %2").arg(error).arg(allowed)));
            // The colour changes too slowly to lose anything by interpolation: 40 dB.
            QVERIFY(meanSquareError(actual.cb.view(), expected.cb.view()) < 6.5);
            QVERIFY(meanSquareError(actual.cr.view(), expected.cr.view()) < 6.5);
            original = halvedImage(std::as_const(original).view());
        }
    }

    // Closed loop: the last residual corrects whatever the coarser ones got wrong. Without it the bad qualities of
    // levels 2 and 1 would show at level 0.
    void theLevel0ResidualCorrectsEverythingBelow() {
        constexpr LevelSize kSize{1025, 1023};
        const PaintedSlide source(kSize, Paint::Gray);
        QVERIFY(encodeDirectory(source, m_target, {.level2Quality = 5, .level1Quality = 5, .level0Quality = 100}));
        const YCbCrImage actual = toYCbCrImage(wholeLevel(*opened(m_target), 0));
        const YCbCrImage expected = toYCbCrImage(source.paint({0, 0, kSize.width, kSize.height}));
        // At quality 100 every quantiser step is 1: half a step for each coefficient, and rounding.
        QVERIFY(meanSquareError(actual.y.view(), expected.y.view()) < 0.75);
        QVERIFY(largestError(actual.y.view(), expected.y.view()) <= 4);
        const YCbCrImage level1 = toYCbCrImage(wholeLevel(*opened(m_target), 1));
        const Rgb32Image original1 = halvedImage(source.paint({0, 0, kSize.width, kSize.height}).view());
        QVERIFY(meanSquareError(level1.y.view(), toYCbCrImage(original1).y.view()) > 10);  // there was much to correct
    }

    // The streams are those of an encoder written from the format's description, byte for byte.
    void residualsAreThoseOfThePlainestEncoder() {
        constexpr LevelSize kSize{1025, 1023};
        const PaintedSlide source(kSize);
        const DirectoryOptions options{.level2Quality = 70, .level1Quality = 40, .level0Quality = 60};
        QVERIFY(encodeDirectory(source, m_target, options));
        for (const FamilyId family : {FamilyId{0, 0}, FamilyId{1, 0}}) {
            const Rgb32Image level0 = source.paint(source.pyramid().familyRect(family, 0));
            const Rgb32Image level1 = halvedImage(level0.view());
            const Rgb32Image level2 = halvedImage(level1.view());
            const Bytes seed = *JpegEncoder().encodeRgb32(level2.view(), 70, ChromaSampling::Full444);
            QCOMPARE(contentOf(m_target / "baseline_pyramid_files/9" / fmt::format("{}_0.jpg", family.x)), seed);
            const Bytes packFile = contentOf(packPath(m_target, family.x, family.y));
            const Pack pack = *parsePack(packFile, kTile);

            Plane known = std::move(JpegDecoder().decodeYCbCr(seed, kTile)->y);
            const auto checkLevel = [&](const Rgb32Image& original, int quality, int side,
                                        std::span<const ByteSpan> blobs) {
                const YCbCrImage wanted = toYCbCrImage(original);
                known = interpolated(std::as_const(known).view(), original.width(), original.height());
                for (int i = 0; i < side * side; ++i) {
                    const int left = i % side * kTile;
                    const int top = i / side * kTile;
                    if (left >= original.width() || top >= original.height()) {
                        continue;
                    }
                    const int width = std::min(kTile, original.width() - left);
                    const int height = std::min(kTile, original.height() - top);
                    Plane residual(width, height);
                    for (int y = 0; y < height; ++y) {
                        for (int x = 0; x < width; ++x) {
                            residual.view().row(y)[x] = static_cast<std::uint8_t>(
                                std::clamp(wanted.y.view().row(top + y)[left + x] -
                                               std::as_const(known).view().row(top + y)[left + x] + 128,
                                           0, 255));
                        }
                    }
                    const Bytes stream = *JpegEncoder().encodeGray(std::as_const(residual).view(), quality);
                    QVERIFY(std::ranges::equal(stream, blobs[static_cast<std::size_t>(i)]));
                    QVERIFY(JpegDecoder().decodeLuma(stream, residual.view()));
                    for (int y = 0; y < height; ++y) {
                        for (int x = 0; x < width; ++x) {
                            std::uint8_t& sample = known.view().row(top + y)[left + x];
                            sample = static_cast<std::uint8_t>(
                                std::clamp(sample + std::as_const(residual).view().row(y)[x] - 128, 0, 255));
                        }
                    }
                }
            };
            checkLevel(level1, 40, 2, pack.level1);
            checkLevel(level0, 60, 4, pack.level0);
        }
    }

    void theEngineShowsASyntheticSlide() {
        const auto source = *SyntheticSlide::create({.size = {1300, 900}});
        QVERIFY(encodeDirectory(*source, m_target, {}));
        SlideEngine engine({});
        const Result<SlideKey> slide = engine.open(m_target);
        QVERIFY(slide);
        QCOMPARE(engine.info(*slide)->micronsPerPixelX, std::optional(0.25));
        QCOMPARE(engine.info(*slide)->objectivePower, std::optional(40.0));
        engine.setView(*slide, {.centre = {650, 450}, .scale = 1, .size = {1300, 900}}, {650, 450});
        QTRY_VERIFY_WITH_TIMEOUT(engine.progress(*slide).isSharp(), 20'000);
        QCOMPARE(engine.progress(*slide).visible, 6 * 4);
        QCOMPARE(engine.progress(*slide).failed, 0);
        for (std::int32_t i = 0; i < 24; ++i) {
            const TileId id{0, i % 6, i / 6};
            const std::shared_ptr<const Tile> tile = engine.tile(*slide, id);
            QVERIFY(tile);
            QCOMPARE(tile->kind, TileKind::Generated);
            const Result<Rgb32Image> original = source->readPixels(id, {});
            QVERIFY(original);
            const YCbCrImage expected = toYCbCrImage(*original);
            const YCbCrImage actual = toYCbCrImage(tile->pixels);
            const double allowed = 1.12 * plainJpegError(expected.y.view(), 50) + 2;
            const double error = meanSquareError(actual.y.view(), expected.y.view());
            QVERIFY2(error <= allowed, qPrintable(QStringLiteral("%1 > %2").arg(error).arg(allowed)));
        }
    }

    void theNumberOfThreadsDoesNotMatter() {
        const PaintedSlide source({2100, 1100});
        withThreads(1, [&] { QVERIFY(encodeDirectory(source, m_place / "one", {})); });
        withThreads(5, [&] { QVERIFY(encodeDirectory(source, m_place / "five", {})); });
        QCOMPARE(filesBelow(m_place / "one"), filesBelow(m_place / "five"));
    }

    void progressCountsFamilies() {
        const PaintedSlide source({2051, 1537});
        std::vector<EncodeProgress> seen;
        const Result<EncodeReport> report =
            encodeDirectory(source, m_target, {}, [&](const EncodeProgress& progress) { seen.push_back(progress); });
        QVERIFY(report);
        QCOMPARE(seen.size(), std::size_t{6});
        for (std::size_t i = 0; i < seen.size(); ++i) {
            QCOMPARE(seen[i].familiesDone, static_cast<std::int64_t>(i) + 1);
            QCOMPARE(seen[i].familiesTotal, std::int64_t{6});
            QVERIFY(i == 0 || seen[i].bytes >= seen[i - 1].bytes);
        }
        QVERIFY(seen.back().bytes <= report->bytes);
    }

    void refusesATargetThatExists_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("overwrite");
        QTest::newRow("folder with files") << "slide/precious.txt" << false;
        QTest::newRow("ORIGAMI directory") << "slide/baseline_pyramid.dzi" << false;
        QTest::newRow("file") << "slide" << false;
        QTest::newRow("folder with files, to be overwritten") << "slide/precious.txt" << true;
        QTest::newRow("file, to be overwritten") << "slide" << true;
    }
    void refusesATargetThatExists() {
        QFETCH(QString, file);
        QFETCH(bool, overwrite);
        putFile(m_place / file.toStdString(), "keep");
        const std::map<std::string, Bytes> before = filesBelow(m_place);
        const Result<EncodeReport> report =
            encodeDirectory(PaintedSlide({300, 300}), m_target, {.overwrite = overwrite});
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::InvalidArgument);
        QVERIFY(contains(report.error().message, m_target.string()));
        QCOMPARE(filesBelow(m_place), before);
        QCOMPARE(namesIn(m_place), std::set<std::string>{"slide"});
    }

    void overwritesAnOrigamiDirectoryWhole() {
        QVERIFY(encodeDirectory(PaintedSlide({2051, 1537}), m_target, {}));
        QVERIFY(encodeDirectory(PaintedSlide({300, 200}), m_target, {.overwrite = true}));
        QVERIFY(encodeDirectory(PaintedSlide({300, 200}), m_place / "fresh", {}));
        QCOMPARE(filesBelow(m_target), filesBelow(m_place / "fresh"));
        QCOMPARE(namesIn(m_place), (std::set<std::string>{"fresh", "slide"}));
    }

    void refusesQualitiesThatDoNotExist() {
        for (const DirectoryOptions& options :
             {DirectoryOptions{.level2Quality = 0}, DirectoryOptions{.level1Quality = 101},
              DirectoryOptions{.level0Quality = -5}}) {
            const Result<EncodeReport> report = encodeDirectory(PaintedSlide({300, 300}), m_target, options);
            QVERIFY(!report);
            QCOMPARE(report.error().code, ErrorCode::InvalidArgument);
            QVERIFY(namesIn(m_place).empty());
        }
    }

    void stoppingLeavesNothingBehind_data() {
        QTest::addColumn<int>("families");
        QTest::addColumn<bool>("overwrite");
        QTest::newRow("before the first family") << 0 << false;
        QTest::newRow("after one") << 1 << false;
        QTest::newRow("after the last") << 6 << false;
        QTest::newRow("while overwriting") << 1 << true;
    }
    void stoppingLeavesNothingBehind() {
        QFETCH(int, families);
        QFETCH(bool, overwrite);
        if (overwrite) {
            QVERIFY(encodeDirectory(PaintedSlide({300, 300}), m_target, {}));
        }
        const std::map<std::string, Bytes> before = filesBelow(m_place);
        const StopSource stop;
        if (families == 0) {
            stop.request_stop();
        }
        const Result<EncodeReport> report = encodeDirectory(
            PaintedSlide({2051, 1537}), m_target, {.overwrite = overwrite},
            [&](const EncodeProgress& progress) {
                if (progress.familiesDone == families) {
                    stop.request_stop();
                }
            },
            stop.token());
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Cancelled);
        QCOMPARE(filesBelow(m_place), before);
        QCOMPARE(namesIn(m_place), overwrite ? std::set<std::string>{"slide"} : std::set<std::string>{});
    }

    void aTileThatCannotBeReadIsNamed_data() {
        QTest::addColumn<bool>("overwrite");
        QTest::newRow("new") << false;
        QTest::newRow("overwriting") << true;
    }
    void aTileThatCannotBeReadIsNamed() {
        QFETCH(bool, overwrite);
        if (overwrite) {
            QVERIFY(encodeDirectory(PaintedSlide({300, 300}), m_target, {}));
        }
        const std::map<std::string, Bytes> before = filesBelow(m_place);
        const PaintedSlide source({2051, 1537}, Paint::Color, [](TileId id) -> Result<void> {
            if (id == TileId{0, 5, 2}) {
                return Error{ErrorCode::Corrupt, "painted slide: level 0 tile 5_2: the disk has a scratch"};
            }
            return {};
        });
        const Result<EncodeReport> report = encodeDirectory(source, m_target, {.overwrite = overwrite});
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Corrupt);
        QCOMPARE(report.error().message, std::string("painted slide: level 0 tile 5_2: the disk has a scratch"));
        QCOMPARE(filesBelow(m_place), before);
        QCOMPARE(namesIn(m_place), overwrite ? std::set<std::string>{"slide"} : std::set<std::string>{});
    }

    void aDamagedTileOfAFileIsNamed() {
        QTemporaryDir folder;
        const fs::path zoom = folder.path().toStdString();
        putFile(zoom / "zoom.dzi",
                "<Image xmlns='http://schemas.microsoft.com/deepzoom/2008' Format='jpg' Overlap='0' TileSize='256'>"
                "<Size Width='1024' Height='512'/></Image>");
        const Bytes stream = *JpegEncoder().encodeRgb32(PaintedSlide({256, 256}).paint({0, 0, 256, 256}).view(), 80,
                                                        ChromaSampling::Full444);
        const QByteArray whole(reinterpret_cast<const char*>(stream.data()), static_cast<qsizetype>(stream.size()));
        for (int i = 0; i < 8; ++i) {
            putFile(zoom / fmt::format("zoom_files/10/{}_{}.jpg", i % 4, i / 4),
                    i == 6 ? whole.left(whole.size() / 2) : whole);
        }
        const Result<EncodeReport> report = encodeDirectory(*opened(zoom / "zoom.dzi"), m_target, {});
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Truncated);
        QVERIFY2(contains(report.error().message, (zoom / "zoom.dzi").string() + ": level 0 tile 2_1"),
                 report.error().message.c_str());
        QVERIFY(namesIn(m_place).empty());
    }

    void aFolderThatCannotBeWrittenToIsSaid() {
        const Result<EncodeReport> report = encodeDirectory(PaintedSlide({300, 300}), m_place / "missing/slide", {});
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::NotFound);
        QVERIFY(namesIn(m_place).empty());
    }

private:
    static void sizes() {
        QTest::addColumn<qint64>("width");
        QTest::addColumn<qint64>("height");
        for (const auto& [width, height] : {std::pair{1, 1},
                                            {2, 2},
                                            {3, 1},
                                            {1, 1500},
                                            {255, 257},
                                            {256, 256},
                                            {257, 255},
                                            {1025, 1023},
                                            {2051, 1537}}) {
            QTest::addRow("%d x %d", width, height) << qint64{width} << qint64{height};
        }
    }
    static LevelSize fetchedSize() {
        QFETCH(qint64, width);
        QFETCH(qint64, height);
        return {width, height};
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_place;
    fs::path m_target;
};

QTEST_GUILESS_MAIN(DirectoryEncoderTest)
#include "tst_directory_encoder.moc"
