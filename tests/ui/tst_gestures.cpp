// Checks how wheels, trackpads and fingers move the view.
#include "ui/navigate/gestures.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace origami;
using namespace std::chrono_literals;

namespace {

using Kind = ScrollAction::Kind;
constexpr Navigator::Time kStart{};

Navigator openNavigator() {
    Navigator navigator;
    navigator.resize({1000, 800}, kStart);
    navigator.open({40'000, 20'000}, kStart);
    navigator.lookAt({20'000, 10'000}, 0.25, kStart);
    return navigator;
}

bool isNear(Level0Point a, Level0Point b) {
    return std::abs(a.x - b.x) < 1e-6 && std::abs(a.y - b.y) < 1e-6;
}

}  // namespace

class TestGestures : public QObject {
    Q_OBJECT

private slots:
    void twoNotchesZoomByTwo();
    void fineWheelsAddUpToTheSame();
    void aWheelMovesWhereTheUserLikesThat();
    void aTrackpadMovesAndZooms();
    void pixelsWithoutAPhaseAreAWheel();
    void oneFingerDrags();
    void twoFingersZoom();
    void aSecondFingerEndsTheDrag();
};

void TestGestures::twoNotchesZoomByTwo() {
    const ScrollAction in = actionOf({.angleY = 240}, false);
    QCOMPARE(in.kind, Kind::Zoom);
    QCOMPARE(in.factor, 2.0);
    QCOMPARE(actionOf({.angleY = -240}, false).factor, 0.5);
    QCOMPARE(actionOf({.angleX = 240}, false).factor, 2.0);  // a wheel turned sideways
    QCOMPARE(actionOf({}, false).kind, Kind::None);
}

void TestGestures::fineWheelsAddUpToTheSame() {
    double factor = 1;
    for (int i = 0; i < 80; ++i) {
        factor *= actionOf({.angleY = 3}, false).factor;
    }
    QVERIFY(std::abs(factor - 2) < 1e-9);
}

void TestGestures::aWheelMovesWhereTheUserLikesThat() {
    const ScrollAction down = actionOf({.angleX = 60, .angleY = -120}, true);
    QCOMPARE(down.kind, Kind::Move);
    QCOMPARE(down.x, 50.0);
    QCOMPARE(down.y, -100.0);
    const ScrollAction sideways = actionOf({.angleY = -120, .shift = true}, true);
    QCOMPARE(sideways.x, -100.0);
    QCOMPARE(sideways.y, 0.0);
    QCOMPARE(actionOf({.angleY = 240, .control = true}, true).kind, Kind::Zoom);
}

void TestGestures::aTrackpadMovesAndZooms() {
    // Whether a wheel moves or zooms makes no difference.
    for (const bool wheelMoves : {false, true}) {
        const ScrollAction move =
            actionOf({.angleY = 40, .distanceX = 3, .distanceY = -5, .hasPhase = true}, wheelMoves);
        QCOMPARE(move.kind, Kind::Move);
        QCOMPARE(move.x, 3.0);
        QCOMPARE(move.y, -5.0);
        const ScrollAction zoom = actionOf({.distanceY = 150, .hasPhase = true, .control = true}, wheelMoves);
        QCOMPARE(zoom.kind, Kind::ZoomAtOnce);
        QCOMPARE(zoom.factor, 2.0);
    }
}

void TestGestures::pixelsWithoutAPhaseAreAWheel() {
    QCOMPARE(actionOf({.angleY = 120, .distanceY = 15}, false).kind, Kind::Zoom);
}

void TestGestures::oneFingerDrags() {
    Navigator navigator = openNavigator();
    const Level0Point held = navigator.view().toLevel0({300, 300});
    followTouch(navigator, std::array{TouchPoint{{300, 300}, {300, 300}}}, kStart);
    QVERIFY(navigator.isDragging());
    followTouch(navigator, std::array{TouchPoint{{300, 300}, {350, 320}}}, kStart + 50ms);
    QVERIFY(isNear(navigator.view().toLevel0({350, 320}), held));
    followTouch(navigator, {}, kStart + 50ms);
    QVERIFY(!navigator.isDragging());
    QVERIFY(navigator.isAnimated());  // with momentum
}

void TestGestures::twoFingersZoom() {
    Navigator navigator = openNavigator();
    followTouch(navigator, std::array{TouchPoint{{300, 400}, {300, 400}}, TouchPoint{{500, 400}, {500, 400}}}, kStart);
    const Level0Point held = navigator.view().toLevel0({400, 400});
    followTouch(navigator, std::array{TouchPoint{{300, 400}, {250, 410}}, TouchPoint{{500, 400}, {550, 410}}},
                kStart + 16ms);
    QVERIFY(std::abs(navigator.view().scale - 0.25 * 300 / 200) < 1e-9);
    QVERIFY(isNear(navigator.view().toLevel0({400, 410}), held));
    followTouch(navigator, {}, kStart + 32ms);
    QVERIFY(!navigator.isMoving());
}

void TestGestures::aSecondFingerEndsTheDrag() {
    Navigator navigator = openNavigator();
    followTouch(navigator, std::array{TouchPoint{{300, 300}, {300, 300}}}, kStart);
    followTouch(navigator, std::array{TouchPoint{{300, 300}, {400, 300}}}, kStart + 20ms);
    const Viewport dragged = navigator.view();
    followTouch(navigator, std::array{TouchPoint{{400, 300}, {400, 300}}, TouchPoint{{600, 300}, {600, 300}}},
                kStart + 30ms);
    QVERIFY(!navigator.isDragging());
    QCOMPARE(navigator.view(), dragged);
    followTouch(navigator, {}, kStart + 40ms);
    QVERIFY(!navigator.isMoving());  // no momentum
}

QTEST_APPLESS_MAIN(TestGestures)
#include "tst_gestures.moc"
