// Synthetic slides: the same pixels however they are asked for, any size, and something like stained tissue on glass.
#include "core/encode/synthetic_slide.h"
#include "core/make/tile_maker.h"
#include "tests/support/images.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace origami;

namespace {

std::shared_ptr<const SyntheticSlide> slideOf(LevelSize size, std::uint64_t seed = 1) {
    auto slide = SyntheticSlide::create({.size = size, .seed = seed});
    if (!slide) {
        qFatal("%s", slide.error().message.c_str());
    }
    return *slide;
}

int luma(std::uint32_t pixel) {
    return (299 * red(pixel) + 587 * green(pixel) + 114 * blue(pixel)) / 1000;
}

// Clear glass is a light gray with a little noise.
bool isGlass(std::uint32_t pixel) {
    return std::min({red(pixel), green(pixel), blue(pixel)}) >= 232;
}

// Pixels spread evenly over the slide.
std::vector<std::uint32_t> samples(LevelSize size, std::uint64_t seed, std::int64_t side) {
    const SyntheticTissue tissue(size, seed);
    std::vector<std::uint32_t> pixels;
    for (std::int64_t j = 0; j < side; ++j) {
        for (std::int64_t i = 0; i < side; ++i) {
            const LevelRect pixel{(2 * i + 1) * size.width / (2 * side), (2 * j + 1) * size.height / (2 * side), 1, 1};
            pixels.push_back(std::as_const(*tissue.render(pixel).view().data));
        }
    }
    return pixels;
}

double share(const std::vector<std::uint32_t>& pixels, const std::function<bool(std::uint32_t)>& predicate) {
    return static_cast<double>(std::ranges::count_if(pixels, predicate)) / static_cast<double>(pixels.size());
}

}  // namespace

class SyntheticSlideTest : public QObject {
    Q_OBJECT
private slots:
    void theSameSeedGivesTheSamePixels() {
        const TileId id{0, 3, 2};
        const Result<Rgb32Image> first = slideOf({3000, 2000}, 5)->readPixels(id, {});
        const Result<Rgb32Image> again = slideOf({3000, 2000}, 5)->readPixels(id, {});
        QVERIFY(first && again);
        QVERIFY(test::areEqual(first->view(), again->view()));
        // All 64 bits of the seed count.
        for (const std::uint64_t seed : {std::uint64_t{6}, std::uint64_t{5} + (std::uint64_t{1} << 40U)}) {
            const Result<Rgb32Image> other = slideOf({3000, 2000}, seed)->readPixels(id, {});
            QVERIFY(other);
            QVERIFY(!test::areEqual(first->view(), other->view()));
        }
    }

    void pixelsDoNotDependOnTheRectangle_data() {
        QTest::addColumn<qint64>("width");
        QTest::addColumn<qint64>("height");
        QTest::addColumn<qint64>("x");
        QTest::addColumn<qint64>("y");
        QTest::newRow("small slide") << qint64{1500} << qint64{1300} << qint64{0} << qint64{0};
        QTest::newRow("odd slide") << qint64{1337} << qint64{1301} << qint64{37} << qint64{1};
        QTest::newRow("middle of a large one") << qint64{60'000} << qint64{50'000} << qint64{30'011} << qint64{24'007};
        QTest::newRow("end of a large one") << qint64{60'000} << qint64{50'000} << qint64{58'700} << qint64{48'700};
        QTest::newRow("largest") << qint64{1'000'000} << qint64{1'000'000} << qint64{612'345} << qint64{410'001};
    }
    void pixelsDoNotDependOnTheRectangle() {
        QFETCH(qint64, width);
        QFETCH(qint64, height);
        QFETCH(qint64, x);
        QFETCH(qint64, y);
        constexpr int kSide = 1300;
        std::mt19937 random(3);
        const auto below = [&](int n) { return std::uniform_int_distribution(0, n - 1)(random); };
        for (const std::uint64_t seed : {1U, 2U, 3U}) {
            const SyntheticTissue tissue({width, height}, seed);
            const Rgb32Image whole = tissue.render({x, y, kSide, kSide});
            for (int i = 0; i < 40; ++i) {
                const int w = 1 + below(i % 2 == 0 ? 300 : 20);
                const int h = 1 + below(i % 2 == 0 ? 300 : 20);
                const int left = below(kSide - w);
                const int top = below(kSide - h);
                const Rgb32Image part = tissue.render({x + left, y + top, w, h});
                QVERIFY(test::areEqual(part.view(), whole.view().sub(left, top, w, h)));
            }
        }
    }

