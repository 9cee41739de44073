// Which tiles a view needs and which are drawn, compared with slow and obvious versions on random pyramids and views.
#include "core/view/tile_cover.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

using namespace origami;

namespace {

class Random {
public:
    explicit Random(unsigned seed) : m_engine(seed) {}
    double between(double low, double high) { return std::uniform_real_distribution(low, high)(m_engine); }
    int integer(int low, int high) { return std::uniform_int_distribution(low, high)(m_engine); }
    bool chance(double share) { return between(0, 1) < share; }

    Pyramid pyramid() {
        constexpr int kTileSizes[] = {16, 100, 256};
        const int tileSize = kTileSizes[integer(0, 2)];
        return *Pyramid::create({integer(1, 40 * tileSize), integer(1, 40 * tileSize)}, tileSize);
    }
    // Partly or wholly beside the slide now and then.
    Viewport view(const Pyramid& pyramid) {
        const LevelSize size = pyramid.levelSize(0);
        return {.centre = {between(-0.3, 1.3) * static_cast<double>(size.width),
                           between(-0.3, 1.3) * static_cast<double>(size.height)},
                .scale = std::exp2(between(-7, 2)),
                .size = {between(1, 900), between(1, 900)}};
    }

private:
    std::mt19937 m_engine;
};

// What the tile shows of the slide; tileArea() may reach past the slide's edge.
Level0Rect shownBy(const Pyramid& pyramid, TileId id) {
    const LevelSize size = pyramid.levelSize(0);
    return pyramid.tileArea(id).intersected({0, 0, static_cast<double>(size.width), static_cast<double>(size.height)});
}

std::vector<TileId> allTiles(const Pyramid& pyramid, int level) {
    std::vector<TileId> tiles;
    const LevelSize grid = pyramid.gridSize(level);
    for (std::int32_t y = 0; y < grid.height; ++y) {
        for (std::int32_t x = 0; x < grid.width; ++x) {
            tiles.push_back({level, x, y});
        }
    }
    return tiles;
}

std::set<TileId> tilesUnder(const Pyramid& pyramid, const Level0Rect& area, int level) {
    std::set<TileId> tiles;
    for (const TileId id : allTiles(pyramid, level)) {
        if (shownBy(pyramid, id).intersects(area)) {
            tiles.insert(id);
        }
    }
    return tiles;
}

std::set<TileId> setOf(const std::vector<TileId>& tiles) {
    return {tiles.begin(), tiles.end()};
}

std::set<TileId> idsOf(const std::vector<WantedTile>& wanted) {
    std::set<TileId> tiles;
    for (const WantedTile& tile : wanted) {
        tiles.insert(tile.id);
    }
    return tiles;
}

double distance(const Pyramid& pyramid, TileId id, Level0Point focus) {
    const double side = pyramid.tileSize() * std::exp2(id.level);
    return std::hypot((id.x + 0.5) * side - focus.x, (id.y + 0.5) * side - focus.y);
}

}  // namespace

class TileCoverTest : public QObject {
    Q_OBJECT
private slots:
    void tilesInViewAreThoseThatIntersectIt() {
        Random random(1);
        std::size_t seen = 0;
        for (int i = 0; i < 400; ++i) {
            const Pyramid pyramid = random.pyramid();
            const Viewport view = random.view(pyramid);
            const int level = random.integer(0, pyramid.levelCount() - 1);
            const std::vector<TileId> tiles = tilesInView(pyramid, view, level, view.centre);
            QCOMPARE(setOf(tiles), tilesUnder(pyramid, view.area(), level));
            QCOMPARE(setOf(tiles).size(), tiles.size());
            seen += tiles.size();
        }
        QVERIFY(seen > 400);
    }

