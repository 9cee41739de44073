// Slides encoded as ORIGAMI TIFFs: how near they come to the source, what goes with them, and what is left behind when
// they cannot be written.
#include "core/base/parallel.h"
#include "core/codec/jpeg_encoder.h"
#include "core/encode/tiff_encoder.h"
#include "core/storage/tiff_pyramid.h"
#include "tests/support/files.h"
#include "tests/support/images.h"
#include "tests/support/slides.h"
#include "tests/unit/encode/folder_listing.h"

#include <fmt/format.h>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <cstdio>

#include <jpeglib.h>

using namespace origami;
using namespace origami::test;

namespace {

namespace fs = std::filesystem;

constexpr int kTile = 256;
constexpr LevelSize kSixFamilies{2051, 1537};

// Quantised so finely that the step is known: quality 90 makes 3 of a step of 16 (20 percent).
TiffEncodeOptions fine() {
    return {.level2Quality = 90,
            .level2ChromaQuality = 90,
            .lumaQuality = 90,
            .chromaQuality = 90,
            .lambda = 0,
            .level2Lambda = 0};
}
// No coefficient is off by more than half a step, so by Parseval no block by more in the mean, and samples are rounded
// twice on their way to RGB and back: 43.5 dB.
constexpr double kFineError = 1.5 * 1.5 + 0.65;
// All of a block's error may lie in the part of it that the picture's edge leaves.
double allowedError(const Rgb32Image& image) {
    const auto blocks = [](int side) { return (side + 7) / 8 * 8.0 / side; };
    return kFineError * blocks(image.width()) * blocks(image.height());
}

// With all that can go with a slide.
class RichSlide final : public PaintedSlide {
public:
    explicit RichSlide(LevelSize size) : PaintedSlide(size) {
        m_info.path = "folder/rich slide.svs";
        m_info.vendor = "aperio";
        m_info.micronsPerPixelX = 0.25;
        m_info.micronsPerPixelY = 0.5;
        m_info.objectivePower = 40;
        m_info.fileBytes = 123'456'789;
        m_info.properties = {{"aperio.AppMag", "40"}, {"comment", "with \"quotes\", \n and \xC3\xA4"}, {"bad", "\xFF"}};
        m_info.associatedImages = {{"label", 40, 30}, {"lost", 10, 10}, {"macro", 100, 50}};
    }
    Result<Rgb32Image> readAssociatedImage(std::string_view name) const override {
        if (name == "lost") {
            return Error{ErrorCode::Corrupt, "rich slide.svs: the image \"lost\" is damaged"};
        }
        return name == "label" ? paint({0, 0, 40, 30}) : paint({500, 0, 100, 50});
    }
    Result<Bytes> readIccProfile() const override { return profile(); }
    static Bytes profile() {
        Bytes bytes(300);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<std::byte>(7 * i);
        }
        return bytes;
    }
};

// What libjpeg makes of an abbreviated stream after its tables, in RGB.
Rgb32Image decodedByLibjpeg(const Bytes& tables, const Bytes& tile) {
    jpeg_error_mgr errors;
    jpeg_decompress_struct cinfo;
    cinfo.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&cinfo);
    for (const Bytes* const part : {&tables, &tile}) {
        jpeg_mem_src(&cinfo, reinterpret_cast<const unsigned char*>(part->data()),
                     static_cast<unsigned long>(part->size()));
        jpeg_read_header(&cinfo, FALSE);
    }
    cinfo.jpeg_color_space = JCS_YCbCr;  // as TIFF's photometric interpretation says
    cinfo.out_color_space = JCS_RGB;
    jpeg_start_decompress(&cinfo);
    Rgb32Image image(static_cast<int>(cinfo.output_width), static_cast<int>(cinfo.output_height));
    std::vector<JSAMPLE> row(3 * static_cast<std::size_t>(cinfo.output_width));
    while (cinfo.output_scanline < cinfo.output_height) {
        std::uint32_t* to = image.view().row(static_cast<int>(cinfo.output_scanline));
        JSAMPROW pointer = row.data();
        jpeg_read_scanlines(&cinfo, &pointer, 1);
        for (std::size_t x = 0; x < row.size() / 3; ++x) {
            to[x] = rgb32(row[3 * x], row[3 * x + 1], row[3 * x + 2]);
        }
    }
    jpeg_finish_decompress(&cinfo);
    jpeg_destroy_decompress(&cinfo);
    return image;
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

