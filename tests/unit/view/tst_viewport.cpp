// The arithmetic of the view: window and level 0 points, zooming, fitting, limits, the ideal level.
#include "core/view/viewport.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <random>

using namespace origami;

namespace {

constexpr LevelSize kSlide{60'000, 50'000};
constexpr WindowSize kWindow{1600, 900};
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool near(double a, double b, double tolerance) {
    return std::abs(a - b) <= tolerance;
}

class Views {
public:
    double between(double low, double high) { return std::uniform_real_distribution(low, high)(m_random); }
    Viewport next() {
        return {.centre = {between(0, 60'000), between(0, 50'000)},
                .scale = std::exp2(between(-8, 3)),
                .size = {between(1, 4000), between(1, 3000)}};
    }

private:
    std::mt19937 m_random{7};
};

Pyramid pyramidOf(LevelSize size) {
    return *Pyramid::create(size);
}

}  // namespace

class ViewportTest : public QObject {
    Q_OBJECT
private slots:
    void theCentreIsInTheMiddleOfTheWindow() {
        const Viewport view{.centre = {1000, 700}, .scale = 0.5, .size = {800, 600}};
        QCOMPARE(view.toWindow({1000, 700}), (WindowPoint{400, 300}));
        QCOMPARE(view.toWindow({1002, 696}), (WindowPoint{401, 298}));
        QCOMPARE(view.toLevel0({0, 0}), (Level0Point{200, 100}));
        QCOMPARE(view.area(), (Level0Rect{200, 100, 1600, 1200}));
    }

    void windowAndLevel0PointsAreInverse() {
        Views views;
        for (int i = 0; i < 1000; ++i) {
            const Viewport view = views.next();
            const WindowPoint point{views.between(-500, 5000), views.between(-500, 5000)};
            const WindowPoint back = view.toWindow(view.toLevel0(point));
            QVERIFY(near(back.x, point.x, 1e-6));
            QVERIFY(near(back.y, point.y, 1e-6));
        }
    }

    void theAreaIsWhatTheCornersShow() {
        Views views;
        for (int i = 0; i < 1000; ++i) {
            const Viewport view = views.next();
            const Level0Point topLeft = view.toLevel0({0, 0});
            const Level0Point bottomRight = view.toLevel0({view.size.width, view.size.height});
            QVERIFY(near(view.area().x, topLeft.x, 1e-5));
            QVERIFY(near(view.area().y, topLeft.y, 1e-5));
            QVERIFY(near(view.area().right(), bottomRight.x, 1e-5));
            QVERIFY(near(view.area().bottom(), bottomRight.y, 1e-5));
        }
    }

    void zoomingKeepsTheAnchor() {
        Views views;
        for (int i = 0; i < 1000; ++i) {
            const Viewport view = views.next();
            const WindowPoint anchor{views.between(0, view.size.width), views.between(0, view.size.height)};
            const double scale = std::exp2(views.between(-8, 3));
            const Viewport zoomed = view.zoomedAbout(anchor, scale);
            QCOMPARE(zoomed.scale, scale);
            QCOMPARE(zoomed.size, view.size);
            const WindowPoint after = zoomed.toWindow(view.toLevel0(anchor));
            QVERIFY(near(after.x, anchor.x, 1e-5));
            QVERIFY(near(after.y, anchor.y, 1e-5));
        }
    }

    void zoomingInAndOutComesBack() {
        const Viewport view{.centre = {31'000, 12'345}, .scale = 0.1, .size = kWindow};
        Viewport moved = view;
        for (int i = 0; i < 40; ++i) {
            moved = moved.zoomedAbout({1200, 100}, moved.scale * 1.1);
        }
        QVERIFY(!near(moved.centre.x, view.centre.x, 100));
        moved = moved.zoomedAbout({1200, 100}, view.scale);
        QVERIFY(near(moved.centre.x, view.centre.x, 1e-6));
        QVERIFY(near(moved.centre.y, view.centre.y, 1e-6));
    }

