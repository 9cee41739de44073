// Where a moving view will be, against views that really move so.
#include "core/view/motion.h"
#include "core/view/tile_cover.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

using namespace origami;

namespace {

constexpr Level0Point kAnchor{5000, 3000};

// A zoom of two octaves a second about an anchor, from a scale of 1/4.
Viewport zoomed(double seconds) {
    const Viewport start{.centre = {6000, 4000}, .scale = 0.25, .size = {1000, 800}};
    return start.zoomedAbout(start.toWindow(kAnchor), 0.25 * std::exp2(2 * seconds));
}

Motion heading(double degrees, double speed) {
    const double angle = degrees * std::numbers::pi / 180;
    return {.velocity = {speed * std::cos(angle), speed * std::sin(angle)}};
}

bool isWanted(const std::vector<WantedTile>& wanted, TileId id) {
    return std::ranges::find(wanted, id, &WantedTile::id) != wanted.end();
}

bool isFinest(const WantedTile& tile) {
    return tile.id.level == 0;
}

bool areClose(const Viewport& a, const Viewport& b, double pixels) {
    return std::abs(a.centre.x - b.centre.x) * b.scale < pixels &&
           std::abs(a.centre.y - b.centre.y) * b.scale < pixels && std::abs(std::log2(a.scale / b.scale)) < 1e-3;
}

}  // namespace

class MotionTest : public QObject {
    Q_OBJECT
private slots:
    void aPanGoesOnAtItsSpeed() {
        const Viewport view{.centre = {100, 200}, .scale = 0.5, .size = {1000, 800}};
        const Viewport ahead = predicted(view, {.velocity = {400, -100}}, 0.25);
        QVERIFY(areClose(ahead, {.centre = {200, 175}, .scale = 0.5, .size = {1000, 800}}, 1e-6));
        QCOMPARE(predicted(view, {}, 10), view);
    }

    void aZoomKeepsItsAnchor() {
        MotionTracker tracker;
        Motion motion;
        for (int frame = 0; frame <= 30; ++frame) {
            motion = tracker.moved(zoomed(frame / 1000.0), frame);
        }
        QVERIFY(std::abs(motion.zoom - 2) < 1e-6);
        for (const double ahead : {0.1, 0.4}) {
            QVERIFY(areClose(predicted(zoomed(0.03), motion, ahead), zoomed(0.03 + ahead), 3));
        }
    }

    void anAnimationEndsAtItsTarget() {
        const Viewport target = zoomed(0.5);
        const Motion motion{.zoom = 2, .target = target};
        QCOMPARE(predicted(zoomed(0), motion, 0.6), target);
        QVERIFY(predicted(zoomed(0), motion, 0.2).scale < target.scale);
        QVERIFY(isMoving(zoomed(0), {.zoom = 0, .target = target}));
    }

    void aViewThatStandsIsAtRest() {
        MotionTracker tracker;
        Viewport view{.centre = {100, 200}, .scale = 0.5, .size = {1000, 800}};
        QVERIFY(!isMoving(view, tracker.moved(view, 0)));
        view.centre.x += 32;
        const Motion motion = tracker.moved(view, 16);
        QCOMPARE(motion.velocity.x, 2000.0);
        QVERIFY(isMoving(view, motion));
        QVERIFY(!isMoving(view, tracker.moved(view, 32)));
        view.centre.x += 32;  // after a long while
        QVERIFY(!isMoving(view, tracker.moved(view, 400)));
        view.centre.x += 100;
        QVERIFY(isMoving(view, tracker.moved(view, 416)));
        view.centre.y += 900;  // more than half of the window: a jump, not a motion
        QVERIFY(!isMoving(view, tracker.moved(view, 432)));
    }

    void aTurnCountsAtOnce() {
        MotionTracker tracker;
        Viewport view{.centre = {5000, 5000}, .scale = 1, .size = {1000, 800}};
        Motion motion = tracker.moved(view, 0);
        for (int frame = 1; frame <= 10; ++frame) {
            view.centre.x += frame % 2 == 0 ? 30 : 34;
            view.centre.y += frame % 2 == 0 ? 4 : -4;  // a hand that trembles
            motion = tracker.moved(view, 16 * frame);
        }
        QVERIFY(std::abs(motion.velocity.x - 2000) < 50 && std::abs(motion.velocity.y) < 150);
        view.centre.y += 32;
        motion = tracker.moved(view, 176);
        QCOMPARE(motion.velocity, (Level0Point{0, 2000}));
        view.centre.y -= 32;  // and back
        motion = tracker.moved(view, 192);
        QCOMPARE(motion.velocity, (Level0Point{0, -2000}));
    }

    void levelsFollowEachOtherInAZoom() {
        const Pyramid pyramid = *Pyramid::create({20000, 16000});
        const Viewport view{.centre = {10000, 8000}, .scale = 0.25, .size = {1000, 800}};  // the last of level 2
        QCOMPARE(secondsToNextLevel(pyramid, view, {.zoom = 2}), 0.0);
        QCOMPARE(secondsToNextLevel(pyramid, view, {.zoom = -2}), 0.5);
        QVERIFY(std::isinf(secondsToNextLevel(pyramid, view, {})));
        const Viewport finest{.centre = {10000, 8000}, .scale = 1, .size = {1000, 800}};
        QVERIFY(std::isinf(secondsToNextLevel(pyramid, finest, {.zoom = 2})));
    }

