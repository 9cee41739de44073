// Which view modes a slide has, and what is said where one shows nothing.
#include "ui/scene/view_mode_info.h"

#include "core/make/color_scale.h"

#include <QColor>
#include <QTest>

using namespace origami;

namespace {

SlideInfo slideOf(SlideFormat format, std::optional<ResidualCount> residuals, bool hasBaseline = false) {
    return {.format = format,
            .pyramid = *Pyramid::create({1000, 1000}),
            .residuals = residuals,
            .hasBaseline = hasBaseline};
}

}  // namespace

class TestViewModeInfo : public QObject {
    Q_OBJECT

private slots:
    void ordinarySlidesHaveOneMode() {
        const SlideInfo info = slideOf(SlideFormat::OpenSlide, {});
        for (const ViewMode mode : kViewModes) {
            QCOMPARE(whyNotInMode(mode, info).isEmpty(), mode == ViewMode::Reconstructed);
        }
    }

    void differencesNeedABaseline() {
        const ResidualCount all{.present = 4, .missing = 0};
        for (const ViewMode mode : kViewModes) {
            const bool isDifference = mode >= ViewMode::DifferenceAbsolute;
            QCOMPARE(whyNotInMode(mode, slideOf(SlideFormat::OrigamiTiff, all)).isEmpty(), !isDifference);
            QVERIFY(whyNotInMode(mode, slideOf(SlideFormat::OrigamiDirectory, all, true)).isEmpty());
        }
    }

    void missingResidualsCannotBeShown() {
        const SlideInfo info = slideOf(SlideFormat::OrigamiDirectory, ResidualCount{.present = 0, .missing = 4});
        QVERIFY(!whyNotInMode(ViewMode::Residual, info).isEmpty());
        QVERIFY(!whyNotInMode(ViewMode::ResidualColor, info).isEmpty());
        QVERIFY(whyNotInMode(ViewMode::Prediction, info).isEmpty());
    }

    void levelsThatShowNothingSayWhy() {
        const ResidualCount all{.present = 4, .missing = 0};
        const SlideInfo tiff = slideOf(SlideFormat::OrigamiTiff, all);
        const SlideInfo folder = slideOf(SlideFormat::OrigamiDirectory, all, true);
        const auto says = [](ViewMode mode, const SlideInfo& info, int level) {
            return !emptyLevelNote(mode, info, level).isEmpty();
        };
        QVERIFY(!says(ViewMode::Residual, tiff, 0));
        QVERIFY(says(ViewMode::Residual, tiff, 1));
        QVERIFY(!says(ViewMode::Residual, folder, 1));
        QVERIFY(says(ViewMode::ResidualColor, folder, 2));
        QVERIFY(!says(ViewMode::DifferenceColor, folder, 1));
        QVERIFY(says(ViewMode::DifferenceColor, folder, 3));
        QVERIFY(!says(ViewMode::Prediction, folder, 3));  // which shows the level itself
    }

    void legendsHaveNumbersAndTheColoursOfThePixels() {
        for (const ViewMode mode : kViewModes) {
            const QVariantMap legend = viewModeLegend(mode);
            const bool ownColours = mode == ViewMode::Reconstructed || mode == ViewMode::Prediction;
            QCOMPARE(legend.isEmpty(), ownColours);
            QVERIFY(ownColours || legend.value(QStringLiteral("ticks")).toList().size() == 3);
        }
        const QVariantList stops = viewModeLegend(ViewMode::DifferenceColor).value(QStringLiteral("stops")).toList();
        QCOMPARE(stops.constLast().toMap().value(QStringLiteral("color")).value<QColor>(),
                 QColor::fromRgb(sequentialColor(1)));
    }
};

QTEST_APPLESS_MAIN(TestViewModeInfo)
#include "tst_view_mode_info.moc"
