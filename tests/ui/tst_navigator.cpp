// How the view moves with time: animations, momentum, anchors and limits, computed without a window or a clock.
#include "ui/navigate/navigator.h"

#include <QTest>

#include <chrono>
#include <cmath>

using namespace origami;
using namespace std::chrono_literals;

namespace {

constexpr LevelSize kSlide{40'000, 20'000};
constexpr WindowSize kWindow{1000, 800};
constexpr Navigator::Time kStart{};

bool isNear(double a, double b, double tolerance = 1e-6) {
    return std::abs(a - b) <= tolerance;
}

bool isNear(Level0Point a, Level0Point b, double tolerance = 1e-6) {
    return isNear(a.x, b.x, tolerance) && isNear(a.y, b.y, tolerance);
}

// Shows the point (20000, 10000) in the middle at one physical pixel for four level 0 pixels.
Navigator openNavigator() {
    Navigator navigator;
    navigator.resize(kWindow, kStart);
    navigator.open(kSlide, kStart);
    navigator.lookAt({20'000, 10'000}, 0.25, kStart);
    (void)navigator.takeChanges();
    return navigator;
}

}  // namespace

class TestNavigator : public QObject {
    Q_OBJECT

private slots:
    void withoutASlideOrASizeNothingMoves();
    void aNewSlideIsShownAsAWhole();
    void resizingKeepsAFittedViewFitted();
    void resizingKeepsTheCentreOfOtherViews();
    void aNewPixelRatioKeepsTheSizeOnTheScreen();
    void aFlightEndsAtItsTarget();
    void aFlightIsHalfWayAtTheRightTime();
    void aZoomKeepsItsAnchorAllTheWay();
    void zoomsDuringAFlightAddUp();
    void pansDuringAFlightAddUp();
    void aViewSetAtOnceEndsTheFlight();
    void aFlightTellsWhereItIsHeading();
    void reducedMotionMeansAtOnce();
    void scalesStayInTheirLimits();
    void theMiddleStaysOnTheSlide();
    void aDragMovesTheSlideWithTheHand();
    void momentumDecays();
    void momentumEndsAtTheEdge();
    void momentumNeedsAQuickRelease_data();
    void momentumNeedsAQuickRelease();
    void onlyTheLastTenthOfASecondCounts();
    void aPinchKeepsTheSlideUnderTheFingers();
    void whatNoLongerMovesComesToRest();
};

void TestNavigator::withoutASlideOrASizeNothingMoves() {
    Navigator navigator;
    navigator.resize(kWindow, kStart);
    navigator.zoomToFit(kStart);
    navigator.zoomAbout({1, 1}, 2, kStart);
    navigator.panBy(1, 0, kStart);
    navigator.lookAt({1, 1}, 1, kStart);
    QCOMPARE(navigator.limits().max, 0.0);
    QVERIFY(!navigator.isMoving());

    Navigator empty;
    empty.open(kSlide, kStart);
    empty.zoomAbout({1, 1}, 2, kStart);
    empty.zoomAtOnce({1, 1}, 2, kStart);
    QVERIFY(!empty.isMoving());

    for (Navigator* const each : {&navigator, &empty}) {
        const Navigator::Changes changes = each->takeChanges();
        QVERIFY(!changes.view && !changes.animation);
    }
}

void TestNavigator::aNewSlideIsShownAsAWhole() {
    Navigator navigator;
    navigator.open(kSlide, kStart);
    navigator.resize(kWindow, kStart);  // the canvas may get its size later
    QCOMPARE(navigator.view(), fitted(kSlide, kWindow));
    QVERIFY(navigator.isFitted());
    QVERIFY(navigator.takeChanges().view);
    QVERIFY(!navigator.takeChanges().view);  // they are told once
}

void TestNavigator::resizingKeepsAFittedViewFitted() {
    Navigator navigator = openNavigator();
    navigator.zoomToFit(kStart);
    QVERIFY(navigator.isFitted());
    navigator.resize({500, 900}, kStart + 10ms);  // in mid-flight
    QVERIFY(!navigator.isAnimated());
    QCOMPARE(navigator.view(), fitted(kSlide, {500, 900}));
    QVERIFY(navigator.isFitted());
}

void TestNavigator::resizingKeepsTheCentreOfOtherViews() {
    Navigator navigator = openNavigator();
    navigator.resize({600, 700}, kStart);
    QCOMPARE(navigator.view(), (Viewport{{20'000, 10'000}, 0.25, {600, 700}}));
    // An animation goes on, to the same place at the new size.
    navigator.panBy(0.5, 0, kStart);
    navigator.resize({800, 700}, kStart + 10ms);
    navigator.advance(kStart + 1s);
    QCOMPARE(navigator.view(), (Viewport{{20'000 + 0.5 * 600 / 0.25, 10'000}, 0.25, {800, 700}}));
}