    void tilesAreTheRegionsPixels() {
        const auto slide = slideOf({700, 600});
        const Rgb32Image whole = SyntheticTissue({700, 600}, 1).render({0, 0, 700, 600});
        for (std::int32_t y = 0; y < 3; ++y) {
            for (std::int32_t x = 0; x < 3; ++x) {
                const Result<Rgb32Image> tile = slide->readPixels({0, x, y}, {});
                QVERIFY(tile);
                QVERIFY(test::areEqual(tile->view(), whole.view().sub(x * 256, y * 256, std::min(256, 700 - x * 256),
                                                                      std::min(256, 600 - y * 256))));
            }
        }
    }

    void hasAnySize_data() {
        QTest::addColumn<qint64>("width");
        QTest::addColumn<qint64>("height");
        for (const auto& [width, height] :
             {std::pair{1, 1}, {2, 1}, {1, 700}, {3, 2}, {256, 256}, {255, 257}, {5000, 3}}) {
            QTest::addRow("%d x %d", width, height) << qint64{width} << qint64{height};
        }
    }
    void hasAnySize() {
        QFETCH(qint64, width);
        QFETCH(qint64, height);
        const auto slide = slideOf({width, height});
        const Pyramid& pyramid = slide->pyramid();
        QCOMPARE(pyramid.levelSize(0), (LevelSize{width, height}));
        for (int level = 0; level < pyramid.levelCount(); ++level) {
            QCOMPARE(slide->originOf(level), level == 0 ? TileOrigin::Pixels : TileOrigin::Derived);
            const LevelSize grid = pyramid.gridSize(level);
            const TileId last{level, static_cast<std::int32_t>(grid.width - 1),
                              static_cast<std::int32_t>(grid.height - 1)};
            const Result<Rgb32Image> tile = makeTile(*slide, last, ViewMode::Reconstructed, nullptr);
            QVERIFY(tile);
            QCOMPARE(std::int64_t{tile->width()}, pyramid.tileRect(last).width);
            QCOMPARE(std::int64_t{tile->height()}, pyramid.tileRect(last).height);
        }
    }

    void refusesImpossibleSizes() {
        for (const LevelSize size : {LevelSize{0, 5}, LevelSize{5, -1}, LevelSize{kMaxSyntheticSide + 1, 5},
                                     LevelSize{5, kMaxSlideSide + 1}}) {
            const auto slide = SyntheticSlide::create({.size = size});
            QVERIFY(!slide);
            QCOMPARE(slide.error().code, ErrorCode::InvalidArgument);
        }
        QVERIFY(SyntheticSlide::create({.size = {kMaxSyntheticSide, 1}}));
    }

    void refusesTilesThatDoNotExist() {
        const auto slide = slideOf({700, 600});
        for (const TileId id : {TileId{0, 3, 0}, TileId{0, 0, 3}, TileId{0, -1, 0}, TileId{1, 0, 0}}) {
            const Result<Rgb32Image> tile = slide->readPixels(id, {});
            QVERIFY(!tile);
            QCOMPARE(tile.error().code, ErrorCode::InvalidArgument);
        }
        const StopSource stop;
        stop.request_stop();
        const Result<Rgb32Image> stopped = slide->readPixels({0, 0, 0}, stop.token());
        QVERIFY(!stopped && stopped.error().isCancelled());
    }

