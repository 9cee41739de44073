// The set of tiles against a plain one.
#include "core/engine/tile_key.h"

#include <QTest>

#include <random>
#include <set>

using namespace origami;

class TileKeySetTest : public QObject {
    Q_OBJECT
private slots:
    void isASet() {
        std::mt19937 random(3);
        const auto below = [&](unsigned count) { return static_cast<int>(random() % count); };
        TileKeySet set;
        std::set<TileKey> plain;
        for (int i = 0; i < 50'000; ++i) {
            const TileKey key{.slide = static_cast<std::uint32_t>(1 + below(2)),
                              .mode = below(2) == 0 ? ViewMode::Reconstructed : ViewMode::Residual,
                              .id = {below(2), below(20), below(20)}};
            QCOMPARE(set.contains(key), plain.contains(key));
            // By turns mostly filling and mostly emptying.
            if (below(10) < (i / 5'000 % 2 == 0 ? 8 : 2)) {
                set.insert(key);
                plain.insert(key);
            } else {
                set.erase(key);
                plain.erase(key);
            }
            QCOMPARE(set.contains(key), plain.contains(key));
        }
    }
};

QTEST_APPLESS_MAIN(TileKeySetTest)
#include "tst_tile_key_set.moc"
