// Which reader opens what, by content; Deep Zoom, OpenSlide's formats and plain images.
#include "core/codec/jpeg_encoder.h"
#include "core/codec/png.h"
#include "core/make/tile_maker.h"
#include "core/slide/slide.h"
#include "tests/support/files.h"
#include "tests/support/images.h"
#include "tests/support/slides.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

#include <jpeglib.h>
#include <png.h>

using namespace origami;
using test::opened;
using test::wholeLevel;
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

// Bytes that zlib cannot make shorter by much.
Bytes noise(std::size_t size) {
    Bytes bytes(size);
    std::ranges::generate(bytes, [random = std::mt19937()]() mutable { return static_cast<std::byte>(random()); });
    return bytes;
}

// A profile that says nothing but that it is one for RGB: a header (ICC.1:2010, 7.2), no tags, and something after
// them, as libpng takes very short ones for damaged.
Bytes emptyProfile() {
    Bytes profile = noise(128 + 4 + 124);
    std::fill_n(profile.begin(), 132, std::byte{0});
    const auto put = [&profile](std::size_t offset, std::string_view text) {
        std::ranges::copy(test::bytesOf(text), profile.begin() + static_cast<std::ptrdiff_t>(offset));
    };
    profile[2] = std::byte{1};  // its size: 256
    profile[8] = std::byte{2};  // version 2
    put(12, "mntrRGB XYZ ");
    put(36, "acsp");
    // D50, which every profile is for, as fixed-point numbers
    put(68, std::string_view("\0\0\xF6\xD6\0\1\0\0\0\0\xD3\x2D", 12));
    return profile;
}

// The default error handlers of libpng and libjpeg end the program, which is what a test wants.
void writePngWithProfile(const fs::path& path, const Bytes& profile, double gamma) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    Bytes bytes;
    png_set_write_fn(
        png, &bytes,
        [](png_structp writer, png_bytep data, std::size_t size) {
            const auto* begin = reinterpret_cast<const std::byte*>(data);
            auto& to = *static_cast<Bytes*>(png_get_io_ptr(writer));
            to.insert(to.end(), begin, begin + size);
        },
        nullptr);
    png_set_IHDR(png, info, 2, 1, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (gamma > 0) {
        png_set_gAMA(png, info, gamma);
    }
    png_set_iCCP(png, info, "profile", PNG_COMPRESSION_TYPE_DEFAULT, reinterpret_cast<png_const_bytep>(profile.data()),
                 static_cast<png_uint_32>(profile.size()));
    png_write_info(png, info);
    const std::array<png_byte, 6> row{10, 20, 30, 40, 50, 60};
    png_write_row(png, row.data());
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    test::write(path, bytes);
}