    void tilesThatOnlyTouchTheViewAreNotInIt() {
        const Pyramid pyramid = *Pyramid::create({4096, 4096});
        const Viewport view{.centre = {768, 768}, .scale = 1, .size = {512, 512}};  // [512, 1024)
        QCOMPARE(setOf(tilesInView(pyramid, view, 0, view.centre)),
                 (std::set<TileId>{{0, 2, 2}, {0, 3, 2}, {0, 2, 3}, {0, 3, 3}}));
        QCOMPARE(tilesInView(pyramid, view, 1, view.centre), (std::vector<TileId>{{1, 1, 1}}));
        const Viewport beside{.centre = {-100, 100}, .scale = 1, .size = {200, 200}};  // ends at 0
        QVERIFY(tilesInView(pyramid, beside, 0, beside.centre).empty());
        QVERIFY(wantedTiles(pyramid, {{.centre = {-9000, -9000}, .scale = 1, .size = {200, 200}}, {}}).empty());
    }

    void nearestToTheFocusComesFirst() {
        Random random(2);
        for (int i = 0; i < 300; ++i) {
            const Pyramid pyramid = random.pyramid();
            const Viewport view = random.view(pyramid);
            const int level = random.integer(0, pyramid.levelCount() - 1);
            const Level0Rect area = view.area();
            const Level0Point focus{random.between(area.x, area.right()), random.between(area.y, area.bottom())};
            const std::vector<TileId> tiles = tilesInView(pyramid, view, level, focus);
            QVERIFY(std::ranges::is_sorted(tiles, {}, [&](TileId id) { return distance(pyramid, id, focus); }));
            for (const TileId id : tiles) {
                const Level0Rect shown = shownBy(pyramid, id);
                const bool hasFocus =
                    focus.x > shown.x && focus.x < shown.right() && focus.y > shown.y && focus.y < shown.bottom();
                QVERIFY(!hasFocus || id == tiles.front());
            }
        }
    }

    void wantedTilesAreInOrderOfUrgencyAndUnique() {
        Random random(3);
        for (int i = 0; i < 300; ++i) {
            const Pyramid pyramid = random.pyramid();
            const Viewport view = random.view(pyramid);
            const std::vector<WantedTile> wanted = wantedTiles(pyramid, {view, view.centre});
            QVERIFY(std::ranges::is_sorted(wanted, {}, &WantedTile::want));
            QCOMPARE(idsOf(wanted).size(), wanted.size());
            QVERIFY(std::ranges::all_of(wanted, [&](const WantedTile& tile) { return pyramid.contains(tile.id); }));
        }
    }

    void wantedTilesHoldTheWholeViewTwice() {
        Random random(4);
        for (int i = 0; i < 300; ++i) {
            const Pyramid pyramid = random.pyramid();
            const Viewport view = random.view(pyramid);
            const std::vector<WantedTile> wanted = wantedTiles(pyramid, {view, view.centre});
            const int ideal = idealLevel(pyramid, view.scale);
            std::vector<WantedTile> covering;
            std::ranges::copy_if(wanted, std::back_inserter(covering),
                                 [](const WantedTile& tile) { return tile.want == Want::Cover; });
            const std::set<TileId> visible = tilesUnder(pyramid, view.area(), ideal);
            if (visible.empty()) {
                continue;
            }
            // Few tiles of one level that leave nothing blank ...
            QVERIFY(!covering.empty() && covering.size() <= 4);
            const int coverLevel = covering.front().id.level;
            QVERIFY(coverLevel >= ideal);
            QCOMPARE(idsOf(covering), tilesUnder(pyramid, view.area(), coverLevel));
            // ... and every ideal tile, before anything that is not in view.
            const std::set<TileId> all = idsOf(wanted);
            QVERIFY(std::ranges::includes(all, visible));
            for (const WantedTile& tile : wanted) {
                QVERIFY(!visible.contains(tile.id) || tile.want == Want::Visible || coverLevel == ideal);
                QVERIFY(tile.want != Want::Visible || visible.contains(tile.id));
                QVERIFY(tile.want != Want::Ring || (tile.id.level == ideal && !visible.contains(tile.id)));
                QVERIFY(tile.want != Want::Nearby || std::abs(tile.id.level - ideal) == 1);
            }
        }
    }