QString str(double a, double b) {
    return QStringLiteral("%1 > %2").arg(a).arg(b);
}

}  // namespace

class TiffEncoderTest : public QObject {
    Q_OBJECT
private slots:
    void init() {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_place = m_temporary->path().toStdString();
        m_target = m_place / "slide.tif";
    }

    void thePictureComesBack_data() { sizes(); }
    void thePictureComesBack() {
        const PaintedSlide source(fetchedSize());
        const Result<EncodeReport> report = encodeTiff(source, m_target, fine());
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(namesIn(m_place), std::set<std::string>{"slide.tif"});
        const std::shared_ptr<const Slide> slide = opened(m_target);
        QCOMPARE(slide->info().format, SlideFormat::OrigamiTiff);
        QCOMPARE(slide->pyramid(), source.pyramid());
        QCOMPARE(report->bytes, static_cast<std::int64_t>(fs::file_size(m_target)));
        QCOMPARE(report->bytesByLevel, slide->info().bytesByLevel);
        const LevelSize families = source.pyramid().gridSize(2);
        QCOMPARE(report->families, families.width * families.height);
        QCOMPARE(report->unreadableTiles, std::int64_t{0});

        Rgb32Image original = source.paintAll();
        for (int level = 0; level < slide->pyramid().levelCount(); ++level) {
            const YCbCrImage expected = toYCbCrImage(original);
            const YCbCrImage actual = toYCbCrImage(wholeLevel(*slide, level));
            QCOMPARE(actual.width(), expected.width());
            QCOMPARE(actual.height(), expected.height());
            const double error = meanSquareError(actual.y.view(), expected.y.view());
            QVERIFY2(error <= allowedError(original), qPrintable(str(error, allowedError(original))));
            // The colour changes slowly, but at the small sizes of coarse levels: 34 dB.
            QVERIFY(meanSquareError(actual.cb.view(), expected.cb.view()) < 26);
            QVERIFY(meanSquareError(actual.cr.view(), expected.cr.view()) < 26);
            original = halvedImage(std::as_const(original).view());
        }
    }

    // Presets: less quality is fewer bytes and more error, and none is bad.
    void presetsAreInOrder() {
        const PaintedSlide source({1100, 900});
        const YCbCrImage expected = toYCbCrImage(source.paintAll());
        double previousError = 1e9;
        std::int64_t previousBytes = 0;
        for (const char* const name : {"small", "default", "high"}) {
            TiffEncodeOptions options = tiffPreset(name).value();
            options.overwrite = true;
            const Result<EncodeReport> report = encodeTiff(source, m_target, options);
            QVERIFY(report);
            const double error =
                meanSquareError(toYCbCrImage(wholeLevel(*opened(m_target), 0)).y.view(), expected.y.view());
            QVERIFY(report->bytes > previousBytes && error < previousError);
            QVERIFY2(error < 65, qPrintable(str(error, 65)));  // 30 dB
            previousBytes = report->bytes;
            previousError = error;
        }
        QVERIFY(!tiffPreset("enormous"));
    }

    void weighingBitsSavesThem() {
        const PaintedSlide source({1100, 900});
        TiffEncodeOptions plain;
        plain.lambda = plain.level2Lambda = 0;
        const std::int64_t weighed = encodeTiff(source, m_target, {})->bytes;
        QVERIFY(weighed < encodeTiff(source, m_place / "plain.tif", plain)->bytes);
    }

