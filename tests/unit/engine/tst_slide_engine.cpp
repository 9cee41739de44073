// The engine as the window uses it, on real slides and on small ones made here.
#include "core/codec/jpeg_encoder.h"
#include "core/codec/png.h"
#include "core/engine/slide_engine.h"
#include "core/make/tile_maker.h"
#include "tests/support/files.h"
#include "tests/support/images.h"
#include "tests/support/origami_tiff.h"
#include "tests/support/raw_pack.h"

#include <QDir>
#include <QFile>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

using namespace origami;

namespace {

constexpr int kPatienceMs = 60'000;  // sanitizers on a busy machine are slow

std::filesystem::path shared(const char* name) {
    return std::filesystem::path(ORIGAMI_SLIDES) / name;
}

void write(const QString& path, const Bytes& bytes) {
    QFile file(path);
    if (!QDir().mkpath(QFileInfo(path).path()) || !file.open(QIODevice::WriteOnly)) {
        qFatal("cannot write %s", qPrintable(path));
    }
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
}

Bytes jpegOf(int width, int height, std::uint32_t colour) {
    Rgb32Image image(width, height);
    fill(image.view(), colour);
    return *JpegEncoder().encodeRgb32(std::as_const(image).view(), 90, ChromaSampling::Full444);
}

// A Deep Zoom of 1024 x 512 pixels in one colour a level: 40, 80, 120 gray at level 0, 1, 2.
QString writeDeepZoom(const QString& folder) {
    write(folder + "/zoom.dzi", [] {
        const QByteArray xml =
            "<?xml version='1.0'?><Image xmlns='http://schemas.microsoft.com/deepzoom/2008' "
            "Format='jpg' Overlap='0' TileSize='256'><Size Width='1024' Height='512'/></Image>";
        const auto* begin = reinterpret_cast<const std::byte*>(xml.constData());
        return Bytes(begin, begin + xml.size());
    }());
    for (int level = 0; level <= 2; ++level) {
        const unsigned gray = 40U * static_cast<unsigned>(level + 1);
        const int columns = 4 >> level;
        const int rows = std::max(1, 2 >> level);
        for (int i = 0; i < columns * rows; ++i) {
            write(QStringLiteral("%1/zoom_files/%2/%3_%4.jpg")
                      .arg(folder)
                      .arg(10 - level)
                      .arg(i % columns)
                      .arg(i / columns),
                  jpegOf(256, level == 2 ? 128 : 256, rgb32(gray, gray, gray)));
        }
    }
    return folder + "/zoom.dzi";
}

Viewport wholeOf(const SlideEngine& engine, SlideKey slide, double scale) {
    const LevelSize size = engine.info(slide)->pyramid.levelSize(0);
    const auto width = static_cast<double>(size.width);
    const auto height = static_cast<double>(size.height);
    return {.centre = {width / 2, height / 2}, .scale = scale, .size = {width * scale, height * scale}};
}

// Looks at the whole slide and waits until all of it is sharp.
bool becomesSharp(SlideEngine& engine, SlideKey slide, double scale = 1, ViewMode mode = ViewMode::Reconstructed) {
    const Viewport view = wholeOf(engine, slide, scale);
    engine.setView(slide, view, view.centre, mode);
    return QTest::qWaitFor([&] { return engine.progress(slide).isSharp(); }, kPatienceMs) &&
           engine.progress(slide).visible > 0;
}

// Looks at the first row of tiles, at x, while the view moves so fast, and waits until nothing is left to do.
bool lookAndRest(SlideEngine& engine, SlideKey slide, double x, double speed) {
    engine.setView(slide, {.centre = {x, 128}, .scale = 1, .size = {100, 100}}, {x, 128}, ViewMode::Reconstructed,
                   {.velocity = {speed, 0}});
    return QTest::qWaitFor(
        [&] {
            const Gauges gauges = engine.metrics().gauges;
            return engine.progress(slide).isSharp() && gauges.inflightCurrent == 0 && gauges.queueDepth == 0;
        },
        kPatienceMs);
}

// Writes a slide that has only level 0 in its file.
std::filesystem::path writePlainPng(const QTemporaryDir& folder, int width, int height) {
    Rgb32Image image(width, height);
    fill(image.view(), rgb32(200, 100, 50));
    const std::filesystem::path path(folder.filePath("plain.png").toStdString());
    if (!writePng(path, std::as_const(image).view())) {
        qFatal("%s cannot be written", path.c_str());
    }
    return path;
}

// A slide of version 2, whose families have one residual, here of nothing.
std::filesystem::path fusedSlide(const std::filesystem::path& folder) {
    test::copyOf(shared("origami-packs"), folder);
    Plane nothing(1024, 1024);
    fill(nothing.view(), 128);
    const Bytes residual = *JpegEncoder().encodeGray(std::as_const(nothing).view(), 50);
    const auto residualSize = static_cast<std::uint32_t>(residual.size());
    for (const char* const family : {"0_0", "1_0", "0_1", "1_1"}) {
        Bytes blobs = test::read(folder / "baseline_pyramid_files" / "9" / (std::string(family) + ".jpg"));
        const auto seedSize = static_cast<std::uint32_t>(blobs.size());
        blobs.insert(blobs.end(), residual.begin(), residual.end());
        const test::RawPack pack{
            .version = 2, .entries = {{2, 0, 0, seedSize}, {0, 0, seedSize, residualSize}}, .blobs = std::move(blobs)};
        test::write(folder / "residual_packs" / (std::string(family) + ".pack"), test::compressed(pack.expanded()));
    }
    return folder;
}

// A slide that a library reads, on a disk that answers when the test says so, and then takes a while.
class WaitingSlide : public Slide {
public:
    WaitingSlide()
        : Slide({.path = "waiting", .id = "waiting", .format = SlideFormat::OpenSlide, .pyramid = pyramidOfAll()}) {}

