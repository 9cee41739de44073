#include "core/pyramid/pyramid.h"

#include <QTest>

#include <limits>
#include <string>
#include <vector>

using namespace origami;

namespace {

Pyramid pyramidOf(std::int64_t width, std::int64_t height, int tileSize = kDefaultTileSize) {
    return Pyramid::create({width, height}, tileSize).value();
}

bool contains(const LevelRect& outer, const LevelRect& inner) {
    return outer.intersected(inner) == inner;
}

}  // namespace

class PyramidTest : public QObject {
    Q_OBJECT

private slots:
    void levelsAndGrids_data() {
        QTest::addColumn<LevelSize>("level0");
        QTest::addColumn<std::vector<LevelSize>>("sizes");
        QTest::addColumn<std::vector<LevelSize>>("grids");
        using Sizes = std::vector<LevelSize>;
        QTest::newRow("1 x 1") << LevelSize{1, 1} << Sizes{{1, 1}} << Sizes{{1, 1}};
        QTest::newRow("2 x 1") << LevelSize{2, 1} << Sizes{{2, 1}} << Sizes{{1, 1}};
        QTest::newRow("256 x 256") << LevelSize{256, 256} << Sizes{{256, 256}} << Sizes{{1, 1}};
        QTest::newRow("255 x 257") << LevelSize{255, 257} << Sizes{{255, 257}, {128, 129}} << Sizes{{1, 2}, {1, 1}};
        QTest::newRow("1025 x 1023") << LevelSize{1025, 1023} << Sizes{{1025, 1023}, {513, 512}, {257, 256}, {129, 128}}
                                     << Sizes{{5, 4}, {3, 2}, {2, 1}, {1, 1}};
        QTest::newRow("5000 x 3001") << LevelSize{5000, 3001} << Sizes{{5000, 3001}, {2500, 1501}, {1250, 751},
                                                                       {625, 376},   {313, 188},   {157, 94}}
                                     << Sizes{{20, 12}, {10, 6}, {5, 3}, {3, 2}, {2, 1}, {1, 1}};
    }

    void levelsAndGrids() {
        QFETCH(LevelSize, level0);
        QFETCH(std::vector<LevelSize>, sizes);
        QFETCH(std::vector<LevelSize>, grids);
        const Pyramid pyramid = pyramidOf(level0.width, level0.height);
        QCOMPARE(pyramid.tileSize(), 256);
        QCOMPARE(static_cast<std::size_t>(pyramid.levelCount()), sizes.size());
        for (int level = 0; level < pyramid.levelCount(); ++level) {
            QCOMPARE(pyramid.levelSize(level), sizes[static_cast<std::size_t>(level)]);
            QCOMPARE(pyramid.gridSize(level), grids[static_cast<std::size_t>(level)]);
        }
    }

    void levelsBeyondTheLastShrinkToOnePixel() {
        const Pyramid pyramid = pyramidOf(5000, 3001);
        QCOMPARE(pyramid.levelSize(12), (LevelSize{2, 1}));
        QCOMPARE(pyramid.levelSize(13), (LevelSize{1, 1}));
        QCOMPARE(pyramid.levelSize(30), (LevelSize{1, 1}));
        QCOMPARE(pyramidOf(1, 1).levelSize(2), (LevelSize{1, 1}));
        QCOMPARE(pyramidOf(1, 1).gridSize(2), (LevelSize{1, 1}));
    }

    void tileSizesOtherThan256() {
        const Pyramid pyramid = pyramidOf(1000, 500, 240);
        QCOMPARE(pyramid.levelCount(), 4);  // 1000, 500, 250, 125
        QCOMPARE(pyramid.gridSize(0), (LevelSize{5, 3}));
        QCOMPARE(pyramid.tileRect({0, 4, 2}), (LevelRect{960, 480, 40, 20}));
    }