    void saysWhatAScannerWouldSay() {
        const auto slide = slideOf({700, 600}, 9);
        QCOMPARE(slide->info().micronsPerPixelX, std::optional(0.25));
        QCOMPARE(slide->info().micronsPerPixelY, std::optional(0.25));
        QCOMPARE(slide->info().objectivePower, std::optional(40.0));
        QVERIFY(slide->info().id != slideOf({700, 600}, 10)->info().id);
    }

    void hasGlassAndTissue_data() {
        QTest::addColumn<qint64>("width");
        QTest::addColumn<qint64>("height");
        QTest::newRow("small") << qint64{1200} << qint64{1000};
        QTest::newRow("usual") << qint64{20'000} << qint64{16'000};
        QTest::newRow("large") << qint64{60'000} << qint64{50'000};
        QTest::newRow("strip") << qint64{60'000} << qint64{4000};
    }
    void hasGlassAndTissue() {
        QFETCH(qint64, width);
        QFETCH(qint64, height);
        for (const std::uint64_t seed : {1U, 2U}) {
            const std::vector<std::uint32_t> pixels = samples({width, height}, seed, 60);
            // Tissue covers about two fifths, lumens and fat in it are clear.
            const double glass = share(pixels, isGlass);
            QVERIFY2(glass > 0.5 && glass < 0.8, qPrintable(QString::number(glass)));
        }
    }

    void largeSlidesHaveGlassAllAround() {
        constexpr LevelSize kSize{60'000, 50'000};
        const SyntheticTissue tissue(kSize, 1);
        for (int i = 0; i < 200; ++i) {
            for (const LevelRect pixel : {LevelRect{i * 300, 0, 1, 1}, LevelRect{i * 300, 49'999, 1, 1},
                                          LevelRect{0, i * 250, 1, 1}, LevelRect{59'999, i * 250, 1, 1}}) {
                QVERIFY(isGlass(*tissue.render(pixel).view().data));
            }
        }
    }

    void glassHasTheBackgroundsColour() {
        const auto slide = slideOf({20'000, 16'000});
        const Result<Rgb32Image> corner = slide->readPixels({0, 0, 0}, {});
        QVERIFY(corner);
        std::array<std::int64_t, 3> sums{};
        const Rgb32View view = corner->view();
        for (int i = 0; i < 256 * 256; ++i) {
            sums[0] += red(view.data[i]);
            sums[1] += green(view.data[i]);
            sums[2] += blue(view.data[i]);
        }
        const std::uint32_t background = slide->info().background;
        const std::array expected{red(background), green(background), blue(background)};
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(std::abs(static_cast<double>(sums[i]) / (256 * 256) - expected[i]) < 4);
        }
    }

    void tissueIsPinkWithPurpleNuclei() {
        for (const std::uint64_t seed : {1U, 2U, 3U}) {
            std::vector<std::uint32_t> pixels = samples({20'000, 16'000}, seed, 100);
            std::erase_if(pixels, isGlass);
            // Both stains take most from green.
            QVERIFY(share(pixels, [](std::uint32_t p) { return green(p) <= red(p) + 4 && green(p) <= blue(p) + 4; }) >
                    0.95);
            const double pink = share(pixels, [](std::uint32_t p) { return red(p) > blue(p) + 8 && luma(p) > 140; });
            const double purple = share(pixels, [](std::uint32_t p) { return blue(p) >= red(p) && luma(p) < 140; });
            QVERIFY2(pink > 0.2, qPrintable(QString::number(pink)));
            QVERIFY2(purple > 0.02 && purple < 0.4, qPrintable(QString::number(purple)));
            double sum = 0;
            for (const std::uint32_t pixel : pixels) {
                sum += luma(pixel);
            }
            const double mean = sum / static_cast<double>(pixels.size());
            QVERIFY2(mean > 120 && mean < 220, qPrintable(QString::number(mean)));
        }
    }
};

QTEST_APPLESS_MAIN(SyntheticSlideTest)
#include "tst_synthetic_slide.moc"
