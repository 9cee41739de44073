// Which tiles fade in, and what is kept of tiles that were drawn.
#include "ui/scene/recent_tiles.h"
#include "ui/scene/tile_fades.h"

#include <QTest>

using namespace origami;

class TestTileFades : public QObject {
    Q_OBJECT

private slots:
    void aTileThatComesLateFadesIn();
    void aTileThatIsThereAtOnceDoesNotFade();
    void nothingFadesInOverNothing();
    void aTileOutOfViewStopsFading();
    void whatWasDrawnLongestAgoGoesFirst();
    void whatIsDrawnInTheFrameStays();
    void aTilePutInAgainTakesItsNewSize();
};

namespace {

constexpr TileId kTile{0, 3, 4};
const std::vector<TileId> kIdeal{kTile, {0, 4, 4}};

bool always(TileId) {
    return true;
}

bool never(TileId) {
    return false;
}

}  // namespace

// Over 120 ms: the opacity is 1 - (1 - t)^2 of that time.
void TestTileFades::aTileThatComesLateFadesIn() {
    TileFades fades;
    fades.beginFrame(kIdeal, 1000, never);
    fades.endFrame({kTile});
    fades.beginFrame(kIdeal, 1016, always);
    QVERIFY(fades.contains(kTile));
    QCOMPARE(fades.tiles(), std::vector{kTile});
    QCOMPARE(*fades.opacityOf(kTile), 0.0);
    fades.endFrame({});
    fades.beginFrame(kIdeal, 1016 + 60, always);
    QCOMPARE(*fades.opacityOf(kTile), 0.75);
    fades.endFrame({});
    fades.beginFrame(kIdeal, 1016 + 120, always);
    QVERIFY(fades.isEmpty());
    QVERIFY(!fades.opacityOf(kTile));
}

void TestTileFades::aTileThatIsThereAtOnceDoesNotFade() {
    TileFades fades;
    fades.beginFrame(kIdeal, 1000, always);
    QVERIFY(fades.isEmpty());
}

void TestTileFades::nothingFadesInOverNothing() {
    TileFades fades;
    fades.endFrame({kTile});
    fades.beginFrame(kIdeal, 1000, never);
    QVERIFY(fades.isEmpty());
    // It has been shown meanwhile.
    fades.endFrame({});
    fades.beginFrame(kIdeal, 1016, always);
    QVERIFY(fades.isEmpty());
}

void TestTileFades::aTileOutOfViewStopsFading() {
    TileFades fades;
    fades.endFrame({kTile});
    fades.beginFrame(kIdeal, 1000, always);
    QVERIFY(fades.contains(kTile));
    fades.endFrame({});
    fades.beginFrame({}, 1016, always);
    QVERIFY(fades.isEmpty());
    fades.endFrame({kTile});
    fades.clear();
    fades.beginFrame(kIdeal, 1032, always);
    QVERIFY(fades.isEmpty());
}

void TestTileFades::whatWasDrawnLongestAgoGoesFirst() {
    RecentTiles<int> tiles;
    for (int i = 0; i < 4; ++i) {
        tiles.beginFrame();
        tiles.put({0, i, 0}, i, 100);
    }
    tiles.beginFrame();
    QCOMPARE(*tiles.use({0, 0, 0}), 0);
    tiles.endFrame(400);
    QCOMPARE(tiles.bytes(), std::size_t{400});
    tiles.endFrame(250);
    QCOMPARE(tiles.bytes(), std::size_t{200});
    QVERIFY(tiles.contains({0, 0, 0}) && tiles.contains({0, 3, 0}));
    QVERIFY(tiles.find({0, 1, 0}) == nullptr && tiles.use({0, 2, 0}) == nullptr);
}

void TestTileFades::whatIsDrawnInTheFrameStays() {
    RecentTiles<int> tiles;
    tiles.beginFrame();
    tiles.put({0, 0, 0}, 1, 100);
    tiles.put({0, 1, 0}, 2, 100);
    tiles.endFrame(0);
    QCOMPARE(tiles.bytes(), std::size_t{200});
    tiles.beginFrame();
    QCOMPARE(*tiles.find({0, 1, 0}), 2);  // does not count as drawn
    tiles.endFrame(0);
    QCOMPARE(tiles.bytes(), std::size_t{0});
}

void TestTileFades::aTilePutInAgainTakesItsNewSize() {
    RecentTiles<int> tiles;
    tiles.put(kTile, 1, 100);
    tiles.put(kTile, 2, 30);
    QCOMPARE(*tiles.find(kTile), 2);
    QCOMPARE(tiles.bytes(), std::size_t{30});
    tiles.clear();
    QCOMPARE(tiles.bytes(), std::size_t{0});
    QVERIFY(!tiles.contains(kTile));
}

QTEST_APPLESS_MAIN(TestTileFades)
#include "tst_tile_fades.moc"
