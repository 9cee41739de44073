#include "core/view/tile_places.h"

#include <QTest>

#include <map>
#include <random>
#include <vector>

using namespace origami;

class TilePlacesTest : public QObject {
    Q_OBJECT

private slots:
    void noTiles() {
        QVERIFY(!TilePlaces().find({0, 0, 0}));
        QVERIFY(!TilePlaces(std::vector<WantedTile>{}).find({0, 0, 0}));
    }

    void everyTileIsFoundAndNoOther_data() {
        QTest::addColumn<int>("count");
        for (const int count : {1, 2, 3, 8, 1000, 4096}) {
            QTest::addRow("%d", count) << count;
        }
    }

    void everyTileIsFoundAndNoOther() {
        QFETCH(int, count);
        std::mt19937 random(static_cast<unsigned>(count));
        const auto anyTile = [&] {
            return TileId{static_cast<std::int32_t>(random() % 3), static_cast<std::int32_t>(random() % 60),
                          static_cast<std::int32_t>(random() % 60)};
        };
        std::vector<WantedTile> tiles;
        std::map<TileId, std::size_t> wanted;  // the first place of each: some come twice
        for (int i = 0; i < count; ++i) {
            tiles.push_back({anyTile(), Want::Visible});
            wanted.emplace(tiles.back().id, static_cast<std::size_t>(i));
        }
        const TilePlaces places(tiles);
        for (int i = 0; i < 20'000; ++i) {
            const TileId id = anyTile();
            const auto known = wanted.find(id);
            const std::optional<std::size_t> found = places.find(id);
            QCOMPARE(found.has_value(), known != wanted.end());
            if (found) {
                QCOMPARE(*found, known->second);
            }
        }
    }

    // A view's tiles lie side by side.
    void neighboursAreToldApart() {
        std::vector<WantedTile> tiles;
        for (std::int32_t y = -1; y < 40; ++y) {
            for (std::int32_t x = 100'000; x < 100'060; ++x) {
                tiles.push_back({{1, x, y}, Want::Ring});
            }
        }
        const TilePlaces places(tiles);
        for (std::size_t i = 0; i < tiles.size(); ++i) {
            QCOMPARE(places.find(tiles[i].id), std::optional(i));
        }
        QVERIFY(!places.find({1, 100'060, 0}));
        QVERIFY(!places.find({0, 100'000, 0}));
    }
};

QTEST_APPLESS_MAIN(TilePlacesTest)
#include "tst_tile_places.moc"
