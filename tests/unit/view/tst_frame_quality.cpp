// What makes a frame ideal or bad, by the definition of cli.md, and how frames add up.
#include "core/view/frame_quality.h"

#include <QTest>

#include <cmath>
#include <set>

using namespace origami;

namespace {

// Four level 0 tiles, 2 x 2, of a slide of 4 x 4; level 0 is ideal.
const Viewport kView{.centre = {256, 256}, .scale = 1, .size = {512, 512}};

FrameQuality qualityWith(const std::set<TileId>& tiles, const Viewport& view = kView) {
    const Pyramid pyramid = *Pyramid::create({1024, 1024});
    return frameQuality(pyramid, view, [&](TileId id) { return tiles.contains(id); });
}

}  // namespace

class FrameQualityTest : public QObject {
    Q_OBJECT
private slots:
    void everyIdealTileMakesItIdeal() {
        const FrameQuality all = qualityWith({{0, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 1}});
        QVERIFY(all.isIdeal && !all.isBad);
        QCOMPARE(all.idealShare, 1.0);
        const FrameQuality one = qualityWith({{0, 0, 0}, {1, 0, 0}});
        QVERIFY(!one.isIdeal && !one.isBad);  // the rest one level too coarse
        QCOMPARE(one.idealShare, 0.25);
        QCOMPARE(one.badShare, 0.0);
    }

    void twoLevelsTooCoarseOrBlankIsBad() {
        const FrameQuality coarse = qualityWith({{0, 0, 0}, {0, 1, 0}, {0, 0, 1}, {2, 0, 0}});
        QVERIFY(coarse.isBad);
        QCOMPARE(coarse.badShare, 0.25);
        const FrameQuality blank = qualityWith({});
        QVERIFY(blank.isBad && !blank.isIdeal);
        QCOMPARE(blank.badShare, 1.0);
    }

    void finerTilesThatShowAllOfATileAreNotBad() {
        Viewport view = kView;
        view.scale = 0.5;
        view.size = {256, 256};  // level 1, one tile
        std::set<TileId> finer{{0, 0, 0}, {0, 1, 0}, {0, 0, 1}, {0, 1, 1}};
        QVERIFY(!qualityWith(finer, view).isBad && !qualityWith(finer, view).isIdeal);
        finer.erase({0, 1, 1});
        QVERIFY(qualityWith(finer, view).isBad);
    }

    void besideTheSlideNothingIsMissing() {
        const FrameQuality beside = qualityWith({}, {.centre = {-4000, 0}, .scale = 1, .size = {512, 512}});
        QVERIFY(beside.isIdeal && !beside.isBad);
    }

    void framesAddUp() {
        ReplayScore score;
        score.addJump(100);
        score.addFrame(100, {.isIdeal = false, .isBad = true, .idealShare = 0.2, .badShare = 0.5});
        score.addFrame(117, {.isIdeal = false, .isBad = false, .idealShare = 0.4, .badShare = 0});
        score.addFrame(133, {});
        score.addFrame(150, {});
        score.addJump(500);
        score.addFrame(500, {.isIdeal = false, .isBad = true, .idealShare = 0.4, .badShare = 0.5});  // never ideal
        QCOMPARE(score.frames(), 5);
        QCOMPARE(score.framesIdeal(), 0.4);
        QCOMPARE(score.framesBad(), 0.4);
        QVERIFY(std::abs(score.areaIdeal() - 0.6) < 1e-12);
        QVERIFY(std::abs(score.areaBad() - 0.2) < 1e-12);
        QCOMPARE(score.msToIdeal(), std::vector<double>{33});
        QCOMPARE(score.msToNotBad(), std::vector<double>{17});
    }
};

QTEST_APPLESS_MAIN(FrameQualityTest)
#include "tst_frame_quality.moc"
