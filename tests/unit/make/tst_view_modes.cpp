// Pixels of the view modes that are made from others, against arithmetic, and on slides with and without a baseline.
#include "core/make/color_scale.h"
#include "core/make/tile_maker.h"
#include "core/make/view_modes.h"
#include "core/quality/color_difference.h"
#include "tests/support/files.h"
#include "tests/support/images.h"
#include "tests/support/slides.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace origami;

namespace {

// One pixel after the other, in the mode.
std::uint32_t difference(ViewMode mode, std::uint32_t pixel, std::uint32_t baseline) {
    showDifference(mode, {&baseline, 1, 1, 1}, {&pixel, 1, 1, 1});
    return pixel;
}

std::filesystem::path shared(const char* name) {
    return std::filesystem::path(ORIGAMI_SLIDES) / name;
}

// On a scale of 256 steps.
std::uint32_t step(double share) {
    return sequentialColor(std::round(std::min(share, 1.0) * 255) / 255);
}

}  // namespace

class TestViewModes : public QObject {
    Q_OBJECT

private slots:
    void residualsInColour() {
        std::array<std::uint32_t, 5> row{};
        const std::array<unsigned, 5> grays{128, 144, 112, 160, 0};
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = rgb32(grays[i], grays[i], grays[i]);
        }
        colorResidual({row.data(), 5, 1, 5});
        QCOMPARE(row[0], divergingColor(0));
        QCOMPARE(row[1], divergingColor(0.5));  // 16 of 32
        QCOMPARE(row[2], divergingColor(-0.5));
        QCOMPARE(row[3], divergingColor(1));
        QCOMPARE(row[4], divergingColor(-1));  // -128: beyond the scale
    }

    void largestChannelCounts() {
        QCOMPARE(difference(ViewMode::DifferenceAbsolute, rgb32(10, 20, 30), rgb32(10, 20, 30)), sequentialColor(0));
        // 16 of 32, in blue and downwards
        QCOMPARE(difference(ViewMode::DifferenceAbsolute, rgb32(12, 20, 30), rgb32(10, 21, 46)), step(16.0 / 32));
        QCOMPARE(difference(ViewMode::DifferenceAbsolute, rgb32(255, 0, 0), rgb32(0, 0, 0)), sequentialColor(1));
    }

    void signIsOfLuma() {
        // Luma 100 and 92: 8 of 32 up; and the other way.
        QCOMPARE(difference(ViewMode::DifferenceSigned, rgb32(100, 100, 100), rgb32(92, 92, 92)), divergingColor(0.25));
        QCOMPARE(difference(ViewMode::DifferenceSigned, rgb32(92, 92, 92), rgb32(100, 100, 100)),
                 divergingColor(-0.25));
        // 0.587 * 20 = 11.74, so 12 of 32.
        QCOMPARE(difference(ViewMode::DifferenceSigned, rgb32(0, 20, 0), rgb32(0, 0, 0)), divergingColor(12.0 / 32));
    }

    void colourDifferenceIsCiede2000() {
        const std::uint32_t a = rgb32(180, 90, 160);
        const std::uint32_t b = rgb32(176, 96, 158);
        const double expected = ciede2000(toLab(a), toLab(b));
        QVERIFY(expected > 1 && expected < 10);
        QCOMPARE(difference(ViewMode::DifferenceColor, a, b), step(expected / 10));
        QCOMPARE(difference(ViewMode::DifferenceColor, a, a), sequentialColor(0));
        QCOMPARE(difference(ViewMode::DifferenceColor, rgb32(255, 255, 255), rgb32(0, 0, 0)), sequentialColor(1));
    }

    void differencesCompareWithTheStoredTile_data() {
        QTest::addColumn<int>("level");
        QTest::newRow("level 0") << 0;
        QTest::newRow("level 1") << 1;
    }
    void differencesCompareWithTheStoredTile() {
        if (!test::hasSharedSlides()) {
            QSKIP(test::kNoSharedSlides);
        }
        QFETCH(int, level);
        const auto slide = test::opened(shared("origami-loose"));
        QVERIFY(slide->info().hasBaseline);
        const TileId id{level, 1, 1};
        const Result<Rgb32Image> shown = makeTile(*slide, id, ViewMode::DifferenceAbsolute, nullptr);
        const Result<Rgb32Image> rebuilt = makeTile(*slide, id, ViewMode::Reconstructed, nullptr);
        QVERIFY(shown && rebuilt);
        // The stored tile by another way: as the ordinary Deep Zoom that the folder also is.
        QFile stored(QString::fromStdString((shared("origami-loose") / "baseline_pyramid_files").string()) +
                     QStringLiteral("/%1/1_1.jpg").arg(11 - level));
        QVERIFY2(stored.exists(), qPrintable(stored.fileName()));
        QVERIFY(stored.open(QIODevice::ReadOnly));
        const QByteArray bytes = stored.readAll();
        const auto* const begin = reinterpret_cast<const std::byte*>(bytes.constData());
        const Result<Rgb32Image> baseline = decodeTile(
            *slide, id,
            {.bytes = Bytes(begin, begin + bytes.size()), .crop = {0, 0, rebuilt->width(), rebuilt->height()}});
        QVERIFY(baseline);
        int different = 0;
        for (int y = 0; y < shown->height(); ++y) {
            for (int x = 0; x < shown->width(); ++x) {
                const std::uint32_t expected =
                    difference(ViewMode::DifferenceAbsolute, rebuilt->view().row(y)[x], baseline->view().row(y)[x]);
                QCOMPARE(shown->view().row(y)[x], expected);
                different += expected != sequentialColor(0) ? 1 : 0;
            }
        }
        QVERIFY(different > 1000);
    }

    void differencesNeedABaseline() {
        if (!test::hasSharedSlides()) {
            QSKIP(test::kNoSharedSlides);
        }
        const auto slide = test::opened(shared("origami-packs"));
        QVERIFY(!slide->info().hasBaseline);
        const Result<Rgb32Image> shown = makeTile(*slide, {0, 1, 1}, ViewMode::DifferenceColor, nullptr);
        QVERIFY(!shown);
        QCOMPARE(shown.error().code, ErrorCode::NotFound);
        QVERIFY(shown.error().message.find("baseline tile 1_1 is missing") != std::string::npos);
        const auto compared = compareWithBaseline(*slide, {0, 0}, nullptr);
        QVERIFY(!compared);
        QCOMPARE(compared.error().code, ErrorCode::NotFound);
    }

    // Levels coarser than the residuals are the baseline themselves.
    void coarseLevelsDifferInNothing() {
        if (!test::hasSharedSlides()) {
            QSKIP(test::kNoSharedSlides);
        }
        const auto slide = test::opened(shared("origami-loose"));
        for (const ViewMode mode : {ViewMode::DifferenceAbsolute, ViewMode::DifferenceSigned, ViewMode::DifferenceColor,
                                    ViewMode::ResidualColor}) {
            const Result<Rgb32Image> shown = makeTile(*slide, {3, 0, 0}, mode, nullptr);
            QVERIFY(shown);
            QCOMPARE(shown->view().row(7)[9], *nothingColor(mode));
        }
    }

    // The loose residuals reach about 40 dB on this slide; two reconstructions of one file cannot be much further off.
    void familyIsComparedWithItsBaseline() {
        if (!test::hasSharedSlides()) {
            QSKIP(test::kNoSharedSlides);
        }
        const auto slide = test::opened(shared("origami-loose"));
        const auto compared = compareWithBaseline(*slide, {0, 0}, nullptr);
        QVERIFY(compared);
        QCOMPARE(compared->luma.samples, std::uint64_t{1024} * 1024);
        // The same from the pixels of the whole family, decoded one tile at a time.
        std::uint64_t sum = 0;
        const Result<FamilyStreams> streams = readFamily(*slide, {0, 0}, ViewMode::DifferenceAbsolute);
        QVERIFY(streams);
        const Result<Rgb32Image> region = renderRegion(*slide, {.rect = {0, 0, 1024, 1024}}, nullptr);
        QVERIFY(region);
        SquaredError luma;
        for (int i = 0; i < kFamilyLevel0Tiles; ++i) {
            const Result<Rgb32Image> stored = decodeBaseline(slide->pyramid(), *streams, {0, i % 4, i / 4});
            QVERIFY(stored);
            PictureDifference tile;
            tile.add(region->view().sub(i % 4 * 256, i / 4 * 256, 256, 256), stored->view());
            luma.add(tile.luma);
            sum += tile.luma.sum;
        }
        QCOMPARE(compared->luma.sum, sum);
        QCOMPARE(compared->luma.psnr(), luma.psnr());
        QVERIFY(luma.psnr() > 30);

        StopSource stop;
        stop.request_stop();
        const auto stopped = compareWithBaseline(*slide, {0, 0}, nullptr, stop.token());
        QVERIFY(!stopped);
        QVERIFY(stopped.error().isCancelled());
    }
};

QTEST_APPLESS_MAIN(TestViewModes)
#include "tst_view_modes.moc"