    void theOverviewComesAfterWhatIsInView() {
        Random random(6);
        int beyondTheView = 0;
        for (int i = 0; i < 300; ++i) {
            const Pyramid pyramid = random.pyramid();
            const Viewport view = random.view(pyramid);
            Looking looking{view, view.centre};
            looking.motion.velocity = {i % 2 == 0 ? 0.0 : 700.0, 0};
            const std::vector<WantedTile> plain = wantedTiles(pyramid, looking);
            looking.overview = true;
            const std::vector<WantedTile> wanted = wantedTiles(pyramid, looking);
            QVERIFY(std::ranges::is_sorted(wanted, {}, &WantedTile::want));
            QCOMPARE(idsOf(wanted).size(), wanted.size());
            if (tilesUnder(pyramid, view.area(), idealLevel(pyramid, view.scale)).empty()) {
                QVERIFY(wanted == plain);
                continue;
            }
            // All of it, few tiles of the finest level of which few show everything.
            const int level = overviewLevel(pyramid);
            const LevelSize size = pyramid.levelSize(0);
            const Level0Rect whole{0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};
            const std::set<TileId> overview = tilesUnder(pyramid, whole, level);
            QVERIFY(overview.size() <= 4);
            QVERIFY(level == 0 || tilesUnder(pyramid, whole, level - 1).size() > 4);
            // It is urgent, comes after what was urgent without it, and changes nothing else.
            const auto urgentOf = [](const std::vector<WantedTile>& tiles) {
                std::vector<WantedTile> urgent = tiles;
                std::erase_if(urgent, [](const WantedTile& tile) { return isPrefetch(tile.want); });
                return urgent;
            };
            const std::vector<WantedTile> urgent = urgentOf(wanted);
            const std::vector<WantedTile> before = urgentOf(plain);
            QVERIFY(std::ranges::includes(idsOf(urgent), overview));
            QVERIFY(std::equal(before.begin(), before.end(), urgent.begin()));
            for (std::size_t k = before.size(); k < urgent.size(); ++k) {
                QVERIFY(overview.contains(urgent[k].id));
            }
            const auto withoutOverview = [&](std::vector<WantedTile> tiles) {
                std::erase_if(tiles, [&](const WantedTile& tile) { return overview.contains(tile.id); });
                return tiles;
            };
            QVERIFY(withoutOverview(wanted) == withoutOverview(plain));
            beyondTheView += urgent.size() > before.size() ? 1 : 0;
        }
        QVERIFY(beyondTheView > 50);
    }

    // Families fail as a whole, their level 2 tile with them: something coarser has to be there to be drawn.
    void failedTilesWantTheirNearestSoundAncestor() {
        const Pyramid pyramid = *Pyramid::create({8192, 8192});                           // levels 0 to 5
        const Viewport view{.centre = {4096, 4096}, .scale = 0.5, .size = {4096, 4096}};  // ideal is level 1
        const auto failed = [](TileId id) { return id.level <= 2 && Pyramid::ancestor(id, 2) == TileId{2, 0, 0}; };
        const auto standIns = [&](const std::function<bool(TileId)>& isBad) {
            std::set<TileId> found;
            for (const WantedTile& tile : wantedTiles(pyramid, {view, view.centre}, isBad)) {
                if (tile.want == Want::Cover) {
                    found.insert(tile.id);
                }
            }
            return found;
        };
        const std::set<TileId> cover = standIns([](TileId) { return false; });
        QVERIFY(!cover.contains({3, 0, 0}));
        std::set<TileId> expected = cover;
        expected.insert({3, 0, 0});
        QCOMPARE(standIns(failed), expected);
        QCOMPARE(standIns([](TileId) { return true; }), cover);
    }

