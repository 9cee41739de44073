// Which reader opens what, by content; Deep Zoom, OpenSlide's formats and plain images.
#include "core/codec/jpeg_encoder.h"
#include "core/codec/png.h"
#include "core/engine/tile_maker.h"
#include "core/slide/slide.h"
#include "tests/support/files.h"
#include "tests/support/images.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace origami;
namespace fs = std::filesystem;

namespace {

// A picture in which every pixel tells its place.
Rgb32Image mapOf(int width, int height) {
    Rgb32Image image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            image.view().row(y)[x] = rgb32(static_cast<unsigned>(x) & 255U, static_cast<unsigned>(y) & 255U,
                                           static_cast<unsigned>((x >> 8) * 16 + (y >> 8)) & 255U);
        }
    }
    return image;
}

// A Deep Zoom in PNG of level 0 only, whose tiles reach over each other by `overlap` pixels.
void writeDeepZoom(const fs::path& path, const Rgb32Image& image, int tileSize, int overlap) {
    test::write(path, test::deepZoomXml(std::to_string(image.width()), std::to_string(image.height()),
                                        std::to_string(tileSize), std::to_string(overlap), "png"));
    const int levels = static_cast<int>(std::ceil(std::log2(std::max(image.width(), image.height()))));
    const fs::path folder = path.parent_path() / (path.stem().string() + "_files") / std::to_string(levels);
    fs::create_directories(folder);
    for (int y = 0; y * tileSize < image.height(); ++y) {
        for (int x = 0; x * tileSize < image.width(); ++x) {
            const int left = std::max(0, x * tileSize - overlap);
            const int top = std::max(0, y * tileSize - overlap);
            const int right = std::min(image.width(), (x + 1) * tileSize + overlap);
            const int bottom = std::min(image.height(), (y + 1) * tileSize + overlap);
            const fs::path tile = folder / (std::to_string(x) + "_" + std::to_string(y) + ".png");
            if (!writePng(tile, image.view().sub(left, top, right - left, bottom - top))) {
                qFatal("cannot write %s", tile.c_str());
            }
        }
    }
}

std::shared_ptr<const Slide> opened(const fs::path& path) {
    Result<std::shared_ptr<const Slide>> slide = openSlide(path);
    if (!slide) {
        qFatal("%s", slide.error().message.c_str());
    }
    return *slide;
}

Rgb32Image whole(const Slide& slide, int level = 0) {
    const LevelSize size = slide.pyramid().levelSize(level);
    Result<Rgb32Image> image = renderRegion(slide, {.rect = {0, 0, size.width, size.height}, .level = level}, nullptr);
    if (!image) {
        qFatal("%s", image.error().message.c_str());
    }
    return std::move(*image);
}

}  // namespace

class TestOpenSlide : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_temporary;
    fs::path m_folder;
    [[nodiscard]] fs::path at(const char* name) const { return m_folder / name; }

