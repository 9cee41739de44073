// The divided canvas: where the divider lies, and that both sides show the slide where the undivided view does.
#include "ui/scene/view_split.h"

#include <QTest>

#include <cmath>

using namespace origami;

class TestViewSplit : public QObject {
    Q_OBJECT

private slots:
    void sidesShowTheSamePlaces() {
        const Viewport view{.centre = {1000, 700}, .scale = 2, .size = {801, 600}};
        const ViewSplit split = splitView(view, 0.25);
        QCOMPARE(split.at, 200.0);  // 200.25 on a whole pixel
        QCOMPARE(split.left.size.width, 200.0);
        QCOMPARE(split.right.size.width, 601.0);
        QCOMPARE(split.left.size.height, 600.0);
        QCOMPARE(split.right.scale, 2.0);
        // The window shows 1000 - 801 / 4 = 799.75 at its left edge and 1200.25 at its right one; the divider lies 100
        // level 0 pixels in.
        QCOMPARE(split.left.area().x, 799.75);
        QCOMPARE(split.left.area().right(), 899.75);
        QCOMPARE(split.right.area().x, 899.75);
        QCOMPARE(split.right.area().right(), 1200.25);
        QCOMPARE(split.right.area().y, view.area().y);
        const Level0Point place{950, 650};
        QVERIFY(std::abs(split.right.toWindow(place).x + split.at - view.toWindow(place).x) < 1e-9);
        QVERIFY(std::abs(split.left.toWindow(place).x - view.toWindow(place).x) < 1e-9);
    }

    void eachSideKeepsSomeRoom() {
        const Viewport view{.centre = {0, 0}, .scale = 1, .size = {1000, 500}};
        QCOMPARE(splitView(view, -3).at, 50.0);
        QCOMPARE(splitView(view, 0.01).at, 50.0);
        QCOMPARE(splitView(view, 2).at, 950.0);
    }
};

QTEST_APPLESS_MAIN(TestViewSplit)
#include "tst_view_split.moc"
