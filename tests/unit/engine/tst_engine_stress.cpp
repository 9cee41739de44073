// Two slides at once, each with a window that never rests, while others look in, change the limits, and open and close
// a third. What counts is what thread sanitizer sees, and that in the end all of it is as it would be without.
#include "core/engine/slide_engine.h"
#include "core/make/tile_maker.h"
#include "tests/support/files.h"
#include "tests/support/images.h"
#include "tests/support/origami_tiff.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <atomic>
#include <random>
#include <thread>

using namespace origami;

namespace {

constexpr int kPatienceMs = 120'000;
constexpr int kSteps = 150;
constexpr std::size_t kSmallCache = std::size_t{4} << 20U;
constexpr std::size_t kLargeCache = std::size_t{64} << 20U;

// Jumps, pans, zooms and splits: whatever the seed says.
void wander(SlideEngine& engine, SlideKey slide, unsigned seed) {
    std::mt19937 random(seed);
    const auto below = [&](double limit) { return std::uniform_real_distribution<>(0, limit)(random); };
    const LevelSize size = engine.info(slide)->pyramid.levelSize(0);
    Viewport view{.centre = {0, 0}, .scale = 1, .size = {700, 500}};
    for (int step = 0; step < kSteps; ++step) {
        if (step % 10 == 0) {
            view.centre = {below(static_cast<double>(size.width)), below(static_cast<double>(size.height))};
            view.scale = 1.0 / (1 << static_cast<int>(below(4)));
        }
        view.centre.x += below(60) - 20;
        if (step % 7 == 0) {
            engine.setLooks(
                slide, {.looks = {{view, ViewMode::Reconstructed}, {view, ViewMode::Residual}}, .focus = view.centre});
        } else {
            engine.setView(slide, view, view.centre, ViewMode::Reconstructed, {.velocity = {below(2000) - 1000, 0}});
        }
        const TileId id{0, static_cast<std::int32_t>(view.centre.x) / 256,
                        static_cast<std::int32_t>(view.centre.y) / 256};
        if (engine.tile(slide, id)) {
            engine.recordUpload(slide, id, ViewMode::Reconstructed, 0.1);
        }
        (void)engine.progress(slide);
        engine.recordFrame(1);
        std::this_thread::yield();
    }
}

}  // namespace

class TestEngineStress : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        if (!test::hasSharedSlides()) {
            QSKIP(test::kNoSharedSlides);
        }
    }

    void twoSlidesAtOnce() {
        const QTemporaryDir folder;
        const std::filesystem::path tiff = folder.filePath("slide.origami.tif").toStdString();
        test::writeTiff(tiff, 3000, 2500);
        const std::array paths{tiff, test::sharedSlide("origami-packs")};
        SlideEngine engine({.threads = 3, .ioThreads = 4, .cacheBytes = kLargeCache});
        std::atomic<int> changes{0};
        engine.onTilesChanged([&] { ++changes; });
        std::array<SlideKey, 2> slides{};
        std::ranges::transform(paths, slides.begin(), [&](const auto& path) { return *engine.open(path); });

        std::atomic<bool> isOver{false};
        std::thread watcher([&] {
            for (int i = 0; !isOver; ++i) {
                (void)engine.metrics();
                (void)engine.inspect(slides[0], {1, 1}, ViewMode::Reconstructed);
                (void)engine.families(slides[1]);
                (void)engine.writeTrace(folder.filePath("trace.json").toStdString());
                engine.setCacheBytes(i % 2 == 0 ? kSmallCache : kLargeCache);
                engine.setMaxInflightFamilies(1 + i % 6);
                engine.setBufferPoolSize(8 + i % 60);
                engine.setPrefetch(i % 3 != 0);
            }
        });
        std::thread visitor([&] {
            for (unsigned i = 0; !isOver; ++i) {
                const SlideKey third = *engine.open(paths[i % 2]);
                engine.setView(third, {.centre = {500, 500}, .scale = 0.5, .size = {600, 600}}, {500, 500});
                (void)engine.thumbnail(third, 64);
                engine.close(third);
            }
        });
        std::array<std::thread, 2> windows{std::thread([&] { wander(engine, slides[0], 1); }),
                                           std::thread([&] { wander(engine, slides[1], 2); })};
        std::ranges::for_each(windows, &std::thread::join);
        isOver = true;
        watcher.join();
        visitor.join();

        engine.setCacheBytes(kLargeCache);
        engine.setMaxInflightFamilies(4);
        const Viewport view{.centre = {1024, 1024}, .scale = 1, .size = {1024, 1024}};
        for (const SlideKey slide : slides) {
            engine.setView(slide, view, view.centre);
        }
        QVERIFY(QTest::qWaitFor(
            [&] {
                return std::ranges::all_of(slides, [&](SlideKey slide) { return engine.progress(slide).isSharp(); });
            },
            kPatienceMs));
        for (std::size_t i = 0; i < slides.size(); ++i) {
            QCOMPARE(engine.progress(slides[i]).failed, 0);
            const auto slide = openSlide(paths[i]);
            QVERIFY(slide);
            for (std::int32_t tile = 2; tile < 6; ++tile) {
                const auto shown = engine.tile(slides[i], {0, tile, tile});
                QVERIFY(shown);
                const Result<Rgb32Image> alone =
                    renderRegion(**slide, {.rect = {256 * tile, 256 * tile, 256, 256}}, nullptr);
                QVERIFY(alone && test::areEqual(shown->pixels.view(), alone->view()));
            }
        }
        QVERIFY(changes > 0);
        const MetricsSnapshot metrics = engine.metrics();
        QCOMPARE(metrics.duplicateFamilies, std::int64_t{0});
        // A family that goes on after a pause does not wait for a place: one more for each worker.
        QVERIFY2(metrics.gauges.inflightMax <= 6 + 3, qPrintable(QString::number(metrics.gauges.inflightMax)));
        QVERIFY(metrics.gauges.cacheBytes <= kLargeCache);
    }
};

QTEST_GUILESS_MAIN(TestEngineStress)
#include "tst_engine_stress.moc"