    void fittedShowsTheWholeSlideWithItsMargin_data() {
        QTest::addColumn<qint64>("width");
        QTest::addColumn<qint64>("height");
        QTest::newRow("wide") << qint64{60'000} << qint64{1000};
        QTest::newRow("tall") << qint64{1000} << qint64{60'000};
        QTest::newRow("square") << qint64{5000} << qint64{5000};
        QTest::newRow("one pixel") << qint64{1} << qint64{1};
    }
    void fittedShowsTheWholeSlideWithItsMargin() {
        QFETCH(qint64, width);
        QFETCH(qint64, height);
        const auto w = static_cast<double>(width);
        const auto h = static_cast<double>(height);
        constexpr double kMargin = 0.05;
        const Viewport view = fitted({width, height}, kWindow, kMargin);
        QCOMPARE(view.size, kWindow);
        QCOMPARE(view.centre, (Level0Point{w / 2, h / 2}));
        const WindowPoint topLeft = view.toWindow({0, 0});
        const WindowPoint bottomRight = view.toWindow({w, h});
        const double left = topLeft.x / kWindow.width;
        const double top = topLeft.y / kWindow.height;
        QVERIFY(near(left, 1 - bottomRight.x / kWindow.width, 1e-9));
        QVERIFY(near(top, 1 - bottomRight.y / kWindow.height, 1e-9));
        // The tighter direction has just its margin.
        QVERIFY(near(std::min(left, top), kMargin, 1e-9));
    }

    void fittingIntoNothingStaysUsable() {
        for (const WindowSize window : {WindowSize{0, 0}, WindowSize{0, 500}, WindowSize{500, 0}}) {
            const Viewport view = fitted(kSlide, window);
            QVERIFY(std::isfinite(view.scale) && view.scale > 0);
        }
        QVERIFY(fitted({}, kWindow).scale > 0);
    }

    void scalesReachFromAQuarterOfTheWindowToEightTimes() {
        const ScaleRange range = scaleRange(kSlide, kWindow);
        QCOMPARE(range.max, 8.0);
        // 50000 pixels are the tighter side of this window: at the smallest scale they take a quarter of its height.
        QVERIFY(near(range.min * 50'000, 900 / 4.0, 1e-6));
    }

    void smallSlidesCanStillBeSeenPixelForPixel() {
        const ScaleRange range = scaleRange({10, 10}, kWindow);
        QCOMPARE(range.min, 1.0);
        QCOMPARE(range.max, 8.0);
    }

    void constrainedLeavesGoodViewsAlone() {
        const Viewport view{.centre = {10, 49'990}, .scale = 0.37, .size = kWindow};
        QCOMPARE(constrained(view, kSlide), view);
        const Viewport corner{.centre = {60'000, 50'000}, .scale = 8, .size = kWindow};
        QCOMPARE(constrained(corner, kSlide), corner);
    }

    void constrainedBringsTheSlideBack() {
        const Viewport far{.centre = {-5000, 80'000}, .scale = 100, .size = kWindow};
        const Viewport back = constrained(far, kSlide);
        QCOMPARE(back.centre, (Level0Point{0, 50'000}));
        QCOMPARE(back.scale, 8.0);
        QCOMPARE(constrained({.centre = {1, 1}, .scale = 1e-9, .size = kWindow}, kSlide).scale,
                 scaleRange(kSlide, kWindow).min);
    }

    void constrainedMakesAnyNumbersUsable() {
        const ScaleRange range = scaleRange(kSlide, kWindow);
        for (const double bad : {kNaN, kInfinity, -kInfinity, 0.0, -3.0, 1e300, -1e300}) {
            for (const Viewport& view : {Viewport{.centre = {bad, 5}, .scale = 1, .size = kWindow},
                                         Viewport{.centre = {5, bad}, .scale = 1, .size = kWindow},
                                         Viewport{.centre = {5, 5}, .scale = bad, .size = kWindow},
                                         Viewport{.centre = {bad, bad}, .scale = bad, .size = kWindow}}) {
                const Viewport good = constrained(view, kSlide);
                QVERIFY(good.scale >= range.min && good.scale <= range.max);
                QVERIFY(good.centre.x >= 0 && good.centre.x <= 60'000);
                QVERIFY(good.centre.y >= 0 && good.centre.y <= 50'000);
                QCOMPARE(constrained(good, kSlide), good);
            }
        }
    }

    // Level k has a pixel for 2^k level 0 pixels: one for each physical pixel down to a scale of 1 / 2^k.
    void theIdealLevelChangesAtPowersOfTwo() {
        const Pyramid pyramid = pyramidOf(kSlide);  // levels 0..8
        QCOMPARE(pyramid.levelCount(), 9);
        QCOMPARE(idealLevel(pyramid, 1), 0);
        QCOMPARE(idealLevel(pyramid, 8), 0);
        for (int level = 1; level <= 8; ++level) {
            const double scale = std::exp2(-level);
            QCOMPARE(idealLevel(pyramid, scale), level);
            QCOMPARE(idealLevel(pyramid, scale * 1.0001), level - 1);
            QCOMPARE(idealLevel(pyramid, scale * 0.9999), level);
        }
    }

    void theIdealLevelNeverMagnifiesUnlessItIsTheFinest() {
        const Pyramid pyramid = pyramidOf(kSlide);
        Views views;
        for (int i = 0; i < 2000; ++i) {
            const double scale = std::exp2(views.between(-12, 3));
            const int level = idealLevel(pyramid, scale);
            const double pixel = scale * std::exp2(level);  // one pixel of the level, in physical pixels
            QVERIFY(level == 0 || pixel <= 1 + 1e-6);
            QVERIFY(level == 8 || pixel * 2 > 1);
        }
    }

    void theIdealLevelExistsForAnyScale() {
        const Pyramid pyramid = pyramidOf(kSlide);
        for (const double scale : {1e-300, 0.0, -1.0, kNaN}) {
            QCOMPARE(idealLevel(pyramid, scale), 8);
        }
        QCOMPARE(idealLevel(pyramid, kInfinity), 0);
        QCOMPARE(idealLevel(pyramidOf({1, 1}), 0.001), 0);
    }
};

QTEST_APPLESS_MAIN(ViewportTest)
#include "tst_viewport.moc"
