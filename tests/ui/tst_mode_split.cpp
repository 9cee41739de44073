// Which view modes the canvas shows, alone or side by side.
#include "ui/scene/mode_split.h"

#include <QTest>

#include <limits>
#include <vector>

using namespace origami;

namespace {

bool canShowAll(ViewMode) {
    return true;
}

// Stands for a slide without baseline tiles.
bool canShowNoDifference(ViewMode mode) {
    return mode == ViewMode::Reconstructed || mode == ViewMode::Prediction || mode == ViewMode::Residual ||
           mode == ViewMode::ResidualColor;
}

// Stands for a slide that is not made of families.
bool canShowReconstructed(ViewMode mode) {
    return mode == ViewMode::Reconstructed;
}

}  // namespace

class TestModeSplit : public QObject {
    Q_OBJECT

private slots:
    void aModeWithNothingToShowIsNotTaken() {
        ModeSplit modes;
        QVERIFY(!modes.setLeft(ViewMode::DifferenceColor, canShowNoDifference));
        QCOMPARE(modes.left(), ViewMode::Reconstructed);
        QVERIFY(modes.setLeft(ViewMode::Residual, canShowNoDifference));
        QCOMPARE(modes.left(), ViewMode::Residual);
        QVERIFY(!modes.setLeft(ViewMode::Residual, canShowNoDifference));  // nothing changes
    }

    void cyclingSkipsModesWithNothingToShow() {
        ModeSplit modes;
        for (const ViewMode next :
             {ViewMode::Prediction, ViewMode::Residual, ViewMode::ResidualColor, ViewMode::Reconstructed}) {
            QVERIFY(modes.cycle(canShowNoDifference));
            QCOMPARE(modes.left(), next);
        }
        QVERIFY(!modes.cycle(canShowReconstructed));
        QCOMPARE(modes.left(), ViewMode::Reconstructed);
    }

    void cyclingSkipsTheOtherSide() {
        ModeSplit modes;
        QVERIFY(modes.setSplit(true, canShowAll));
        QCOMPARE(modes.right(), ViewMode::Prediction);
        QVERIFY(modes.cycle(canShowAll));
        QCOMPARE(modes.left(), ViewMode::Residual);
        QCOMPARE(modes.right(), ViewMode::Prediction);
    }

    void sidesChangePlaces() {
        ModeSplit modes;
        modes.setSplit(true, canShowAll);
        QVERIFY(modes.setLeft(ViewMode::Prediction, canShowAll));
        QCOMPARE(modes.left(), ViewMode::Prediction);
        QCOMPARE(modes.right(), ViewMode::Reconstructed);
        QVERIFY(modes.setRight(ViewMode::Prediction, canShowAll));
        QCOMPARE(modes.left(), ViewMode::Reconstructed);
        QCOMPARE(modes.right(), ViewMode::Prediction);
    }

    void aSplitShowsTwoDifferentModes() {
        ModeSplit modes;
        modes.setLeft(ViewMode::Prediction, canShowAll);
        QVERIFY(modes.setSplit(true, canShowAll));
        QCOMPARE(modes.left(), ViewMode::Prediction);
        QCOMPARE(modes.right(), ViewMode::Residual);

        ModeSplit plain;
        plain.setSplit(true, canShowReconstructed);
        QVERIFY(!plain.isSplit());
    }

    void anotherSlideBeginsUndivided() {
        ModeSplit modes;
        modes.setSplit(true, canShowAll);
        modes.setRight(ViewMode::Residual, canShowAll);
        modes.setPosition(0.25);
        modes.reset();
        QCOMPARE(modes.left(), ViewMode::Reconstructed);
        QVERIFY(!modes.isSplit());
        QCOMPARE(modes.right(), ViewMode::Residual);
        QCOMPARE(modes.position(), 0.25);
    }

    void thePositionLeavesBothSidesRoom() {
        ModeSplit modes;
        QVERIFY(!modes.setPosition(0.5));
        QVERIFY(modes.setPosition(-1));
        QCOMPARE(modes.position(), 0.05);
        QVERIFY(modes.setPosition(7));
        QCOMPARE(modes.position(), 0.95);
        QVERIFY(!modes.setPosition(std::numeric_limits<double>::quiet_NaN()));
        QCOMPARE(modes.position(), 0.95);
    }

    void eachSideSeesItsPart() {
        const Viewport view{.centre = {1000, 700}, .scale = 2, .size = {800, 600}};
        ModeSplit modes;
        QCOMPARE(modes.sidesOf(view).size(), std::size_t{1});
        QCOMPARE(modes.sidesOf(view).front().look.view, view);
        QCOMPARE(modes.modeAt(view, 700), ViewMode::Reconstructed);

        modes.setSplit(true, canShowAll);
        modes.setPosition(0.25);
        const std::vector<ModeSplit::Side> sides = modes.sidesOf(view);
        QCOMPARE(sides.size(), std::size_t{2});
        QCOMPARE(sides[0].x, 0.0);
        QCOMPARE(sides[0].look.mode, ViewMode::Reconstructed);
        QCOMPARE(sides[0].look.view.size.width, 200.0);
        QCOMPARE(sides[1].x, 200.0);
        QCOMPARE(sides[1].look.mode, ViewMode::Prediction);
        QCOMPARE(sides[1].look.view.size.width, 600.0);
        QCOMPARE(modes.modeAt(view, 199), ViewMode::Reconstructed);
        QCOMPARE(modes.modeAt(view, 200), ViewMode::Prediction);
    }
};

QTEST_APPLESS_MAIN(TestModeSplit)
#include "tst_mode_split.moc"