void TestNavigator::aNewPixelRatioKeepsTheSizeOnTheScreen() {
    Navigator navigator = openNavigator();
    navigator.setPixelRatio(2, kStart);
    QCOMPARE(navigator.view(), (Viewport{{20'000, 10'000}, 0.5, {2000, 1600}}));
    navigator.setPixelRatio(1.5, kStart);
    QCOMPARE(navigator.view(), (Viewport{{20'000, 10'000}, 0.375, {1500, 1200}}));
}

void TestNavigator::aFlightEndsAtItsTarget() {
    Navigator navigator = openNavigator();
    const Viewport before = navigator.view();
    navigator.zoomToScale(1, kStart);
    QVERIFY(navigator.takeChanges().animation);
    QVERIFY(navigator.isMoving());
    QCOMPARE(navigator.view(), before);  // until time passes

    double scale = before.scale;
    for (Navigator::Time time = kStart + 16ms; time < kStart + 160ms; time += 16ms) {
        navigator.advance(time);
        QVERIFY(navigator.view().scale > scale);
        QVERIFY(navigator.isMoving());
        scale = navigator.view().scale;
    }
    navigator.advance(kStart + 160ms);
    QCOMPARE(navigator.view(), (Viewport{{20'000, 10'000}, 1, kWindow}));
    QVERIFY(!navigator.isMoving());

    (void)navigator.takeChanges();
    navigator.advance(kStart + 200ms);
    QVERIFY(!navigator.takeChanges().view);
}

// After half of its 160 ms a flight has covered 1 - (1/2)^3 = 7/8 of its way: of the octaves for a zoom, of the
// distance for a pan.
void TestNavigator::aFlightIsHalfWayAtTheRightTime() {
    Navigator zoom = openNavigator();
    zoom.zoomToScale(1, kStart);
    zoom.advance(kStart + 80ms);
    QVERIFY(isNear(zoom.view().scale, 0.25 * std::pow(4, 0.875)));

    Navigator pan = openNavigator();
    pan.panBy(0.5, -0.25, kStart);
    pan.advance(kStart + 80ms);
    QVERIFY(isNear(pan.view().centre, {20'000 + 0.875 * 0.5 * 4000, 10'000 - 0.875 * 0.25 * 3200}));
    QCOMPARE(pan.view().scale, 0.25);
}

void TestNavigator::aZoomKeepsItsAnchorAllTheWay() {
    constexpr WindowPoint kAnchor{120, 700};
    for (const double factor : {3.0, 0.5}) {
        Navigator navigator = openNavigator();
        const Level0Point place = navigator.view().toLevel0(kAnchor);
        navigator.zoomAbout(kAnchor, factor, kStart);
        for (Navigator::Time time = kStart; navigator.isAnimated(); time += 10ms) {
            navigator.advance(time);
            QVERIFY(isNear(navigator.view().toLevel0(kAnchor), place));
        }
        QVERIFY(isNear(navigator.view().scale, 0.25 * factor));
        navigator.zoomAtOnce(kAnchor, 1 / factor, kStart + 1s);
        QVERIFY(isNear(navigator.view().toLevel0(kAnchor), place));
        QVERIFY(isNear(navigator.view().scale, 0.25));
    }
}

void TestNavigator::zoomsDuringAFlightAddUp() {
    Navigator navigator = openNavigator();
    navigator.zoomAbout({500, 400}, 2, kStart);
    navigator.advance(kStart + 40ms);
    navigator.zoomAbout({500, 400}, 2, kStart + 40ms);
    navigator.advance(kStart + 200ms);
    QVERIFY(isNear(navigator.view().scale, 1));
}

void TestNavigator::pansDuringAFlightAddUp() {
    Navigator navigator = openNavigator();
    navigator.panBy(0.15, 0, kStart);
    navigator.advance(kStart + 40ms);
    navigator.panBy(0.15, 0, kStart + 40ms);
    navigator.advance(kStart + 200ms);
    QVERIFY(isNear(navigator.view().centre, {20'000 + 0.3 * 4000, 10'000}));
}

void TestNavigator::aViewSetAtOnceEndsTheFlight() {
    Navigator navigator = openNavigator();
    navigator.zoomToScale(1, kStart);
    navigator.lookAt({7000, 8000}, 0.5, kStart + 40ms);
    QVERIFY(!navigator.isAnimated());
    QCOMPARE(navigator.view(), (Viewport{{7000, 8000}, 0.5, kWindow}));
}