    // The same tiles, but what is to be seen does not wait for a level that is made of it.
    void aCoverThatIsNotCheapComesAfterWhatIsInView() {
        const Pyramid pyramid = *Pyramid::create({8192, 8192});
        const auto failed = [](TileId id) { return id.level <= 2 && Pyramid::ancestor(id, 2) == TileId{2, 0, 0}; };
        const auto isCheap = [](int level) { return level <= 2; };
        for (const Motion& motion : {Motion(), Motion{.velocity = {500, 0}}}) {
            const Looking looking{{.centre = {4096, 4096}, .scale = 0.5, .size = {4096, 4096}}, {4096, 4096}, motion};
            const std::vector<WantedTile> usual = wantedTiles(pyramid, looking, failed);
            const std::vector<WantedTile> wanted = wantedTiles(pyramid, looking, failed, isCheap);
            QCOMPARE(idsOf(wanted), idsOf(usual));
            QVERIFY(std::ranges::is_sorted(wanted, {}, &WantedTile::want));
            const auto isLevel1 = [](const WantedTile& tile) { return tile.id.level == 1; };
            const auto isInView = [&](const WantedTile& tile) { return isLevel1(tile) && tile.want == Want::Visible; };
            QVERIFY(std::all_of(wanted.begin(), wanted.begin() + 256, isInView));
            // The four tiles of level 4 that cover the view, and one of level 3 that stands in for what has failed.
            QVERIFY(std::none_of(wanted.begin() + 256, wanted.begin() + 261, isLevel1));
            QVERIFY(std::all_of(wanted.begin() + 256, wanted.begin() + 261,
                                [](const WantedTile& tile) { return tile.want == Want::Visible; }));
            QVERIFY(std::ranges::count(wanted, TileId{3, 0, 0}, &WantedTile::id) == 1);
            QVERIFY(std::ranges::none_of(wanted, [](const WantedTile& tile) { return tile.want == Want::Cover; }));
        }
    }

    void theRingSurroundsTheView() {
        Random random(5);
        for (int i = 0; i < 300; ++i) {
            const Pyramid pyramid = random.pyramid();
            const Viewport view = random.view(pyramid);
            const int ideal = idealLevel(pyramid, view.scale);
            const double side = pyramid.tileSize() * std::exp2(ideal);
            const Level0Rect area = view.area();
            if (tilesUnder(pyramid, area, ideal).empty()) {
                continue;
            }
            const Level0Rect around{area.x - side, area.y - side, area.width + 2 * side, area.height + 2 * side};
            const std::set<TileId> wanted = idsOf(wantedTiles(pyramid, {view, view.centre}));
            QVERIFY(std::ranges::includes(wanted, tilesUnder(pyramid, around, ideal)));
        }
    }

    // Not even around it, or ahead.
    void aViewWithoutSizeWantsNothing() {
        const Pyramid pyramid = *Pyramid::create({20000, 16000});
        for (const double x : {0., 9000.}) {
            const Viewport view{.centre = {x, x}, .scale = 1, .size = {}};
            QVERIFY(wantedTiles(pyramid, {view, view.centre}).empty());
            QVERIFY(wantedTiles(pyramid, {view, view.centre, {.velocity = {3000, 0}}}).empty());
        }
    }