    // What any TIFF reader shows: level 2 and coarser are ordinary JPEG tiles of 256 x 256 pixels with shared tables.
    void libjpegSeesTheCoarseLevels_data() { sizes(); }
    void libjpegSeesTheCoarseLevels() {
        QVERIFY(encodeTiff(PaintedSlide(fetchedSize()), m_target, {}));
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_target);
        const Result<TiffPyramid> tiff = readTiffPyramid(*file);
        QVERIFY(tiff);
        const std::shared_ptr<const Slide> slide = opened(m_target);
        for (std::size_t i = 0; i < tiff->images.size(); ++i) {
            const TiffDirectory& directory = tiff->images[i];
            const int level = kFamilyLevel + static_cast<int>(i);
            QCOMPARE(directory.size, slide->pyramid().levelSize(level));
            Rgb32Image expected(static_cast<int>(directory.size.width), static_cast<int>(directory.size.height));
            for (std::size_t t = 0; t < directory.tiles.size(); ++t) {
                const int x = static_cast<int>(static_cast<std::int64_t>(t) % directory.grid.width) * kTile;
                const int y = static_cast<int>(static_cast<std::int64_t>(t) / directory.grid.width) * kTile;
                const Bytes stream =
                    *file->read(directory.tiles[t].offset, static_cast<std::size_t>(directory.tiles[t].length));
                const Rgb32Image tile = decodedByLibjpeg(directory.jpegTables, stream);
                QCOMPARE(tile.width(), kTile);
                QCOMPARE(tile.height(), kTile);
                const int width = std::min(kTile, expected.width() - x);
                const int height = std::min(kTile, expected.height() - y);
                copy(tile.view().sub(0, 0, width, height), expected.view().sub(x, y, width, height));
            }
            if (level < slide->pyramid().levelCount()) {
                QVERIFY(areEqual(wholeLevel(*slide, level).view(), std::as_const(expected).view()));
            }
        }
    }

    // Families lie in the order in which threads finish; what they hold is the same.
    void theNumberOfThreadsDoesNotMatter() {
        const PaintedSlide source({3000, 2000});
        withThreads(1, [&] { QVERIFY(encodeTiff(source, m_place / "one.tif", {})); });
        withThreads(5, [&] { QVERIFY(encodeTiff(source, m_place / "five.tif", {})); });
        const std::shared_ptr<const Slide> one = opened(m_place / "one.tif");
        const std::shared_ptr<const Slide> five = opened(m_place / "five.tif");
        QCOMPARE(one->info().bytesByLevel, five->info().bytesByLevel);
        for (int level = 0; level < one->pyramid().levelCount(); ++level) {
            QVERIFY(areEqual(wholeLevel(*one, level).view(), wholeLevel(*five, level).view()));
        }
    }

    void glassCostsItsLevel2TilesAlone() {
        const PaintedSlide source({2000, 1500}, Paint::Glass);
        const Result<EncodeReport> report = encodeTiff(source, m_target, {});
        QVERIFY(report);
        QCOMPARE(report->bytesByLevel[0], std::int64_t{0});
        QVERIFY(report->bytesByLevel[2] > 0);
        const Result<RandomAccessFile> file = RandomAccessFile::open(m_target);
        const Result<TiffPyramid> tiff = readTiffPyramid(*file);
        QVERIFY(tiff);
        QVERIFY(std::ranges::all_of(tiff->subImages.front().tiles, [](const TiffTile& t) { return t.length == 0; }));
        const YCbCrImage expected = toYCbCrImage(source.paintAll());
        const YCbCrImage actual = toYCbCrImage(wholeLevel(*opened(m_target), 0));
        // A flat block is off by half a step of DC at most, an eighth of which is what samples see.
        QVERIFY(largestError(actual.y.view(), expected.y.view()) <= 2);
        QVERIFY(largestError(actual.cb.view(), expected.cb.view()) <= 2);
        QVERIFY(largestError(actual.cr.view(), expected.cr.view()) <= 2);
    }

    // Black and white where level 2 saw gray: the residual reaches as far as eight bits can.
    void extremesAreCoded() {
        class Chequered final : public Slide {
        public:
            Chequered() : Slide(SlideInfo{.path = "chequered", .pyramid = *Pyramid::create({1024, 600})}) {}
            [[nodiscard]] TileOrigin originOf(int level) const noexcept override {
                return level == 0 ? TileOrigin::Pixels : TileOrigin::Derived;
            }
            Result<Rgb32Image> readPixels(TileId id, const StopToken&) const override {
                const LevelRect rect = pyramid().tileRect(id);
                Rgb32Image image(static_cast<int>(rect.width), static_cast<int>(rect.height));
                for (int y = 0; y < image.height(); ++y) {
                    for (int x = 0; x < image.width(); ++x) {
                        const std::int64_t side = 1 + (rect.x + x) / 100;
                        const bool isWhite = ((rect.x + x) / side + (rect.y + y) / side) % 2 == 0;
                        image.view().row(y)[x] = isWhite ? rgb32(255, 255, 255) : rgb32(0, 0, 0);
                    }
                }
                return image;
            }
        };
        const Chequered source;
        for (const int quality : {1, 50, 100}) {
            TiffEncodeOptions options{
                .level2Quality = quality, .lumaQuality = 100, .chromaQuality = 100, .overwrite = true};
            options.lambda = quality == 50 ? options.lambda : 0;
            const Result<EncodeReport> report = encodeTiff(source, m_target, options);
            QVERIFY2(report, report ? "" : report.error().message.c_str());
            const YCbCrImage expected = toYCbCrImage(wholeLevel(source, 0));
            const YCbCrImage actual = toYCbCrImage(wholeLevel(*opened(m_target), 0));
            // A residual is -128 to 127: what is further off stays so by as much. The prediction is between black and
            // white, and where it is past the middle of both its error is at most 128.
            QVERIFY(largestError(actual.y.view(), expected.y.view()) <= 132);
        }
    }

    void whatBelongsToTheSlideGoesAlong() {
        const RichSlide source({1300, 900});
        QVERIFY(encodeTiff(source, m_target, {}));
        const std::shared_ptr<const Slide> slide = opened(m_target);
        const SlideInfo& info = slide->info();
        QCOMPARE(info.vendor, std::string("aperio"));
        QCOMPARE(info.micronsPerPixelX, std::optional(0.25));
        QCOMPARE(info.micronsPerPixelY, std::optional(0.5));
        QCOMPARE(info.objectivePower, std::optional(40.0));
        QCOMPARE(info.properties.at("aperio.AppMag"), std::string("40"));
        QCOMPARE(info.properties.at("comment"), std::string("with \"quotes\", \n and \xC3\xA4"));
        QVERIFY(info.properties.contains("bad"));
        QCOMPARE(info.properties.at("origami.source.name"), std::string("rich slide.svs"));
        QCOMPARE(info.properties.at("origami.source.bytes"), std::string("123456789"));
        QCOMPARE(info.properties.at("origami.encoder.luma_quality"), std::to_string(TiffEncodeOptions().lumaQuality));
        const Result<Bytes> profile = slide->readIccProfile();
        QVERIFY(profile);
        QVERIFY(*profile == RichSlide::profile());
        // The one that cannot be read is not missed.
        QCOMPARE(info.associatedImages.size(), std::size_t{2});
        for (const AssociatedImage& image : info.associatedImages) {
            const Result<Rgb32Image> expected = source.readAssociatedImage(image.name);
            const Result<Rgb32Image> actual = slide->readAssociatedImage(image.name);
            QVERIFY(expected && actual);
            QCOMPARE(actual->width(), image.width);
            QCOMPARE(actual->height(), image.height);
            const double error = meanSquareError(toYCbCrImage(*actual).y.view(), toYCbCrImage(*expected).y.view());
            QVERIFY2(error < 6.5, qPrintable(str(error, 6.5)));  // 40 dB
        }
    }

    void withoutScaleAndProfileThereIsNone() {
        QVERIFY(encodeTiff(PaintedSlide({300, 200}), m_target, {}));
        const std::shared_ptr<const Slide> slide = opened(m_target);
        QVERIFY(!slide->info().micronsPerPixelX && !slide->info().objectivePower);
        QVERIFY(slide->info().associatedImages.empty());
        QCOMPARE(slide->readIccProfile().error().code, ErrorCode::NotFound);
    }

    void progressCountsFamilies() {
        std::vector<EncodeProgress> seen;
        const Result<EncodeReport> report =
            encodeTiff(PaintedSlide(kSixFamilies), m_target, {},
                       [&](const EncodeProgress& progress) { seen.push_back(progress); });
        QVERIFY(report);
        QCOMPARE(seen.size(), std::size_t{6});
        for (std::size_t i = 0; i < seen.size(); ++i) {
            QCOMPARE(seen[i].familiesDone, static_cast<std::int64_t>(i) + 1);
            QCOMPARE(seen[i].familiesTotal, std::int64_t{6});
            QVERIFY(i == 0 || seen[i].bytes >= seen[i - 1].bytes);
        }
        QVERIFY(seen.back().bytes > 0 && seen.back().bytes <= report->bytes);
    }

    void refusesATargetThatExists_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("overwrite");
        QTest::newRow("file") << "slide.tif" << false;
        QTest::newRow("folder") << "slide.tif/precious.txt" << false;
        QTest::newRow("folder, to be overwritten") << "slide.tif/precious.txt" << true;
    }
    void refusesATargetThatExists() {
        QFETCH(QString, file);
        QFETCH(bool, overwrite);
        putFile(m_place / file.toStdString(), "keep");
        const std::map<std::string, Bytes> before = filesBelow(m_place);
        const Result<EncodeReport> report = encodeTiff(PaintedSlide({300, 300}), m_target, {.overwrite = overwrite});
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::InvalidArgument);
        QVERIFY(contains(report.error().message, m_target.string()));
        QCOMPARE(filesBelow(m_place), before);
        QCOMPARE(namesIn(m_place), std::set<std::string>{"slide.tif"});
    }

    void replacesAFileOnlyWhenAsked() {
        putFile(m_target, "old");
        QVERIFY(encodeTiff(PaintedSlide({300, 200}), m_target, {.overwrite = true}));
        QCOMPARE(opened(m_target)->pyramid().levelSize(0), (LevelSize{300, 200}));
        QCOMPARE(namesIn(m_place), std::set<std::string>{"slide.tif"});
    }

    // The source is read to its end before it loses its name.
    void aSlideMayReplaceItself() {
        QVERIFY(encodeTiff(PaintedSlide({1300, 900}), m_target, fine()));
        const std::shared_ptr<const Slide> before = opened(m_target);
        TiffEncodeOptions options = fine();
        options.overwrite = true;
        QVERIFY(encodeTiff(*before, m_target, options));
        const double error = meanSquareError(toYCbCrImage(wholeLevel(*before, 0)).y.view(),
                                             toYCbCrImage(wholeLevel(*opened(m_target), 0)).y.view());
        QVERIFY2(error <= kFineError, qPrintable(str(error, kFineError)));
    }

    void refusesQualitiesThatDoNotExist() {
        for (const TiffEncodeOptions& options :
             {TiffEncodeOptions{.level2Quality = 0}, TiffEncodeOptions{.level2ChromaQuality = 101},
              TiffEncodeOptions{.lumaQuality = -5}, TiffEncodeOptions{.chromaQuality = 1000}}) {
            const Result<EncodeReport> report = encodeTiff(PaintedSlide({300, 300}), m_target, options);
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
            putFile(m_target, "old");
        }
        const std::map<std::string, Bytes> before = filesBelow(m_place);
        const StopSource stop;
        if (families == 0) {
            stop.request_stop();
        }
        const Result<EncodeReport> report = encodeTiff(
            PaintedSlide(kSixFamilies), m_target, {.overwrite = overwrite},
            [&](const EncodeProgress& progress) {
                if (progress.familiesDone == families) {
                    stop.request_stop();
                }
            },
            stop.token());
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Cancelled);
        QCOMPARE(filesBelow(m_place), before);
        QCOMPARE(namesIn(m_place), overwrite ? std::set<std::string>{"slide.tif"} : std::set<std::string>{});
    }

    // Also between the stages of the sampling, whose results are not whole then.
    void stoppingAtARead() {
        constexpr LevelSize kOneFamily{700, 500};
        constexpr int kItsTiles = 6;
        for (int reads = 1; reads <= kItsTiles; ++reads) {
            const StopSource stop;
            std::atomic<int> left = reads;
            const PaintedSlide slide(kOneFamily, Paint::Color, [&](TileId) -> Result<void> {
                if (--left == 0) {
                    stop.request_stop();
                }
                return {};
            });
            const Result<EncodeReport> report = encodeTiff(slide, m_target, {}, nullptr, stop.token());
            QVERIFY(!report);
            QCOMPARE(report.error().code, ErrorCode::Cancelled);
            QCOMPARE(namesIn(m_place), std::set<std::string>{});
        }
    }

    void aTileThatCannotBeReadIsNamed() {
        const PaintedSlide source(kSixFamilies, Paint::Color, [](TileId id) -> Result<void> {
            if (id == TileId{0, 5, 2}) {
                return Error{ErrorCode::Corrupt, "painted slide: level 0 tile 5_2: the disk has a scratch"};
            }
            return {};
        });
        const Result<EncodeReport> report = encodeTiff(source, m_target, {});
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Corrupt);
        QCOMPARE(report.error().message, std::string("painted slide: level 0 tile 5_2: the disk has a scratch"));
        QVERIFY(namesIn(m_place).empty());
    }

    void aDamagedTileOfAFileIsNamed() {
        const fs::path zoom = damagedZoom();
        const Result<EncodeReport> report = encodeTiff(*opened(zoom), m_target, {});
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Truncated);
        QVERIFY2(contains(report.error().message, zoom.string() + ": level 0 tile 2_1"),
                 report.error().message.c_str());
        QVERIFY(!fs::exists(m_target));
    }

    // What level 1 shows stands in for the tile; the others are as good as ever.
    void aDamagedTileCanBePutUpWith() {
        const fs::path zoom = damagedZoom();
        TiffEncodeOptions options = fine();
        options.keepGoing = true;
        const Result<EncodeReport> report = encodeTiff(*opened(zoom), m_target, options);
        QVERIFY2(report, report ? "" : report.error().message.c_str());
        QCOMPARE(report->unreadableTiles, std::int64_t{1});
        QCOMPARE(report->unreadable.size(), std::size_t{1});
        QVERIFY2(contains(report->unreadable[0], zoom.string() + ": level 0 tile 2_1"), report->unreadable[0].c_str());
        const std::shared_ptr<const Slide> slide = opened(m_target);
        QVERIFY(slide->readFamily({0, 0})->level0[6].isAbsent());  // tile 2_1: the prediction alone
        const YCbCrImage expected = toYCbCrImage(PaintedSlide({1024, 512}).paintAll());
        const YCbCrImage actual = toYCbCrImage(wholeLevel(*slide, 0));
        for (int i = 0; i < 8; ++i) {
            const int x = i % 4 * kTile;
            const int y = i / 4 * kTile;
            const double error =
                meanSquareError(actual.y.view().sub(x, y, kTile, kTile), expected.y.view().sub(x, y, kTile, kTile));
            // The fine JPEG that the source is made of is lossy, too. The prediction shows all but the finest waves,
            // whose variance is (6 / 2)^2.
            const double allowed = (i == 6 ? 9 : 0) + kFineError + 1;
            QVERIFY2(error <= allowed, qPrintable(str(error, allowed)));
            QVERIFY2(i != 6 || error > 8, qPrintable(str(8, error)));
        }
    }

    void aFolderThatCannotBeWrittenToIsSaid() {
        const Result<EncodeReport> report = encodeTiff(PaintedSlide({300, 300}), m_place / "missing/slide.tif", {});
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::NotFound);
        QVERIFY(namesIn(m_place).empty());
    }