    [[nodiscard]] TileOrigin originOf(int) const noexcept override { return TileOrigin::Pixels; }

    static constexpr std::chrono::milliseconds kAnswerTakes{8};

    Result<Rgb32Image> readPixels(TileId id, const StopToken&) const override {
        std::unique_lock lock(m_mutex);
        ++m_waiting;
        m_changed.notify_all();
        m_changed.wait(lock, [this] { return m_isAnswering; });
        m_changed.wait_for(lock, kAnswerTakes, [] { return false; });
        --m_waiting;
        const LevelRect rect = pyramid().tileRect(id);
        Rgb32Image pixels(static_cast<int>(rect.width), static_cast<int>(rect.height));
        fill(pixels.view(), rgb32(1, 2, 3));
        return pixels;
    }

    [[nodiscard]] int waiting() const {
        const std::lock_guard lock(m_mutex);
        return m_waiting;
    }
    void setAnswering(bool isAnswering) {
        const std::lock_guard lock(m_mutex);
        m_isAnswering = isAnswering;
        m_changed.notify_all();
    }

private:
    static Pyramid pyramidOfAll() { return *Pyramid::create({8192, 8192}, 256); }

    mutable std::mutex m_mutex;
    mutable std::condition_variable m_changed;
    mutable int m_waiting = 0;
    bool m_isAnswering = false;
};

SlideKey opened(SlideEngine& engine, const std::filesystem::path& path) {
    Result<SlideKey> slide = engine.open(path);
    if (!slide) {
        qFatal("%s", slide.error().message.c_str());
    }
    return *slide;
}

}  // namespace

class SlideEngineTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        if (!test::hasSharedSlides()) {
            QSKIP(test::kNoSharedSlides);
        }
    }

    // A window that is split: each part in its mode, and all of both made.
    void looksOfTwoModesAreBothMade() {
        SlideEngine engine({});
        const SlideKey slide = opened(engine, shared("origami-loose"));
        Viewport left = wholeOf(engine, slide, 1);
        left.size.width /= 2;
        left.centre.x /= 2;
        Viewport right = left;
        right.centre.x *= 3;
        engine.setLooks(slide, {.looks = {{left, ViewMode::Reconstructed}, {right, ViewMode::DifferenceSigned}},
                                .focus = left.centre});
        QVERIFY(QTest::qWaitFor([&] { return engine.progress(slide).isSharp(); }, kPatienceMs));
        QCOMPARE(engine.progress(slide).visible, 8 * 8);
        QCOMPARE(engine.progress(slide).failed, 0);
        const auto isThere = [&](TileId id, ViewMode mode) { return engine.tile(slide, id, mode) != nullptr; };
        QVERIFY(isThere({0, 0, 0}, ViewMode::Reconstructed));
        QVERIFY(isThere({0, 3, 7}, ViewMode::Reconstructed));
        QVERIFY(isThere({0, 4, 0}, ViewMode::DifferenceSigned));
        QVERIFY(isThere({0, 7, 7}, ViewMode::DifferenceSigned));
    }

    void inspectsAFamily() {
        SlideEngine engine({});
        const SlideKey slide = opened(engine, shared("origami-packs"));
        const FamilyReport before = engine.inspect(slide, {0, 0}, ViewMode::Reconstructed);
        QVERIFY(!before.record);
        QCOMPARE(before.tiles, 16 + 4);
        QCOMPARE(before.cachedTiles, 0);
        QVERIFY(becomesSharp(engine, slide));
        QVERIFY(becomesSharp(engine, slide, 0.5));  // the rest of each family
        const auto inspected = [&] { return engine.inspect(slide, {1, 0}, ViewMode::Reconstructed); };
        QVERIFY(QTest::qWaitFor([&] { return inspected().isComplete; }, kPatienceMs));
        const FamilyReport report = inspected();
        QVERIFY(report.record->id == (FamilyId{1, 0}));
        QVERIFY(report.record->reason == RequestReason::Visible || report.record->reason == RequestReason::Cover);
        QVERIFY(report.record->requestedNs > 0);
        QVERIFY(report.record->l2Bytes > 0 && report.record->l1ResidualBytes > 0 && report.record->l0ResidualBytes > 0);
        QCOMPARE(report.record->baselineBytes, 0);
        QCOMPARE(std::ranges::count(report.record->spans.all(), Stage::Read, &StageSpan::stage), 1);
        QVERIFY(report.cachedTiles >= 16);  // all of level 0, which is in view
        QVERIFY(QTest::qWaitFor([&] { return engine.families(slide).size() >= 4; }, kPatienceMs));
        QCOMPARE(engine.families(slide).size(), std::size_t{4});
    }

    void uploadsAreOfTheFamilyInTheMaking_data() {
        QTest::addColumn<QString>("slide");
        QTest::newRow("made at once") << "fused";
        QTest::newRow("made in parts") << "packs";
        QTest::newRow("made in parts, TIFF") << "tiff";
    }
    // Tiles are shown before their family is complete.
    void uploadsAreOfTheFamilyInTheMaking() {
        QFETCH(const QString, slide);
        const bool isInParts = slide != "fused";
        const QTemporaryDir folder;
        const std::filesystem::path temporary = folder.path().toStdString();
        const std::filesystem::path path = slide == "fused"   ? fusedSlide(temporary / "fused")
                                           : slide == "packs" ? shared("origami-packs")
                                                              : temporary / "slide.origami.tif";
        if (slide == "tiff") {
            test::writeTiff(path, 1024, 1024);
        }
        SlideEngine engine({.threads = 1});
        engine.setPrefetch(false);
        const SlideKey key = opened(engine, path);
        constexpr TileId kFirst{0, 0, 0};
        std::atomic<int> uploads{0};
        engine.onTilesChanged([&] {
            if (engine.tile(key, kFirst)) {
                engine.recordUpload(key, kFirst, ViewMode::Reconstructed, 0.5);
                engine.recordUpload(key, kFirst, ViewMode::Residual, 7);
                ++uploads;
            }
        });
        const auto record = [&] { return engine.inspect(key, {0, 0}, ViewMode::Reconstructed).record; };
        const auto isRecorded = [&] { return record() && record()->uploadMs == 0.5 * uploads; };
        engine.setView(key, {.centre = {128, 128}, .scale = 1, .size = {256, 256}}, {128, 128});
        QVERIFY(QTest::qWaitFor([&] { return uploads > 0 && isRecorded(); }, kPatienceMs));
        QCOMPARE(engine.inspect(key, {0, 0}, ViewMode::Reconstructed).isComplete, !isInParts);
        engine.recordUpload(key, kFirst, ViewMode::Reconstructed, 0.5);
        ++uploads;
        QVERIFY(QTest::qWaitFor(isRecorded, kPatienceMs));
        for (const double scale : {1.0, 0.5}) {  // all of the family
            engine.setView(key, {.centre = {512, 512}, .scale = scale, .size = {1024 * scale, 1024 * scale}}, {0, 0});
            QVERIFY(QTest::qWaitFor([&] { return engine.progress(key).isSharp(); }, kPatienceMs));
        }
        QVERIFY(QTest::qWaitFor(
            [&] {
                return engine.inspect(key, {0, 0}, ViewMode::Reconstructed).isComplete && isRecorded();
            },
            kPatienceMs));
        QCOMPARE(std::ranges::count(record()->spans.all(), Stage::Upload, &StageSpan::stage), uploads.load());
    }

    void theThreeOrigamiDirectoriesShowTheSamePixels() {
        SlideEngine engine({});
        const SlideKey packs = opened(engine, shared("origami-packs"));
        const SlideKey bundle = opened(engine, shared("origami-bundle"));
        const SlideKey loose = opened(engine, shared("origami-loose"));
        for (const SlideKey slide : {packs, bundle, loose}) {
            QVERIFY(becomesSharp(engine, slide));
            QVERIFY(becomesSharp(engine, slide, 0.5));  // the rest of each family
            QCOMPARE(engine.progress(slide).failed, 0);
        }
        for (int y = 0; y < 8; ++y) {
            for (int x = 0; x < 8; ++x) {
                const std::shared_ptr<const Tile> tile = engine.tile(packs, {0, x, y});
                QVERIFY(tile);
                QCOMPARE(tile->kind, TileKind::Generated);
                QVERIFY(test::areEqual(tile->pixels.view(), engine.tile(bundle, {0, x, y})->pixels.view()));
                QVERIFY(test::areEqual(tile->pixels.view(), engine.tile(loose, {0, x, y})->pixels.view()));
            }
        }
        // A family is recorded after its last tile has been shown.
        QVERIFY(QTest::qWaitFor([&] { return engine.metrics().family.count >= 12; }, 10000));
        const MetricsSnapshot metrics = engine.metrics();
        QCOMPARE(metrics.duplicateFamilies, std::int64_t{0});
        QCOMPARE(metrics.count(TileKind::Predicted), std::int64_t{0});
        QVERIFY(metrics.gauges.inflightMax <= metrics.gauges.inflightLimit);
    }

    void tilesAreTheRegionsPixels() {
        SlideEngine engine({});
        const SlideKey slide = opened(engine, shared("CMU-1-Small-Region.svs"));
        QVERIFY(becomesSharp(engine, slide, 0.5));
        const Result<std::shared_ptr<const Slide>> reader = openSlide(shared("CMU-1-Small-Region.svs"));
        QVERIFY(reader);
        const TileId id{1, 2, 3};
        const Result<Rgb32Image> region =
            renderRegion(**reader, {.rect = (*reader)->pyramid().tileRect(id), .level = 1}, nullptr);
        QVERIFY(region);
        QVERIFY(test::areEqual(engine.tile(slide, id)->pixels.view(), region->view()));
    }

    // However a tile comes: the engine itself may start nothing here.
    void tilesMadeOnTheWayToOthersMakeAViewSharp() {
        SlideEngine engine({.threads = 1});
        engine.setMaxInflightFamilies(0);
        const QTemporaryDir folder;
        const SlideKey slide = opened(engine, writePlainPng(folder, 2100, 900));
        const Viewport view = wholeOf(engine, slide, 0.5);
        engine.setView(slide, view, view.centre);
        QVERIFY(engine.progress(slide).visible > 0);
        QVERIFY(!engine.progress(slide).isSharp());
        QVERIFY(engine.thumbnail(slide, 100));
        QVERIFY(engine.progress(slide).isSharp());
    }

    // A library that waits for its disk holds up workers only with its first tiles. Then it holds up reading threads.
    void aSlowLibraryHoldsUpNoWorkers() {
        SlideEngine engine({.threads = 1, .ioThreads = 16});
        engine.setPrefetch(false);
        const auto waiting = std::make_shared<WaitingSlide>();
        const SlideKey slow = engine.open(waiting);
        const auto answering = qScopeGuard([&] { waiting->setAnswering(true); });
        const auto lookAt = [&](double x) {
            engine.setView(slow, {.centre = {x, 4096}, .scale = 1, .size = {1024, 1024}}, {x, 4096});
        };
        lookAt(1024);
        QVERIFY(QTest::qWaitFor([&] { return waiting->waiting() > 0; }, kPatienceMs));
        QCOMPARE(waiting->waiting(), 1);
        waiting->setAnswering(true);
        QVERIFY(QTest::qWaitFor([&] { return engine.progress(slow).isSharp(); }, kPatienceMs));
        waiting->setAnswering(false);
        lookAt(6144);
        QVERIFY(QTest::qWaitFor([&] { return waiting->waiting() >= 8; }, kPatienceMs));
        // The only worker is there for others.
        const QTemporaryDir folder;
        const SlideKey quick = opened(engine, std::filesystem::path(writeDeepZoom(folder.path()).toStdString()));
        QVERIFY(becomesSharp(engine, quick));
        QVERIFY(!engine.progress(slow).isSharp());
        waiting->setAnswering(true);
        QVERIFY(QTest::qWaitFor([&] { return engine.progress(slow).isSharp(); }, kPatienceMs));
        QCOMPARE(engine.progress(slow).failed, 0);
        QCOMPARE(engine.tile(slow, {0, 24, 16})->pixels.view().row(0)[0], rgb32(1, 2, 3));
    }

    void viewModesAreKeptApart() {
        SlideEngine engine({});
        const SlideKey slide = opened(engine, shared("origami-packs"));
        QVERIFY(becomesSharp(engine, slide));
        QVERIFY(becomesSharp(engine, slide, 1, ViewMode::Residual));
        QCOMPARE(engine.tile(slide, {0, 0, 0}, ViewMode::Residual)->kind, TileKind::ResidualView);
        QCOMPARE(engine.tile(slide, {0, 0, 0})->kind, TileKind::Generated);
        QVERIFY(!engine.tile(slide, {0, 0, 0}, ViewMode::Prediction));
    }

    void levelsThatTheFileLacksAreDerived() {
        const QTemporaryDir folder;
        SlideEngine engine({});
        const SlideKey slide = opened(engine, writePlainPng(folder, 700, 300));
        QVERIFY(becomesSharp(engine, slide, 0.25));
        const std::shared_ptr<const Tile> tile = engine.tile(slide, {2, 0, 0});
        QVERIFY(tile);
        QCOMPARE(tile->kind, TileKind::Derived);
        QCOMPARE(tile->pixels.width(), 175);
        QCOMPARE(tile->pixels.view().row(70)[170], rgb32(200, 100, 50));
    }

    void aBadTileFailsAlone() {
        QTemporaryDir folder;
        const QString dzi = writeDeepZoom(folder.path());
        const Bytes whole = jpegOf(256, 256, rgb32(40, 40, 40));
        write(folder.path() + "/zoom_files/10/2_1.jpg", Bytes(whole.begin(), whole.begin() + 300));
        QVERIFY(QFile::remove(folder.path() + "/zoom_files/10/0_0.jpg"));
        SlideEngine engine({});
        const SlideKey slide = opened(engine, dzi.toStdString());
        QVERIFY(becomesSharp(engine, slide));
        QCOMPARE(engine.progress(slide).failed, 2);
        QCOMPARE(engine.tile(slide, {0, 2, 1})->kind, TileKind::Failed);
        QCOMPARE(engine.tile(slide, {0, 0, 0})->kind, TileKind::Failed);
        QCOMPARE(engine.tile(slide, {0, 1, 0})->kind, TileKind::Baseline);
        QCOMPARE(engine.metrics().count(TileKind::Failed), std::int64_t{2});
    }

    // A view is sharp from the moment on at which its last tile comes, be that one that cannot be made.
    void aViewIsSharpWhenItsLastTileComes() {
        using Clock = std::chrono::steady_clock;
        QTemporaryDir folder;
        const QString dzi = writeDeepZoom(folder.path());
        QVERIFY(QFile::remove(folder.path() + "/zoom_files/10/0_0.jpg"));
        SlideEngine engine({.threads = 1});
        engine.setPrefetch(false);
        const SlideKey slide = opened(engine, dzi.toStdString());
        const Viewport view = wholeOf(engine, slide, 1);
        const auto isAllThere = [&] {
            return std::ranges::all_of(tilesInView(engine.info(slide)->pyramid, view, 0, view.centre),
                                       [&](TileId id) { return engine.tile(slide, id) != nullptr; });
        };
        std::atomic<int> told{0};
        std::atomic<int> toldWrongly{0};
        engine.onTilesChanged([&] {
            ++told;
            toldWrongly += isAllThere() == engine.progress(slide).isSharp() ? 0 : 1;
        });
        const Clock::time_point before = Clock::now();
        engine.setView(slide, view, view.centre);
        QVERIFY(QTest::qWaitFor([&] { return engine.progress(slide).isSharp(); }, kPatienceMs));
        const Clock::time_point sharpSince = *engine.progress(slide).sharpSince;
        QVERIFY(isAllThere());
        QVERIFY(sharpSince > before && sharpSince <= Clock::now());
        QVERIFY(told >= 7);
        QCOMPARE(toldWrongly, 0);

        // All of the next view is there when it is set.
        const Clock::time_point then = Clock::now();
        engine.setView(slide, {.centre = {128, 128}, .scale = 1, .size = {256, 256}}, {128, 128});
        QVERIFY(engine.progress(slide).isSharp());
        QVERIFY(*engine.progress(slide).sharpSince >= then);
        engine.setView(slide, {.centre = {-500, -500}, .scale = 1, .size = {256, 256}}, {128, 128});
        QVERIFY(engine.progress(slide).isSharp());
    }

    void theCacheStaysWithinItsBudget() {
        QTemporaryDir folder;
        const QString dzi = writeDeepZoom(folder.path());
        constexpr std::size_t kBudget = 5 * (256 * 256 * 4 + 256);
        SlideEngine engine({.cacheBytes = kBudget});
        const SlideKey slide = opened(engine, dzi.toStdString());
        for (int i = 0; i < 8; ++i) {
            const Level0Point centre{128.0 + 256 * (i % 4), 128.0 + 256 * (i / 4)};
            engine.setView(slide, {.centre = centre, .scale = 1, .size = {200, 200}}, centre);
            QVERIFY(QTest::qWaitFor([&] { return engine.progress(slide).isSharp(); }, 10000));
            QVERIFY(engine.metrics().gauges.cacheBytes <= kBudget);
        }
    }

    // Wherever the user goes next, and whatever the disk does then, there is something to show.
    void theOverviewIsMadeAndStays() {
        QTemporaryDir folder;
        constexpr std::size_t kTileBytes = 256 * 256 * 4 + 256;
        SlideEngine engine({.threads = 2, .cacheBytes = 4 * kTileBytes});
        engine.setPrefetch(false);
        const SlideKey slide = opened(engine, writeDeepZoom(folder.path()).toStdString());
        QCOMPARE(overviewLevel(engine.info(slide)->pyramid), 1);
        for (const double y : {128.0, 384.0}) {
            for (const double x : {128.0, 384.0, 640.0, 896.0}) {
                engine.setView(slide, {.centre = {x, y}, .scale = 1, .size = {100, 100}}, {x, y});
                QVERIFY(QTest::qWaitFor(
                    [&] {
                        return engine.progress(slide).isSharp() && engine.tile(slide, {1, 0, 0}) &&
                               engine.tile(slide, {1, 1, 0});
                    },
                    kPatienceMs));
            }
        }
        QVERIFY(engine.metrics().gauges.cacheBytes <= 4 * kTileBytes);
        QVERIFY(!engine.tile(slide, {0, 0, 0}));
    }

    void comingBackHitsTheCache() {
        QTemporaryDir folder;
        SlideEngine engine({});
        const SlideKey slide = opened(engine, writeDeepZoom(folder.path()).toStdString());
        const auto look = [&](double x) {
            engine.setView(slide, {.centre = {x, 128}, .scale = 1, .size = {100, 100}}, {x, 128});
            return QTest::qWaitFor([&] { return engine.progress(slide).isSharp(); }, 10000);
        };
        QVERIFY(look(128));
        QCOMPARE(engine.metrics().count(TileKind::CacheHit), std::int64_t{0});
        QVERIFY(look(128));  // the same tile, still in view
        QCOMPARE(engine.metrics().count(TileKind::CacheHit), std::int64_t{0});
        QVERIFY(look(900));
        const std::int64_t before = engine.metrics().count(TileKind::CacheHit);
        QVERIFY(look(128));
        QCOMPARE(engine.metrics().count(TileKind::CacheHit), before + 1);
    }

    // Tiles on the way of a view are made ahead. Those that leave the cache unseen count as wasted.
    void whatIsMadeAheadIsCounted() {
        QTemporaryDir folder;
        SlideEngine engine({});
        const SlideKey slide = opened(engine, writeDeepZoom(folder.path()).toStdString());
        QVERIFY(lookAndRest(engine, slide, 128, 500));  // 200 pixels further, in 0.4 s, is the tile to the right
        QCOMPARE(engine.metrics().prefetchWaiting, std::int64_t{1});
        QCOMPARE(engine.metrics().prefetchHits, std::int64_t{0});
        QVERIFY(lookAndRest(engine, slide, 384, 0));
        QCOMPARE(engine.metrics().prefetchHits, std::int64_t{1});
        QVERIFY(lookAndRest(engine, slide, 384, 500));
        QCOMPARE(engine.metrics().wasted, std::int64_t{0});
        const std::int64_t waiting = engine.metrics().prefetchWaiting;
        QVERIFY(waiting > 0);
        engine.close(slide);
        QCOMPARE(engine.metrics().wasted, waiting);
        QCOMPARE(engine.metrics().prefetchWaiting, std::int64_t{0});
    }

    // Tiles that were made ahead and left behind fill their share of the cache (two tiles), and do not stop new ones.
    void whatWasLeftBehindDoesNotStopPrefetch() {
        QTemporaryDir folder;
        SlideEngine engine({.cacheBytes = 8 * (256 * 256 * 4 + 256)});
        const SlideKey slide = opened(engine, writeDeepZoom(folder.path()).toStdString());
        QVERIFY(lookAndRest(engine, slide, 128, 500));
        QVERIFY(lookAndRest(engine, slide, 900, -500));
        QVERIFY(engine.tile(slide, {0, 1, 0}));
        QVERIFY(engine.tile(slide, {0, 2, 0}));
    }

    void closingASlideEmptiesItsShareOfTheCache() {
        QTemporaryDir folder;
        SlideEngine engine({});
        const SlideKey slide = opened(engine, writeDeepZoom(folder.path()).toStdString());
        QVERIFY(becomesSharp(engine, slide));
        QVERIFY(engine.metrics().gauges.cacheBytes > 0);
        engine.close(slide);
        QVERIFY(QTest::qWaitFor([&] { return engine.metrics().gauges.inflightCurrent == 0; }, 10000));
        QCOMPARE(engine.metrics().gauges.cacheBytes, std::size_t{0});
        QVERIFY(!engine.info(slide));
        QVERIFY(!engine.tile(slide, {0, 0, 0}));
        engine.setView(slide, {.centre = {1, 1}, .scale = 1, .size = {10, 10}}, {1, 1});  // harmless
    }

    void canBeDestroyedInTheMiddleOfWork() {
        SlideEngine engine({});
        const SlideKey slide = opened(engine, shared("CMU-1-Small-Region.svs"));
        const Viewport view = wholeOf(engine, slide, 1);
        engine.setView(slide, view, view.centre);
    }

    void thumbnailsHaveTheSlidesShape() {
        SlideEngine engine({});
        const SlideKey slide = opened(engine, shared("CMU-1-Small-Region.svs"));  // 2220 x 2967
        const Result<Rgb32Image> thumbnail = engine.thumbnail(slide, 200);
        QVERIFY(thumbnail);
        QCOMPARE(thumbnail->height(), 200);
        QCOMPARE(thumbnail->width(), 150);
        std::vector<std::uint32_t> colours(thumbnail->view().data, thumbnail->view().data + 200 * 150);
        std::ranges::sort(colours);
        QVERIFY(std::unique(colours.begin(), colours.end()) - colours.begin() > 1000);  // a picture, not a blank
    }

    // Tiles that the view has made need not be read again. Without a view nothing is kept.
    void thumbnailsComeFromTheCache() {
        QTemporaryDir folder;
        const std::filesystem::path file = std::filesystem::path(folder.path().toStdString()) / "slide.svs";
        std::filesystem::copy_file(shared("CMU-1-Small-Region.svs"), file);
        std::filesystem::permissions(file, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
        SlideEngine engine({});
        const SlideKey slide = opened(engine, file);
        const Result<Rgb32Image> expected = engine.thumbnail(slide, 200);  // of level 3
        QVERIFY(expected);
        QCOMPARE(engine.metrics().gauges.cacheBytes, std::size_t{0});
        QVERIFY(becomesSharp(engine, slide, 0.125));
        std::filesystem::resize_file(file, 0);
        const Result<Rgb32Image> thumbnail = engine.thumbnail(slide, 200);
        QVERIFY2(thumbnail, thumbnail ? "" : thumbnail.error().message.c_str());
        QVERIFY(test::areEqual(thumbnail->view(), expected->view()));
    }

    // 300 pixels come from level 1 of this slide, with 512; its level 2 is whole.
    void aDamagedLevelGivesItsThumbnailFromACoarserOne() {
        QTemporaryDir folder;
        const QString slide = writeDeepZoom(folder.path());
        QVERIFY(QFile::remove(folder.path() + "/zoom_files/9/1_0.jpg"));
        SlideEngine engine({});
        const Result<Rgb32Image> thumbnail = engine.thumbnail(opened(engine, slide.toStdString()), 300);
        QVERIFY(thumbnail);
        QCOMPARE(thumbnail->width(), 256);
        QCOMPARE(int{green(thumbnail->view().row(64)[128])}, 120);
    }

    // Without its level 2 tile a family cannot be rebuilt: the view, sent again, gets level 3 in its place.
    void aLostFamilyIsCoveredByACoarserTile() {
        QTemporaryDir folder;
        const std::filesystem::path slide =
            test::copyOf(shared("origami-packs"), std::filesystem::path(folder.path().toStdString()) / "slide");
        QVERIFY(std::filesystem::remove(slide / "baseline_pyramid_files" / "9" / "0_0.jpg"));
        SlideEngine engine({});
        const SlideKey key = opened(engine, slide);
        QVERIFY(becomesSharp(engine, key, 0.5));
        QCOMPARE(engine.tile(key, {1, 0, 0})->kind, TileKind::Failed);
        const Viewport view = wholeOf(engine, key, 0.5);
        QVERIFY(QTest::qWaitFor(
            [&] {
                engine.setView(key, view, view.centre);
                const std::shared_ptr<const Tile> top = engine.tile(key, {3, 0, 0});
                return top && top->kind == TileKind::Baseline;
            },
            kPatienceMs));
    }

    // cli.md: workers 0.8 x logical cores, one core for the window where cores differ, 3 I/O threads and 2 families in
    // flight a worker, 16 buffers a family.
    void defaultsComeFromTheMachine_data() {
        QTest::addColumn<int>("performance");
        QTest::addColumn<int>("efficiency");
        QTest::addColumn<int>("workers");
        QTest::newRow("1 core") << 1 << 0 << 1;
        QTest::newRow("2 cores") << 2 << 0 << 2;
        QTest::newRow("4 cores") << 4 << 0 << 3;
        QTest::newRow("64 cores") << 64 << 0 << 51;
        QTest::newRow("4 + 6 cores") << 4 << 6 << 8;
        QTest::newRow("4 + 4 cores") << 4 << 4 << 6;
        QTest::newRow("12 + 4 cores") << 12 << 4 << 13;
        QTest::newRow("1 + 1 cores") << 1 << 1 << 1;
    }
    void defaultsComeFromTheMachine() {
        QFETCH(const int, performance);
        QFETCH(const int, efficiency);
        QFETCH(const int, workers);
        const EngineOptions options =
            resolved({}, {.performanceCores = performance, .efficiencyCores = efficiency, .memoryBytes = 0});
        QCOMPARE(options.threads, workers);
        QCOMPARE(options.ioThreads, std::max(40, 3 * workers));
        QCOMPARE(options.maxInflightFamilies, 2 * workers);
        QCOMPARE(options.bufferPoolSize, 32 * workers);
    }
    void theCacheIsAnEighthOfTheMemoryWithinBounds() {
        const auto cacheOf = [](std::int64_t memory) { return resolved({}, {.memoryBytes = memory}).cacheBytes; };
        QCOMPARE(cacheOf(8'000'000'000), std::size_t{1'000'000'000});
        QCOMPARE(cacheOf(0), std::size_t{256} << 20U);
        QCOMPARE(cacheOf(512'000'000'000), std::size_t{2} << 30U);
    }

    void defaultsFollowTheMachine() {
        const EngineOptions options = resolved({.threads = 16});
        QCOMPARE(options.ioThreads, 48);
        QCOMPARE(options.maxInflightFamilies, 32);
        QCOMPARE(options.bufferPoolSize, 512);
        QCOMPARE(resolved({.threads = 3, .ioThreads = 5}).ioThreads, 5);
        QVERIFY(resolved({}).cacheBytes >= (std::size_t{256} << 20U));
    }
};

QTEST_GUILESS_MAIN(SlideEngineTest)
#include "tst_slide_engine.moc"
