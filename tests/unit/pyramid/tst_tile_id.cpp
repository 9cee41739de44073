#include "core/pyramid/tile_id.h"

#include <QTest>

#include <unordered_set>

using namespace origami;

class TileIdTest : public QObject {
    Q_OBJECT

private slots:
    void orderedByLevelThenColumnThenRow() {
        QVERIFY((TileId{0, 9, 9} < TileId{1, 0, 0}));
        QVERIFY((TileId{1, 2, 9} < TileId{1, 3, 0}));
        QVERIFY((TileId{1, 2, 3} < TileId{1, 2, 4}));
        QVERIFY((TileId{1, 2, 3} == TileId{1, 2, 3}));
        QVERIFY((FamilyId{1, 2} != FamilyId{2, 1}));
    }

    // Hash tables of tiles stay fast only if neighbours and levels do not share hashes, in the low bits too.
    void hashesOfNeighboursDiffer() {
        std::unordered_set<std::size_t> hashes;
        std::unordered_set<std::size_t> buckets;
        for (int level = 0; level < 4; ++level) {
            for (int y = 0; y < 32; ++y) {
                for (int x = 0; x < 32; ++x) {
                    const std::size_t hash = std::hash<TileId>()(TileId{level, x, y});
                    hashes.insert(hash);
                    buckets.insert(hash % 16384);
                }
            }
        }
        QCOMPARE(hashes.size(), std::size_t{4 * 32 * 32});
        // 4096 balls thrown into 16384 buckets by chance fill about 3,624 of them.
        QVERIFY2(buckets.size() > 3000, qPrintable(QString::number(buckets.size())));
    }
};

QTEST_APPLESS_MAIN(TileIdTest)
#include "tst_tile_id.moc"