void writeJpegWithProfile(const fs::path& path, const Bytes& profile) {
    jpeg_error_mgr errors;
    jpeg_compress_struct cinfo;
    cinfo.err = jpeg_std_error(&errors);
    jpeg_create_compress(&cinfo);
    unsigned char* output = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&cinfo, &output, &size);
    cinfo.image_width = 2;
    cinfo.image_height = 1;
    cinfo.input_components = 3;
    cinfo.in_color_space = JCS_RGB;
    jpeg_set_defaults(&cinfo);
    jpeg_start_compress(&cinfo, TRUE);
    jpeg_write_icc_profile(&cinfo, reinterpret_cast<const JOCTET*>(profile.data()),
                           static_cast<unsigned>(profile.size()));
    std::array<JSAMPLE, 6> row{10, 20, 30, 40, 50, 60};
    JSAMPROW pointer = row.data();
    jpeg_write_scanlines(&cinfo, &pointer, 1);
    jpeg_finish_compress(&cinfo);
    jpeg_destroy_compress(&cinfo);
    const auto* begin = reinterpret_cast<const std::byte*>(output);
    test::write(path, ByteSpan(begin, size));
    std::free(output);
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
        QVERIFY(test::areEqual(wholeLevel(*slide, 0).view(), image.view()));
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
            QVERIFY(test::areEqual(wholeLevel(*own, level).view(), wholeLevel(**library, level).view()));
        }
    }

    // Read together, each tile has the bytes that it has alone; the file has rows of them in one piece.
    void tilesOfATiffAreReadTogether() {
        const auto slide = opened(test::sharedSlide("CMU-1-Small-Region.svs"));
        const TileId middle{0, 5, 4};
        const std::vector<TileId> beside = slide->tilesBeside(middle, 4);
        QCOMPARE(beside, (std::vector<TileId>{{0, 6, 4}, {0, 4, 4}, {0, 7, 4}, {0, 3, 4}}));
        const std::vector<Result<EncodedTile>> together = slide->readEncodedTiles(beside);
        QCOMPARE(together.size(), beside.size());
        for (std::size_t i = 0; i < beside.size(); ++i) {
            const Result<EncodedTile> alone = slide->readEncoded(beside[i]);
            QVERIFY(alone && together[i]);
            QVERIFY(together[i]->bytes == alone->bytes && together[i]->crop == alone->crop);
        }
        QVERIFY(together[0]->bytes != together[1]->bytes);
        QVERIFY(opened(test::sharedSlide("tissue-medium-nuclei.png"))->tilesBeside({0, 0, 0}, 4).empty());
    }

    // A region has the same pixels as its parts, also across the borders of tiles. Coarser levels are averages.
    void regionsFitTogether() {
        const auto slide = opened(test::sharedSlide("CMU-1-Small-Region.svs"));
        const LevelRect rect{500, 700, 300, 200};
        const auto region = renderRegion(*slide, {.rect = rect}, nullptr);
        QVERIFY(region);
        const Rgb32Image all = wholeLevel(*slide, 0);
        QVERIFY(test::areEqual(region->view(), all.view().sub(500, 700, 300, 200)));
    }

    void plainImagesAreReadAsTheyAre() {
        const Rgb32Image image = mapOf(700, 300);
        QVERIFY(writePng(at("plain.png"), image.view()));
        const auto slide = opened(at("plain.png"));
        QVERIFY(test::areEqual(wholeLevel(*slide, 0).view(), image.view()));
        Rgb32Image half(350, 150);
        halve(image.view(), half.view());
        QVERIFY(test::areEqual(wholeLevel(*slide, 1).view(), half.view()));
    }

    // A profile may have any length: a JPEG keeps a long one in pieces.
    void profilesOfPlainImagesAreRead() {
        const Bytes profile = emptyProfile();
        writePngWithProfile(at("with.png"), profile, 0);
        writePngWithProfile(at("srgb.png"), profile, 1 / 2.2);
        writeJpegWithProfile(at("with.jpg"), profile);
        for (const char* const name : {"with.png", "srgb.png", "with.jpg"}) {
            const Result<Bytes> read = opened(at(name))->readIccProfile();
            QVERIFY2(read, name);
            QVERIFY(*read == profile);
        }
        const Bytes large = noise(200'000);
        writeJpegWithProfile(at("large.jpg"), large);
        QVERIFY(*opened(at("large.jpg"))->readIccProfile() == large);
    }

    void imagesWithoutAProfileHaveNone() {
        QVERIFY(writePng(at("without.png"), mapOf(3, 3).view()));
        test::write(at("without.jpg"), *JpegEncoder().encodeRgb32(mapOf(3, 3).view(), 90, ChromaSampling::Full444));
        // A picture that libpng converts to sRGB is no longer what its profile speaks of.
        writePngWithProfile(at("gamma.png"), emptyProfile(), 1);
        // Pieces that do not fit together: the first of one says that there are two.
        writeJpegWithProfile(at("torn.jpg"), emptyProfile());
        Bytes torn = test::read(at("torn.jpg"));
        const Bytes name = test::bytesOf("ICC_PROFILE");
        const auto marker = std::search(torn.begin(), torn.end(), name.begin(), name.end());
        marker[13] = std::byte{2};  // after a zero and the number of the piece
        test::write(at("torn.jpg"), torn);
        for (const char* const image : {"without.png", "without.jpg", "gamma.png", "torn.jpg"}) {
            const auto slide = opened(at(image));
            QCOMPARE(slide->readIccProfile().error().code, ErrorCode::NotFound);
            QVERIFY(slide->readPixels({0, 0, 0}, {}));
        }
    }
};

QTEST_GUILESS_MAIN(TestOpenSlide)
#include "tst_open_slide.moc"