    void aMovingViewWantsWhatItIsHeadingFor() {
        const Pyramid pyramid = *Pyramid::create({20000, 16000});
        const Viewport view{.centre = {8000, 8000}, .scale = 1, .size = {1024, 1024}};  // tiles 29 to 33
        const std::vector<WantedTile> wanted = wantedTiles(pyramid, {view, view.centre, {.velocity = {2560, 0}}});
        const auto wantOf = [&](TileId id) {
            const auto found = std::ranges::find(wanted, id, &WantedTile::id);
            return found != wanted.end() ? std::optional(found->want) : std::nullopt;
        };
        QVERIFY(wantOf({0, 31, 31}) == Want::Visible);
        QVERIFY(wantOf({0, 34, 31}) == Want::Predicted);
        QVERIFY(wantOf({0, 37, 31}) == Want::Predicted);  // 4 tiles in 0.4 s
        QVERIFY(!wantOf({0, 38, 31}));
        QVERIFY(!wantOf({0, 27, 31}));  // left behind
        QVERIFY(!wantOf({0, 31, 27}));  // beside
        QVERIFY(std::ranges::is_sorted(wanted, {}, &WantedTile::want));
    }

    // A tile at the view's corner may be in it only for a moment between now and then.
    void aMovingViewWantsWhatItPasses() {
        const Pyramid pyramid = *Pyramid::create({40000, 32000});
        const Viewport view{.centre = {8000, 8000}, .scale = 1, .size = {1920, 1080}};
        for (int degrees = 0; degrees < 360; degrees += 15) {
            const Motion motion = heading(degrees, 4 * view.size.width);
            const std::vector<WantedTile> wanted = wantedTiles(pyramid, {view, view.centre, motion});
            for (double seconds = 0; seconds <= 0.1; seconds += 0.005) {
                const Viewport passed = predicted(view, motion, seconds);
                for (const TileId id : tilesInView(pyramid, passed, 0, passed.centre)) {
                    const Level0Rect shown = pyramid.tileArea(id).intersected(passed.area());
                    constexpr double kLittle = 80;  // pixels of a corner, one frame long
                    QVERIFY2(isWanted(wanted, id) || std::min(shown.width, shown.height) < kLittle,
                             qPrintable(QString("%1 degrees, %2 s").arg(degrees).arg(seconds)));
                }
            }
        }
    }

    // By as many frames as tiles take to be there: with 0.2 s of its way they are at once, with 0.35 s they take 25 ms.
    void aMovingViewIsReadyForATurn() {
        const Pyramid pyramid = *Pyramid::create({40000, 32000});
        constexpr double kSpeed = 7680;
        for (const auto& [aheadSeconds, frames] : {std::pair{0.2, 1}, std::pair{0.35, 2}}) {
            for (int offset = 0; offset < 256; offset += 32) {
                const Viewport view{.centre = {8000. + offset, 8000. + offset}, .scale = 1, .size = {1920, 1080}};
                const std::vector<WantedTile> wanted = wantedTiles(
                    pyramid,
                    {.view = view, .focus = view.centre, .motion = heading(0, kSpeed), .aheadSeconds = aheadSeconds});
                for (int degrees = 0; degrees < 360; degrees += 15) {
                    const Viewport turned = predicted(view, heading(degrees, kSpeed), frames / 60.);
                    QVERIFY(std::ranges::all_of(tilesInView(pyramid, turned, 0, turned.centre),
                                                [&](TileId id) { return isWanted(wanted, id); }));
                }
            }
        }
    }

    // Two events of a mouse may be a millisecond apart.
    void nothingMovesSoFastThatMuchIsWantedAround() {
        const Pyramid pyramid = *Pyramid::create({40000, 32000});
        const Viewport view{.centre = {20000, 16000}, .scale = 1, .size = {1024, 1024}};
        const Motion motion{.velocity = {500 * 1024, 0}};
        constexpr int kAround = 7 * 7;
        constexpr int kAhead = 11 * 5 * 5;  // as many views
        QVERIFY(std::ranges::count_if(wantedTiles(pyramid, {view, view.centre, motion}), isFinest) <= kAround + kAhead);
    }

    void itWantsNoMoreOfItsWayThanItIsTold() {
        const Pyramid pyramid = *Pyramid::create({20000, 16000});
        const Viewport view{.centre = {8000, 8000}, .scale = 1, .size = {1024, 1024}};  // tiles 29 to 33
        const auto lastColumn = [&](double seconds) {
            Looking looking{view, view.centre, {.velocity = {2560, 0}}};  // 10 tiles
            looking.aheadSeconds = seconds;
            const std::vector<WantedTile> wanted = wantedTiles(pyramid, looking);
            int last = 0;
            for (const WantedTile& tile : wanted) {
                last = isFinest(tile) ? std::max(last, tile.id.x) : last;
            }
            return last;
        };
        QCOMPARE(lastColumn(0.2), 35);
        QCOMPARE(lastColumn(0.3), 36);
        QCOMPARE(lastColumn(kMostAheadSeconds), 37);
    }

    void aLevelThatIsFlownThroughIsLeftOut() {
        const Pyramid pyramid = *Pyramid::create({20000, 16000});
        const Viewport view{.centre = {8000, 8000}, .scale = 0.2, .size = {1024, 1024}};  // level 2, 0.3 octaves of it
        const auto visibleCount = [&](double zoom) {
            const std::vector<WantedTile> wanted = wantedTiles(pyramid, {view, view.centre, {.zoom = zoom}});
            return std::ranges::count(wanted, Want::Visible, &WantedTile::want);
        };
        QVERIFY(visibleCount(1) > 0);
        QCOMPARE(visibleCount(8), 0);
        const std::vector<WantedTile> wanted = wantedTiles(pyramid, {view, view.centre, {.zoom = 8}});
        const auto first = std::ranges::find(wanted, Want::Predicted, &WantedTile::want);
        QVERIFY(first != wanted.end() && first->id.level == 1);
    }
};

QTEST_APPLESS_MAIN(MotionTest)
#include "tst_motion.moc"
