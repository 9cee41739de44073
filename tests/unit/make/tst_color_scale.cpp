// Colours of numbers: their ends and places, and that lightness alone tells them apart.
#include "core/image/rgb32.h"
#include "core/make/color_scale.h"

#include <QTest>

#include <cmath>

using namespace origami;

namespace {

double luminanceOf(std::uint32_t pixel) {
    return 0.2126 * red(pixel) + 0.7152 * green(pixel) + 0.0722 * blue(pixel);
}

}  // namespace

class TestColorScale : public QObject {
    Q_OBJECT

private slots:
    void endsAndPlaces() {
        QCOMPARE(sequentialColor(0), 0xFF440154U);
        QCOMPARE(sequentialColor(0.5), 0xFF21918CU);
        QCOMPARE(sequentialColor(1), 0xFFFDE725U);
        // Half way between 5EC962 and ADDC30, the places 6 and 7 of 8: the mean of each channel, halves up.
        QCOMPARE(sequentialColor(6.5 / 8), rgb32((0x5E + 0xAD + 1) / 2, (0xC9 + 0xDC + 1) / 2, (0x62 + 0x30) / 2));
        QCOMPARE(divergingColor(0), 0xFFF4F4F4U);
    }

    void whatLiesOutsideIsTheEnd() {
        QCOMPARE(sequentialColor(-3), sequentialColor(0));
        QCOMPARE(sequentialColor(7), sequentialColor(1));
        QCOMPARE(divergingColor(-2), divergingColor(-1));
        QCOMPARE(divergingColor(2), divergingColor(1));
    }

    void lightnessAloneTellsThemApart() {
        for (int i = 1; i <= 20; ++i) {
            QVERIFY(luminanceOf(sequentialColor(i / 20.0)) > luminanceOf(sequentialColor((i - 1) / 20.0)));
            QVERIFY(luminanceOf(divergingColor(i / 20.0)) < luminanceOf(divergingColor((i - 1) / 20.0)));
            QVERIFY(luminanceOf(divergingColor(-i / 20.0)) < luminanceOf(divergingColor((1 - i) / 20.0)));
        }
    }
};

QTEST_APPLESS_MAIN(TestColorScale)
#include "tst_color_scale.moc"