void TestNavigator::aFlightTellsWhereItIsHeading() {
    Navigator navigator = openNavigator();
    navigator.zoomToScale(1, kStart);
    const Viewport target{{20'000, 10'000}, 1, kWindow};
    // The last step is part of the flight, too.
    for (auto time = 8ms; time <= 160ms; time += 8ms) {
        navigator.advance(kStart + time);
        QCOMPARE(navigator.motion().target, std::optional(target));
        QVERIFY(navigator.motion().zoom > 0 || time == 8ms);
    }
    QVERIFY(!navigator.isMoving());
    navigator.lookAt({1, 1}, 0.5, kStart + 200ms);
    QVERIFY(!navigator.motion().target);
}

void TestNavigator::reducedMotionMeansAtOnce() {
    Navigator navigator = openNavigator();
    navigator.setReducedMotion(true);
    navigator.zoomToScale(1, kStart);
    QCOMPARE(navigator.view().scale, 1.0);
    navigator.zoomToFit(kStart);
    QCOMPARE(navigator.view(), fitted(kSlide, kWindow));
    QVERIFY(navigator.isFitted());
    navigator.beginDrag({0, 0}, kStart);
    navigator.continueDrag({100, 0}, kStart + 50ms);
    navigator.endDrag(kStart + 50ms);
    QVERIFY(!navigator.isMoving());
    QVERIFY(!navigator.takeChanges().animation);
}

void TestNavigator::scalesStayInTheirLimits() {
    Navigator navigator = openNavigator();
    const ScaleRange limits = scaleRange(kSlide, kWindow);
    QCOMPARE(navigator.limits().min, limits.min);
    QCOMPARE(navigator.limits().max, limits.max);
    for (const double factor : {1e9, 1e-9}) {
        const double limit = factor > 1 ? limits.max : limits.min;
        navigator.zoomAtOnce({10, 20}, factor, kStart);
        QCOMPARE(navigator.view().scale, limit);
        navigator.lookAt({20'000, 10'000}, 0.25, kStart);
        // An anchored zoom stops at the limit with the anchor in place, and does not slide on.
        const Level0Point place = navigator.view().toLevel0({500, 390});
        navigator.zoomAbout({500, 390}, factor, kStart);
        navigator.advance(kStart + 1s);
        QVERIFY(isNear(navigator.view().scale, limit));
        QVERIFY(isNear(navigator.view().toLevel0({500, 390}), place));
        navigator.lookAt({20'000, 10'000}, 0.25, kStart + 1s);
    }
}