    void limits_data() {
        QTest::addColumn<LevelSize>("size");
        QTest::addColumn<int>("tileSize");
        QTest::addColumn<bool>("accepted");
        QTest::newRow("longest") << LevelSize{kMaxSlideSide, kMaxSlideSide} << 256 << true;
        QTest::newRow("too wide") << LevelSize{kMaxSlideSide + 1, 1} << 256 << false;
        QTest::newRow("too high") << LevelSize{1, kMaxSlideSide + 1} << 256 << false;
        QTest::newRow("no width") << LevelSize{0, 5} << 256 << false;
        QTest::newRow("no height") << LevelSize{5, 0} << 256 << false;
        QTest::newRow("negative") << LevelSize{-5, 5} << 256 << false;
        QTest::newRow("absurd") << LevelSize{std::numeric_limits<std::int64_t>::max(),
                                             std::numeric_limits<std::int64_t>::min()}
                                << 256 << false;
        QTest::newRow("smallest tiles") << LevelSize{5, 5} << kMinTileSize << true;
        QTest::newRow("tiles too small") << LevelSize{5, 5} << kMinTileSize - 1 << false;
        QTest::newRow("largest tiles") << LevelSize{5, 5} << kMaxTileSize << true;
        QTest::newRow("tiles too large") << LevelSize{5, 5} << kMaxTileSize + 1 << false;
        QTest::newRow("no tiles") << LevelSize{5, 5} << 0 << false;
    }

    void limits() {
        QFETCH(LevelSize, size);
        QFETCH(int, tileSize);
        QFETCH(bool, accepted);
        const Result<Pyramid> pyramid = Pyramid::create(size, tileSize);
        QCOMPARE(pyramid.has_value(), accepted);
        if (!accepted) {
            QCOMPARE(pyramid.error().code, ErrorCode::InvalidArgument);
            QVERIFY(!pyramid.error().message.empty());
        }
    }

    void theLongestSlide() {
        const Pyramid pyramid = pyramidOf(kMaxSlideSide, 1);
        QCOMPARE(pyramid.levelCount(), 17);  // 2^24 halved 16 times is 256
        QCOMPARE(pyramid.gridSize(0), (LevelSize{65536, 1}));
        QCOMPARE(pyramid.tileRect({0, 65535, 0}), (LevelRect{kMaxSlideSide - 256, 0, 256, 1}));
    }

    void containsOnlyItsOwnTiles() {
        const Pyramid pyramid = pyramidOf(1025, 1023);
        QVERIFY(pyramid.contains({0, 4, 3}));
        QVERIFY(!pyramid.contains({0, 5, 3}));
        QVERIFY(!pyramid.contains({0, 4, 4}));
        QVERIFY(!pyramid.contains({0, -1, 0}));
        QVERIFY(!pyramid.contains({0, 0, -1}));
        QVERIFY(!pyramid.contains({-1, 0, 0}));
        QVERIFY(pyramid.contains({3, 0, 0}));
        QVERIFY(!pyramid.contains({4, 0, 0}));
    }

    void tileAreasMayReachPastTheSlide() {
        const Pyramid pyramid = pyramidOf(1025, 1023);
        QCOMPARE(pyramid.tileArea({0, 4, 3}), (Level0Rect{1024, 768, 1, 255}));
        // Level 2 is 257 x 256: its last column of one pixel stands for level 0 columns 1024 to 1027.
        QCOMPARE(pyramid.tileArea({2, 1, 0}), (Level0Rect{1024, 0, 4, 1024}));
    }

    void familyRects_data() {
        QTest::addColumn<LevelSize>("size");
        QTest::addColumn<int>("x");
        QTest::addColumn<int>("y");
        QTest::addColumn<LevelRect>("level2");
        QTest::addColumn<LevelRect>("level1");
        QTest::addColumn<LevelRect>("level0");
        QTest::newRow("1 x 1") << LevelSize{1, 1} << 0 << 0 << LevelRect{0, 0, 1, 1} << LevelRect{0, 0, 1, 1}
                               << LevelRect{0, 0, 1, 1};
        QTest::newRow("2 x 1") << LevelSize{2, 1} << 0 << 0 << LevelRect{0, 0, 1, 1} << LevelRect{0, 0, 1, 1}
                               << LevelRect{0, 0, 2, 1};
        QTest::newRow("255 x 257") << LevelSize{255, 257} << 0 << 0 << LevelRect{0, 0, 64, 65}
                                   << LevelRect{0, 0, 128, 129} << LevelRect{0, 0, 255, 257};
        QTest::newRow("1025 x 1023, whole in x") << LevelSize{1025, 1023} << 0 << 0 << LevelRect{0, 0, 256, 256}
                                                 << LevelRect{0, 0, 512, 512} << LevelRect{0, 0, 1024, 1023};
        QTest::newRow("1025 x 1023, one column") << LevelSize{1025, 1023} << 1 << 0 << LevelRect{256, 0, 1, 256}
                                                 << LevelRect{512, 0, 1, 512} << LevelRect{1024, 0, 1, 1023};
        QTest::newRow("5000 x 3001, inner") << LevelSize{5000, 3001} << 2 << 1 << LevelRect{512, 256, 256, 256}
                                            << LevelRect{1024, 512, 512, 512} << LevelRect{2048, 1024, 1024, 1024};
        QTest::newRow("5000 x 3001, last") << LevelSize{5000, 3001} << 4 << 2 << LevelRect{1024, 512, 226, 239}
                                           << LevelRect{2048, 1024, 452, 477} << LevelRect{4096, 2048, 904, 953};
    }