private slots:
    void initTestCase() {
        if (!test::hasSharedSlides()) {
            QSKIP(test::kNoSharedSlides);
        }
    }

    void init() {
        static int count = 0;
        m_folder = fs::path(m_temporary.path().toStdString()) / std::to_string(count++);
        fs::create_directories(m_folder);
    }

    void contentCountsNotTheName() {
        const Rgb32Image image = mapOf(300, 200);
        QVERIFY(writePng(at("slide.svs"), image.view()));
        QCOMPARE(opened(at("slide.svs"))->info().format, SlideFormat::Image);
        test::write(at("slide.png"), *JpegEncoder().encodeRgb32(image.view(), 90, ChromaSampling::Full444));
        QCOMPARE(opened(at("slide.png"))->info().format, SlideFormat::Image);
        test::copyOf(test::sharedSlide("CMU-1-Small-Region.svs"), at("slide.jpg"));
        QCOMPARE(opened(at("slide.jpg"))->info().format, SlideFormat::OpenSlide);
        writeDeepZoom(at("zoom.dzi"), image, 256, 0);
        fs::rename(at("zoom.dzi"), at("zoom.xml"));
        QCOMPARE(opened(at("zoom.xml"))->info().format, SlideFormat::DeepZoom);
    }

    void whatIsNoSlideIsRefusedInOneSentence_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << QByteArray() << "empty.svs";
        QTest::newRow("text named .svs") << QByteArray("just some text\n") << "text.svs";
        QTest::newRow("text named .dzi") << QByteArray("just some text\n") << "text.dzi";
        QTest::newRow("other XML") << QByteArray("<html><body/></html>") << "page.dzi";
        QTest::newRow("half XML") << QByteArray("<?xml version='1.0'?><Image TileSize='256'") << "half.dzi";
        QTest::newRow("a TIFF's first bytes") << QByteArray("II*\0\x08\0\0\0", 8) << "cut.tif";
        QTest::newRow("a PNG's first bytes") << QByteArray("\x89PNG\r\n\x1a\n\0\0\0", 11) << "cut.png";
        QTest::newRow("a JPEG's first bytes") << QByteArray("\xff\xd8\xff\xe0", 4) << "cut.jpg";
        QTest::newRow("a bundle alone") << QByteArray("ORIB").append(QByteArray(60, '\0')) << "residuals.bundle";
        const auto description = [](const char* name, std::string_view width, std::string_view height,
                                    std::string_view tile, std::string_view overlap, std::string_view format) {
            QTest::newRow(name) << QByteArray::fromStdString(test::deepZoomXml(width, height, tile, overlap, format))
                                << "absurd.dzi";
        };
        description("no width", "", "100", "256", "0", "jpg");
        description("width 0", "0", "100", "256", "0", "jpg");
        description("negative height", "100", "-5", "256", "0", "jpg");
        description("more digits than any number", "99999999999999999999", "100", "256", "0", "jpg");
        description("four billion a side", "4000000000", "4000000000", "256", "0", "jpg");
        description("a fraction", "100.5", "100", "256", "0", "jpg");
        description("tiles of 0 pixels", "100", "100", "0", "0", "jpg");
        description("tiles of a billion pixels", "100", "100", "1000000000", "0", "jpg");
        description("tiles a little too large", "100", "100", "8192", "0", "jpg");
        description("overlap larger than a tile", "100", "100", "256", "300", "jpg");
        description("negative overlap", "100", "100", "256", "-1", "jpg");
        description("tiles of another kind", "100", "100", "256", "0", "webp");
        description("tiles elsewhere", "100", "100", "256", "0", "../../etc/passwd");
        QByteArray bomb = "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>";
        for (char c = 'b'; c <= 'z'; ++c) {
            bomb += QByteArray("<!ENTITY ") + c + " '" + QByteArray(QByteArray("&") + char(c - 1) + ";").repeated(10) +
                    "'>";
        }
        QTest::newRow("entities without end") << bomb + "]><Image>&z;</Image>"
                                              << "bomb.dzi";
    }
    void whatIsNoSlideIsRefusedInOneSentence() {
        QFETCH(const QByteArray, content);
        QFETCH(const QString, name);
        const fs::path path = m_folder / name.toStdString();
        test::write(path, content.toStdString());
        fs::create_directories(m_folder / (path.stem().string() + "_files"));
        const auto slide = openSlide(path);
        QVERIFY(!slide);
        const std::string& message = slide.error().message;
        QVERIFY2(message.find(path.string()) != std::string::npos, message.c_str());
        QVERIFY2(message.find('\n') == std::string::npos, message.c_str());
    }

    void numbersOutOfRangeAreToldAsTheyAre() {
        test::write(at("zoom.dzi"), test::deepZoomXml("100", "100", "5000000000"));
        const auto slide = openSlide(at("zoom.dzi"));
        QVERIFY(!slide);
        QVERIFY2(slide.error().message.find("5000000000") != std::string::npos, slide.error().message.c_str());
    }

    void foldersThatAreNoSlidesSaySo() {
        const auto missing = openSlide(at("missing"));
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        const auto empty = openSlide(m_folder);
        QVERIFY(!empty);
        QCOMPARE(empty.error().code, ErrorCode::Unsupported);
        test::write(at("zoom.dzi"), test::deepZoomXml("100", "100"));
        const auto noTiles = openSlide(at("zoom.dzi"));
        QVERIFY(!noTiles);
        QCOMPARE(noTiles.error().code, ErrorCode::NotFound);
    }

    void deepZoomTilesMeetWithoutTheirOverlap_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("tileSize");
        QTest::addColumn<int>("overlap");
        QTest::newRow("no overlap") << 700 << 300 << 256 << 0;
        QTest::newRow("overlap of 1") << 700 << 300 << 254 << 1;
        QTest::newRow("overlap of 8, odd tiles") << 333 << 257 << 101 << 8;
        QTest::newRow("one pixel") << 1 << 1 << 256 << 1;
        QTest::newRow("one column") << 1 << 600 << 256 << 0;
    }
    void deepZoomTilesMeetWithoutTheirOverlap() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        QFETCH(const int, tileSize);
        QFETCH(const int, overlap);
        const Rgb32Image image = mapOf(width, height);
        writeDeepZoom(at("zoom.dzi"), image, tileSize, overlap);
        const auto slide = opened(at("zoom.dzi"));
        QCOMPARE(slide->pyramid().levelSize(0).width, std::int64_t{width});
        QCOMPARE(slide->pyramid().levelSize(0).height, std::int64_t{height});
        QVERIFY(test::areEqual(whole(*slide).view(), image.view()));
    }

    void aMissingDeepZoomTileIsNamed() {
        writeDeepZoom(at("zoom.dzi"), mapOf(700, 300), 256, 0);
        const fs::path tile = at("zoom_files") / "10" / "1_0.png";
        QVERIFY(fs::remove(tile));
        const auto slide = opened(at("zoom.dzi"));
        const auto image = renderRegion(*slide, {.rect = {0, 0, 700, 300}}, nullptr);
        QVERIFY(!image);
        QVERIFY2(image.error().message.find(tile.string()) != std::string::npos, image.error().message.c_str());
    }

    void aperioSlideIsReadWithItsProperties() {
        const auto slide = opened(test::sharedSlide("CMU-1-Small-Region.svs"));
        const SlideInfo& info = slide->info();
        QCOMPARE(info.vendor, std::string("aperio"));
        QCOMPARE(info.pyramid.levelSize(0).width, std::int64_t{2220});
        QCOMPARE(info.pyramid.levelSize(0).height, std::int64_t{2967});
        QCOMPARE(info.micronsPerPixelX.value_or(0), 0.499);
        QCOMPARE(info.objectivePower.value_or(0), 20.0);
        QCOMPARE(info.associatedImages.size(), std::size_t{3});
        for (const AssociatedImage& associated : info.associatedImages) {
            const auto image = slide->readAssociatedImage(associated.name);
            QVERIFY(image);
            QCOMPARE(image->width(), associated.width);
            QCOMPARE(image->height(), associated.height);
        }
        QCOMPARE(slide->readAssociatedImage("none").error().code, ErrorCode::NotFound);
    }

    // JPEG tiles that we decode ourselves are what OpenSlide makes of them.
    void ownTilesAreOpenSlidesTiles() {
        const fs::path path = test::sharedSlide("CMU-1-Small-Region.svs");
        const auto own = opened(path);
        QCOMPARE(own->originOf(0), TileOrigin::Encoded);
        const auto library = openSlide(path, {.decodesTiffTiles = false});
        QVERIFY(library);
        QCOMPARE((*library)->originOf(0), TileOrigin::Pixels);
        for (int level = 0; level < 3; ++level) {
            QVERIFY(test::areEqual(whole(*own, level).view(), whole(**library, level).view()));
        }
    }

    // What one call renders is what its parts are, across the borders of tiles; coarser levels are averages.
    void regionsFitTogether() {
        const auto slide = opened(test::sharedSlide("CMU-1-Small-Region.svs"));
        const LevelRect rect{500, 700, 300, 200};
        const auto region = renderRegion(*slide, {.rect = rect}, nullptr);
        QVERIFY(region);
        const Rgb32Image all = whole(*slide);
        QVERIFY(test::areEqual(region->view(), all.view().sub(500, 700, 300, 200)));
    }

    void plainImagesAreReadAsTheyAre() {
        const Rgb32Image image = mapOf(700, 300);
        QVERIFY(writePng(at("plain.png"), image.view()));
        const auto slide = opened(at("plain.png"));
        QVERIFY(test::areEqual(whole(*slide).view(), image.view()));
        Rgb32Image half(350, 150);
        halve(image.view(), half.view());
        QVERIFY(test::areEqual(whole(*slide, 1).view(), half.view()));
    }
};

QTEST_GUILESS_MAIN(TestOpenSlide)
#include "tst_open_slide.moc"