void TestNavigator::theMiddleStaysOnTheSlide() {
    Navigator navigator = openNavigator();
    navigator.moveSlideBy({1e6, -1e6}, kStart);
    QCOMPARE(navigator.view().centre, (Level0Point{0, 20'000}));
    navigator.panBy(100, 0, kStart);
    navigator.advance(kStart + 1s);
    QCOMPARE(navigator.view().centre, (Level0Point{40'000, 20'000}));
}

void TestNavigator::aDragMovesTheSlideWithTheHand() {
    Navigator navigator = openNavigator();
    const Level0Point held = navigator.view().toLevel0({300, 300});
    navigator.beginDrag({300, 300}, kStart);
    QVERIFY(navigator.isMoving());
    navigator.continueDrag({340, 280}, kStart + 20ms);
    navigator.continueDrag({420, 330}, kStart + 40ms);
    QVERIFY(isNear(navigator.view().toLevel0({420, 330}), held));
    navigator.cancelDrag();
    QVERIFY(!navigator.isMoving());
    navigator.continueDrag({0, 0}, kStart + 60ms);  // nothing is held any more
    QVERIFY(isNear(navigator.view().toLevel0({420, 330}), held));
}

// A release at v physical pixels a second moves the slide on at v e^(-t / 0.3 s). Steps as short as these come to the
// integral of that.
void TestNavigator::momentumDecays() {
    Navigator navigator = openNavigator();
    navigator.beginDrag({100, 100}, kStart);
    navigator.continueDrag({150, 100}, kStart + 50ms);
    navigator.endDrag(kStart + 50ms);  // 1000 physical pixels a second
    QVERIFY(navigator.isAnimated());
    QVERIFY(navigator.takeChanges().animation);

    const double from = navigator.view().centre.x;
    Navigator::Time time = kStart + 50ms;
    while (time < kStart + 350ms) {
        time += 100us;
        navigator.advance(time);
    }
    const double pixels = 1000 * 0.3 * (1 - std::exp(-1.0));
    QVERIFY(isNear(navigator.view().centre.x, from - pixels / 0.25, 0.01 * pixels / 0.25));
    QCOMPARE(navigator.view().centre.y, 10'000.0);

    // Below 12 pixels a second it stops: after 0.3 s ln(1000 / 12).
    while (navigator.isAnimated()) {
        time += 1ms;
        navigator.advance(time);
    }
    const double seconds = std::chrono::duration<double>(time - kStart).count() - 0.05;
    QVERIFY(isNear(seconds, 0.3 * std::log(1000.0 / 12), 0.002));
}

void TestNavigator::momentumEndsAtTheEdge() {
    Navigator navigator = openNavigator();
    navigator.lookAt({0, 0}, 0.25, kStart);
    navigator.beginDrag({100, 100}, kStart);
    navigator.continueDrag({150, 150}, kStart + 50ms);
    navigator.endDrag(kStart + 50ms);
    QVERIFY(navigator.isAnimated());
    navigator.advance(kStart + 66ms);
    QCOMPARE(navigator.view().centre, (Level0Point{0, 0}));
    QVERIFY(!navigator.isAnimated());
}

void TestNavigator::momentumNeedsAQuickRelease_data() {
    QTest::addColumn<double>("pixels");  // within 50 ms
    QTest::addColumn<int>("heldMs");     // before the release
    QTest::addColumn<double>("pixelRatio");
    QTest::addColumn<bool>("goesOn");
    QTest::newRow("quick") << 7.0 << 0 << 1.0 << true;  // 140 a second
    QTest::newRow("slow") << 5.0 << 0 << 1.0 << false;  // 100 a second
    QTest::newRow("quick in pixels, slow on the screen") << 7.0 << 0 << 2.0 << false;
    QTest::newRow("held for a moment") << 50.0 << 90 << 1.0 << true;
    QTest::newRow("held still") << 50.0 << 110 << 1.0 << false;
}

void TestNavigator::momentumNeedsAQuickRelease() {
    QFETCH(double, pixels);
    QFETCH(int, heldMs);
    QFETCH(double, pixelRatio);
    QFETCH(bool, goesOn);
    Navigator navigator = openNavigator();
    navigator.setPixelRatio(pixelRatio, kStart);
    navigator.beginDrag({100, 100}, kStart);
    navigator.continueDrag({100, 100 + pixels}, kStart + 50ms);
    navigator.endDrag(kStart + 50ms + std::chrono::milliseconds(heldMs));
    QCOMPARE(navigator.isAnimated(), goesOn);
}

void TestNavigator::onlyTheLastTenthOfASecondCounts() {
    Navigator navigator = openNavigator();
    navigator.beginDrag({0, 0}, kStart);
    navigator.continueDrag({400, 0}, kStart + 100ms);  // quick at first
    for (int ms = 110; ms <= 400; ms += 10) {
        navigator.continueDrag({400 + ms * 0.05, 0}, kStart + std::chrono::milliseconds(ms));  // 50 a second in the end
    }
    navigator.endDrag(kStart + 400ms);
    QVERIFY(!navigator.isAnimated());
}

void TestNavigator::aPinchKeepsTheSlideUnderTheFingers() {
    Navigator navigator = openNavigator();
    const Level0Point held = navigator.view().toLevel0({400, 300});
    navigator.pinch({400, 300}, {400, 300}, 100, kStart);  // two fingers have come down
    QVERIFY(navigator.isMoving());
    QCOMPARE(navigator.view().scale, 0.25);
    navigator.pinch({400, 300}, {430, 320}, 150, kStart + 16ms);
    QVERIFY(isNear(navigator.view().scale, 0.375));
    QVERIFY(isNear(navigator.view().toLevel0({430, 320}), held));
    navigator.endPinch();
    QVERIFY(!navigator.isMoving());
    // Two fingers that come down anew begin anew.
    navigator.pinch({0, 0}, {0, 0}, 400, kStart + 32ms);
    QVERIFY(isNear(navigator.view().scale, 0.375));
}

void TestNavigator::whatNoLongerMovesComesToRest() {
    Navigator navigator = openNavigator();
    navigator.zoomToScale(1, kStart);
    navigator.advance(kStart + 16ms);
    QVERIFY(!navigator.rest());  // still under way
    QVERIFY(navigator.motion() != Motion{});
    navigator.advance(kStart + 160ms);
    QVERIFY(navigator.rest());
    QCOMPARE(navigator.motion(), Motion{});
    QVERIFY(!navigator.rest());  // told once
}

QTEST_APPLESS_MAIN(TestNavigator)
#include "tst_navigator.moc"