    void familyRects() {
        QFETCH(LevelSize, size);
        QFETCH(int, x);
        QFETCH(int, y);
        QFETCH(LevelRect, level2);
        QFETCH(LevelRect, level1);
        QFETCH(LevelRect, level0);
        const Pyramid pyramid = pyramidOf(size.width, size.height);
        QCOMPARE(pyramid.familyRect({x, y}, 2), level2);
        QCOMPARE(pyramid.familyRect({x, y}, 1), level1);
        QCOMPARE(pyramid.familyRect({x, y}, 0), level0);
    }

    void ancestorsAndFamilies() {
        QCOMPARE(Pyramid::ancestor({0, 13, 6}, 0), (TileId{0, 13, 6}));
        QCOMPARE(Pyramid::ancestor({0, 13, 6}, 1), (TileId{1, 6, 3}));
        QCOMPARE(Pyramid::ancestor({1, 6, 3}, 4), (TileId{4, 0, 0}));
        QCOMPARE(Pyramid::familyOf({0, 13, 6}), (FamilyId{3, 1}));
        QCOMPARE(Pyramid::familyOf({1, 6, 3}), (FamilyId{3, 1}));
        QCOMPARE(Pyramid::familyOf({2, 3, 1}), (FamilyId{3, 1}));
    }

    void everythingIsCoveredOnce_data() {
        QTest::addColumn<LevelSize>("size");
        for (const LevelSize size :
             {LevelSize{1, 1}, LevelSize{2, 1}, LevelSize{255, 257}, LevelSize{1025, 1023}, LevelSize{5000, 3001}}) {
            QTest::addRow("%d x %d", static_cast<int>(size.width), static_cast<int>(size.height)) << size;
        }
    }

    // Tiles, and families, cut each level into pieces that lie inside, are not empty and have the level's area.
    void everythingIsCoveredOnce() {
        QFETCH(LevelSize, size);
        const Pyramid pyramid = pyramidOf(size.width, size.height);
        for (int level = 0; level < pyramid.levelCount(); ++level) {
            const LevelSize pixels = pyramid.levelSize(level);
            const LevelRect whole{0, 0, pixels.width, pixels.height};
            const LevelSize grid = pyramid.gridSize(level);
            std::int64_t area = 0;
            for (int y = 0; y < grid.height; ++y) {
                for (int x = 0; x < grid.width; ++x) {
                    const TileId id{level, x, y};
                    QVERIFY(pyramid.contains(id));
                    const LevelRect rect = pyramid.tileRect(id);
                    QVERIFY(!rect.isEmpty());
                    QVERIFY(::contains(whole, rect));
                    area += rect.width * rect.height;
                    if (level <= kFamilyLevel) {
                        QVERIFY(::contains(pyramid.familyRect(Pyramid::familyOf(id), level), rect));
                    }
                    if (level + 1 < pyramid.levelCount()) {
                        QVERIFY(pyramid.contains(Pyramid::ancestor(id, level + 1)));
                    }
                }
            }
            QCOMPARE(area, pixels.width * pixels.height);
        }
        const LevelSize families = pyramid.gridSize(kFamilyLevel);
        for (int level = 0; level <= kFamilyLevel; ++level) {
            std::int64_t area = 0;
            for (int y = 0; y < families.height; ++y) {
                for (int x = 0; x < families.width; ++x) {
                    const LevelRect rect = pyramid.familyRect({x, y}, level);
                    QVERIFY(!rect.isEmpty());
                    area += rect.width * rect.height;
                }
            }
            const LevelSize pixels = pyramid.levelSize(level);
            QCOMPARE(area, pixels.width * pixels.height);
        }
    }
};

QTEST_APPLESS_MAIN(PyramidTest)
#include "tst_pyramid.moc"