    // The same window wants about as much of a huge slide as of a large one.
    void wantedTilesFollowTheWindowNotTheSlide() {
        for (const std::int64_t side : {std::int64_t{60'000}, kMaxSlideSide}) {
            const Pyramid pyramid = *Pyramid::create({side, side});
            for (double scale = 8; scale > 1e-5; scale *= 0.7) {
                const auto middle = static_cast<double>(side) / 2;
                const Viewport view{.centre = {middle, middle}, .scale = scale, .size = {1920, 1080}};
                // A tile takes 128 x 128 physical pixels or more: 16 x 10 at most, 28 x 24 with the families around.
                QVERIFY(wantedTiles(pyramid, {view, view.centre}).size() < 1200);
            }
        }
    }

    void whatIsDrawnIsTheBestOfWhatIsThere() {
        Random random(6);
        std::size_t drawnTiles = 0;
        for (int i = 0; i < 600; ++i) {
            const Pyramid pyramid = random.pyramid();
            const Viewport view = random.view(pyramid);
            const double share = random.between(0, 1);
            std::set<TileId> available;
            for (int level = 0; level < pyramid.levelCount(); ++level) {
                for (const TileId id : allTiles(pyramid, level)) {
                    if (random.chance(share)) {
                        available.insert(id);
                    }
                }
            }
            const std::vector<TileId> drawn =
                tilesToDraw(pyramid, view, [&](TileId id) { return available.contains(id); });
            QVERIFY(std::ranges::is_sorted(drawn, std::ranges::greater{}, &TileId::level));
            QCOMPARE(setOf(drawn).size(), drawn.size());

            const int ideal = idealLevel(pyramid, view.scale);
            std::set<TileId> expected;
            for (const TileId id : tilesUnder(pyramid, view.area(), ideal)) {
                int level = ideal;
                while (level < pyramid.levelCount() && !available.contains(Pyramid::ancestor(id, level))) {
                    ++level;
                }
                if (level < pyramid.levelCount()) {
                    expected.insert(Pyramid::ancestor(id, level));
                }
                if (level > ideal && ideal > 0) {
                    for (const TileId finer : tilesUnder(pyramid, view.area(), ideal - 1)) {
                        if (Pyramid::ancestor(finer, ideal) == id && available.contains(finer)) {
                            expected.insert(finer);
                        }
                    }
                }
            }
            QCOMPARE(setOf(drawn), expected);
            drawnTiles += drawn.size();
        }
        QVERIFY(drawnTiles > 1000);
    }

    // At every point of the view some tile is drawn, as long as some tile that shows the point is there.
    void thereIsNoHoleWhereACoarserTileExists() {
        Random random(7);
        for (int i = 0; i < 300; ++i) {
            const Pyramid pyramid = random.pyramid();
            const Viewport view = random.view(pyramid);
            const int ideal = idealLevel(pyramid, view.scale);
            const int coarse = random.integer(ideal, pyramid.levelCount() - 1);
            const std::vector<TileId> drawn = tilesToDraw(pyramid, view, [&](TileId id) {
                return id.level == coarse || (id.level < coarse && (id.x * 7 + id.y * 13 + id.level) % 3 == 0);
            });
            const LevelSize size = pyramid.levelSize(0);
            const Level0Rect shown =
                view.area().intersected({0, 0, static_cast<double>(size.width), static_cast<double>(size.height)});
            for (int point = 0; point < 50 && !shown.isEmpty(); ++point) {
                const double x = random.between(shown.x, shown.right());
                const double y = random.between(shown.y, shown.bottom());
                QVERIFY(std::ranges::any_of(drawn, [&](TileId id) {
                    const Level0Rect area = pyramid.tileArea(id);
                    return x >= area.x && x < area.right() && y >= area.y && y < area.bottom();
                }));
            }
        }
    }

    void everythingThereDrawsTheIdealTilesAlone() {
        Random random(8);
        for (int i = 0; i < 200; ++i) {
            const Pyramid pyramid = random.pyramid();
            const Viewport view = random.view(pyramid);
            const int ideal = idealLevel(pyramid, view.scale);
            QCOMPARE(setOf(tilesToDraw(pyramid, view, [](TileId) { return true; })),
                     tilesUnder(pyramid, view.area(), ideal));
            QVERIFY(tilesToDraw(pyramid, view, [](TileId) { return false; }).empty());
        }
    }
};

QTEST_APPLESS_MAIN(TileCoverTest)
#include "tst_tile_cover.moc"