private:
    static void sizes() {
        QTest::addColumn<qint64>("width");
        QTest::addColumn<qint64>("height");
        for (const auto& [width, height] :
             {std::pair{1, 1}, {2, 2}, {3, 1}, {1, 1500}, {255, 257}, {256, 256}, {1025, 1023}, {3000, 2000}}) {
            QTest::addRow("%d x %d", width, height) << qint64{width} << qint64{height};
        }
    }
    static LevelSize fetchedSize() {
        QFETCH(qint64, width);
        QFETCH(qint64, height);
        return {width, height};
    }

    // 1024 x 512 pixels of the painted slide, levels 0 and 1, of which level 0's tile 2_1 is half there.
    [[nodiscard]] fs::path damagedZoom() const {
        const fs::path folder = m_place / "source";
        test::write(folder / "zoom.dzi", deepZoomXml("1024", "512"));
        Rgb32Image level = PaintedSlide({1024, 512}).paintAll();
        for (const char* const name : {"10", "9"}) {
            const Rgb32View pixels = std::as_const(level).view();
            for (int y = 0; y < pixels.height; y += kTile) {
                for (int x = 0; x < pixels.width; x += kTile) {
                    Bytes stream =
                        *JpegEncoder().encodeRgb32(pixels.sub(x, y, kTile, kTile), 98, ChromaSampling::Full444);
                    if (level.width() == 1024 && x == 2 * kTile && y == kTile) {
                        stream.resize(stream.size() / 2);
                    }
                    test::write(folder / "zoom_files" / name / fmt::format("{}_{}.jpg", x / kTile, y / kTile), stream);
                }
            }
            level = halvedImage(pixels);
        }
        return folder / "zoom.dzi";
    }

    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_place;
    fs::path m_target;
};

QTEST_GUILESS_MAIN(TiffEncoderTest)
#include "tst_tiff_encoder.moc"
