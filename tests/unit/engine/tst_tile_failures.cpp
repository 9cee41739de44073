// Checks what happens to a view when its slide cannot be read for a while, or its reader throws.
#include "core/codec/png.h"
#include "core/engine/slide_engine.h"
#include "tests/support/slides.h"

#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <filesystem>
#include <memory>
#include <new>
#include <utility>

using namespace origami;

namespace {

constexpr int kPatienceMs = 60'000;
constexpr LevelSize kSize{1024, 512};  // eight tiles

// Shows all of a slide, and waits until every tile has been made or has failed.
bool show(SlideEngine& engine, SlideKey slide) {
    const Viewport view{.centre = {512, 256}, .scale = 1, .size = {1024, 512}};
    engine.setView(slide, view, view.centre);
    return QTest::qWaitFor([&] { return engine.progress(slide).isSharp(); }, kPatienceMs);
}

}  // namespace

class TileFailuresTest : public QObject {
    Q_OBJECT

private slots:
    void aViewHealsByItself() {
        std::atomic<bool> isAway{true};
        std::atomic<int> reads{0};
        SlideEngine engine({.threads = 2});
        engine.setPrefetch(false);
        const SlideKey slide =
            engine.open(std::make_shared<test::PaintedSlide>(kSize, test::Paint::Color, [&](TileId) -> Result<void> {
                ++reads;
                return isAway ? Error{ErrorCode::Io, "painted slide: the disk does not answer"} : Result<void>();
            }));
        QVERIFY(show(engine, slide));
        QVERIFY(engine.progress(slide).failed >= 8);  // and those that would stand in for them
        const int before = reads;
        isAway = false;
        QVERIFY(QTest::qWaitFor([&] { return engine.progress(slide).failed == 0; }, kPatienceMs));
        QCOMPARE(engine.tile(slide, {0, 3, 1})->kind, TileKind::Baseline);
        QVERIFY(reads >= before + 8);
    }

    void damageIsFinal() {
        SlideEngine engine({.threads = 2});
        engine.setPrefetch(false);
        const SlideKey slide =
            engine.open(std::make_shared<test::PaintedSlide>(kSize, test::Paint::Color, [](TileId id) -> Result<void> {
                return id.x == 1 ? Error{ErrorCode::Corrupt, "painted slide: damaged"} : Result<void>();
            }));
        QVERIFY(show(engine, slide));
        QVERIFY(engine.progress(slide).failed >= 2);  // and one that would stand in for them
        const std::shared_ptr<const Tile> before = engine.tile(slide, {0, 1, 0});
        engine.retryFailed(slide);
        QVERIFY(show(engine, slide));
        QVERIFY(engine.tile(slide, {0, 1, 0}) == before);
    }

    void readersThatThrowFailTheirTilesAlone() {
        std::atomic<bool> isShort{true};
        SlideEngine engine({.threads = 2});
        engine.setPrefetch(false);
        const SlideKey slide =
            engine.open(std::make_shared<test::PaintedSlide>(kSize, test::Paint::Color, [&](TileId id) -> Result<void> {
                if (isShort && id.x == 2) {
                    throw std::bad_alloc();
                }
                return {};
            }));
        QVERIFY(show(engine, slide));
        QVERIFY(engine.progress(slide).failed >= 2);  // and one that would stand in for them
        QCOMPARE(engine.tile(slide, {0, 1, 0})->kind, TileKind::Baseline);
        isShort = false;
        engine.retryFailed(slide);
        QVERIFY(QTest::qWaitFor([&] { return engine.progress(slide).failed == 0; }, kPatienceMs));
    }

    void aFileThatChangesIsNoticed() {
        const QTemporaryDir folder;
        const std::filesystem::path path(folder.filePath("slide.png").toStdString());
        const auto write = [&](int width) {
            Rgb32Image image(width, 200);
            fill(image.view(), rgb32(1, 2, 3));
            return writePng(path, std::as_const(image).view());
        };
        QVERIFY(write(300));
        SlideEngine engine({.threads = 2});
        const Result<SlideKey> slide = engine.open(path);
        QVERIFY(slide);
        QVERIFY(show(engine, *slide));
        QVERIFY(!engine.progress(*slide).fileChanged);
        QVERIFY(write(310));
        // The engine looks again when a view is set, after a while.
        QVERIFY(
            QTest::qWaitFor([&] { return show(engine, *slide) && engine.progress(*slide).fileChanged; }, kPatienceMs));
    }
};

QTEST_GUILESS_MAIN(TileFailuresTest)
#include "tst_tile_failures.moc"
