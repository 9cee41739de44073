// Spans of threads as rows of a chart, with idle time cut out.
#include "ui/models/flame_layout.h"

#include <QTest>

#include <array>
#include <cmath>

using namespace origami;

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kStart = 5'000 * kMs;

StageSpan span(Stage stage, std::uint16_t thread, double startMs, double endMs) {
    return {stage, thread, kStart + std::llround(startMs * kMs), kStart + std::llround(endMs * kMs)};
}

bool isNear(double a, double b) {
    return std::abs(a - b) < 1e-6;
}

}  // namespace

class TestFlameLayout : public QObject {
    Q_OBJECT

private slots:
    void nothingIsNothing() {
        const FlameLayout layout = flameLayout({});
        QVERIFY(layout.bars.empty() && layout.threads.empty() && layout.cutsMs.empty());
        QCOMPARE(layout.shownMs, 0.0);
    }

    void threadsAreRowsInTheOrderInWhichTheyBegan() {
        const std::array spans{span(Stage::L0Residual, 7, 1.0, 2.0), span(Stage::Read, 9, 0.0, 0.9),
                               span(Stage::L2Decode, 3, 0.95, 1.5), span(Stage::Convert, 7, 2.0, 2.5)};
        const FlameLayout layout = flameLayout(spans);
        QVERIFY((layout.threads == std::vector<std::uint16_t>{9, 3, 7}));
        QCOMPARE(layout.bars.size(), std::size_t{4});
        QCOMPARE(layout.bars[0].stage, Stage::Read);
        QCOMPARE(layout.bars[0].row, 0);
        QCOMPARE(layout.bars[2].row, 2);
        QVERIFY(isNear(layout.bars[2].startMs, 1.0) && isNear(layout.bars[2].endMs, 2.0));
        QVERIFY(isNear(layout.shownMs, 2.5));
        QVERIFY(layout.cutsMs.empty());
    }

    // Work until 2 ms, nothing for 1000 ms, work again: the pause is shown as 0.25 ms, cut in its middle.
    void pausesAreCutOut() {
        const std::array spans{span(Stage::Read, 1, 0, 1), span(Stage::Convert, 2, 0.5, 2),
                               span(Stage::Upload, 1, 1002, 1003)};
        const FlameLayout layout = flameLayout(spans);
        QCOMPARE(layout.cutsMs.size(), std::size_t{1});
        QVERIFY(isNear(layout.cutsMs[0], 2.125));
        QVERIFY(isNear(layout.bars[2].startMs, 2.25));
        QVERIFY(isNear(layout.bars[2].endMs, 3.25));
        QVERIFY(isNear(layout.bars[2].ms, 1.0));
        QVERIFY(isNear(layout.shownMs, 3.25));
    }

    // While one thread works, another's pause is no pause of the family.
    void workOfOthersIsNoPause() {
        const std::array spans{span(Stage::L2Decode, 1, 0, 10), span(Stage::L0Residual, 2, 0, 1),
                               span(Stage::L0Residual, 2, 9, 11)};
        const FlameLayout layout = flameLayout(spans);
        QVERIFY(layout.cutsMs.empty());
        QVERIFY(isNear(layout.shownMs, 11));
    }
};

QTEST_APPLESS_MAIN(TestFlameLayout)
#include "tst_flame_layout.moc"
