#include "core/quality/color_difference.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

using namespace origami;

namespace {

struct Pair {
    Lab x;
    Lab y;
    double difference;
};

// Sharma, Wu, Dalal 2005, table 1.
constexpr std::array kPublished{
    Pair{{50.0000F, 2.6772F, -79.7751F}, {50.0000F, 0.0000F, -82.7485F}, 2.0425},
    Pair{{50.0000F, 3.1571F, -77.2803F}, {50.0000F, 0.0000F, -82.7485F}, 2.8615},
    Pair{{50.0000F, 2.8361F, -74.0200F}, {50.0000F, 0.0000F, -82.7485F}, 3.4412},
    Pair{{50.0000F, -1.3802F, -84.2814F}, {50.0000F, 0.0000F, -82.7485F}, 1.0000},
    Pair{{50.0000F, -1.1848F, -84.8006F}, {50.0000F, 0.0000F, -82.7485F}, 1.0000},
    Pair{{50.0000F, -0.9009F, -85.5211F}, {50.0000F, 0.0000F, -82.7485F}, 1.0000},
    Pair{{50.0000F, 0.0000F, 0.0000F}, {50.0000F, -1.0000F, 2.0000F}, 2.3669},
    Pair{{50.0000F, -1.0000F, 2.0000F}, {50.0000F, 0.0000F, 0.0000F}, 2.3669},
    Pair{{50.0000F, 2.4900F, -0.0010F}, {50.0000F, -2.4900F, 0.0009F}, 7.1792},
    Pair{{50.0000F, 2.4900F, -0.0010F}, {50.0000F, -2.4900F, 0.0010F}, 7.1792},
    Pair{{50.0000F, 2.4900F, -0.0010F}, {50.0000F, -2.4900F, 0.0011F}, 7.2195},
    Pair{{50.0000F, 2.4900F, -0.0010F}, {50.0000F, -2.4900F, 0.0012F}, 7.2195},
    Pair{{50.0000F, -0.0010F, 2.4900F}, {50.0000F, 0.0009F, -2.4900F}, 4.8045},
    Pair{{50.0000F, -0.0010F, 2.4900F}, {50.0000F, 0.0010F, -2.4900F}, 4.8045},
    Pair{{50.0000F, -0.0010F, 2.4900F}, {50.0000F, 0.0011F, -2.4900F}, 4.7461},
    Pair{{50.0000F, 2.5000F, 0.0000F}, {50.0000F, 0.0000F, -2.5000F}, 4.3065},
    Pair{{50.0000F, 2.5000F, 0.0000F}, {73.0000F, 25.0000F, -18.0000F}, 27.1492},
    Pair{{50.0000F, 2.5000F, 0.0000F}, {61.0000F, -5.0000F, 29.0000F}, 22.8977},
    Pair{{50.0000F, 2.5000F, 0.0000F}, {56.0000F, -27.0000F, -3.0000F}, 31.9030},
    Pair{{50.0000F, 2.5000F, 0.0000F}, {58.0000F, 24.0000F, 15.0000F}, 19.4535},
    Pair{{50.0000F, 2.5000F, 0.0000F}, {50.0000F, 3.1736F, 0.5854F}, 1.0000},
    Pair{{50.0000F, 2.5000F, 0.0000F}, {50.0000F, 3.2972F, 0.0000F}, 1.0000},
    Pair{{50.0000F, 2.5000F, 0.0000F}, {50.0000F, 1.8634F, 0.5757F}, 1.0000},
    Pair{{50.0000F, 2.5000F, 0.0000F}, {50.0000F, 3.2592F, 0.3350F}, 1.0000},
    Pair{{60.2574F, -34.0099F, 36.2677F}, {60.4626F, -34.1751F, 39.4387F}, 1.2644},
    Pair{{63.0109F, -31.0961F, -5.8663F}, {62.8187F, -29.7946F, -4.0864F}, 1.2630},
    Pair{{61.2901F, 3.7196F, -5.3901F}, {61.4292F, 2.2480F, -4.9620F}, 1.8731},
    Pair{{35.0831F, -44.1164F, 3.7933F}, {35.0232F, -40.0716F, 1.5901F}, 1.8645},
    Pair{{22.7233F, 20.0904F, -46.6940F}, {23.0331F, 14.9730F, -42.5619F}, 2.0373},
    Pair{{36.4612F, 47.8580F, 18.3852F}, {36.2715F, 50.5065F, 21.2231F}, 1.4146},
    Pair{{90.8027F, -2.0831F, 1.4410F}, {91.1528F, -1.6435F, 0.0447F}, 1.4441},
    Pair{{90.9257F, -0.5406F, -0.9208F}, {88.6381F, -0.8985F, -0.7239F}, 1.5381},
    Pair{{6.7747F, -0.2908F, -2.4247F}, {5.8714F, -0.0985F, -2.2286F}, 0.6377},
    Pair{{2.0776F, 0.0795F, -1.1350F}, {0.9033F, -0.0636F, -0.5514F}, 0.9082},
};
static_assert(kPublished.size() == 34);

// IEC 61966-2-1 and CIE 15 in double precision.
std::array<double, 3> exactLab(std::uint32_t pixel) {
    const auto linear = [](std::uint8_t sample) {
        const double v = sample / 255.0;
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    const auto f = [](double t) {
        const double delta = 6.0 / 29;
        return t > delta * delta * delta ? std::cbrt(t) : t / (3 * delta * delta) + 4.0 / 29;
    };
    const double r = linear(red(pixel));
    const double g = linear(green(pixel));
    const double b = linear(blue(pixel));
    const double x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    const double y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const double z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.0890);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

// One row of pixels.
Rgb32Image rowOf(std::initializer_list<std::uint32_t> pixels) {
    Rgb32Image image(static_cast<int>(pixels.size()), 1);
    std::ranges::copy(pixels, image.view().row(0));
    return image;
}

}  // namespace

class TestColorDifference : public QObject {
    Q_OBJECT

private slots:
    void equalsThePublishedTable_data() {
        QTest::addColumn<int>("index");
        for (int i = 0; i < static_cast<int>(kPublished.size()); ++i) {
            QTest::addRow("pair %d", i + 1) << i;
        }
    }
    void equalsThePublishedTable() {
        QFETCH(const int, index);
        const Pair& pair = kPublished[static_cast<std::size_t>(index)];
        const auto toFourDecimals = [](float value) { return std::round(static_cast<double>(value) * 1e4); };
        QCOMPARE(toFourDecimals(ciede2000(pair.x, pair.y)), std::round(pair.difference * 1e4));
        QCOMPARE(toFourDecimals(ciede2000(pair.y, pair.x)), std::round(pair.difference * 1e4));
        QCOMPARE(ciede2000(pair.x, pair.x), 0.0F);
    }

    void labOfEveryFifteenthLevelIsExact() {
        double worst = 0;
        for (unsigned r = 0; r <= 255; r += 15) {
            for (unsigned g = 0; g <= 255; g += 15) {
                for (unsigned b = 0; b <= 255; b += 15) {
                    const std::array<double, 3> exact = exactLab(rgb32(r, g, b));
                    const Lab lab = toLab(rgb32(r, g, b));
                    worst = std::max(
                        {worst, std::abs(lab.l - exact[0]), std::abs(lab.a - exact[1]), std::abs(lab.b - exact[2])});
                }
            }
        }
        QVERIFY2(worst < 5e-4, qPrintable(QString::number(worst)));
    }

    // White is L 100, and every gray is without colour.
    void graysAreNeutral() {
        for (unsigned v = 0; v <= 255; ++v) {
            const Lab lab = toLab(rgb32(v, v, v));
            QVERIFY(std::abs(lab.a) < 1e-3 && std::abs(lab.b) < 1e-3);
        }
        QVERIFY(std::abs(toLab(rgb32(255, 255, 255)).l - 100) < 1e-3);
        QVERIFY(std::abs(toLab(rgb32(0, 0, 0)).l) < 1e-3);
    }

    // Black and white differ by lightness alone: 100 / S_L with S_L = 1, as the mean lightness is 50.
    void blackAndWhiteAreAHundredApart() {
        const Rgb32Image a = rowOf({rgb32(0, 0, 0), rgb32(1, 2, 3)});
        const Rgb32Image b = rowOf({rgb32(255, 255, 255), rgb32(1, 2, 3)});
        ColorDifference difference;
        difference.add(a.view(), b.view());
        QVERIFY(std::abs(difference.mean() - 50) < 1e-3);
        QCOMPARE(difference.percentile(0.5), 0.0);
        QVERIFY(std::abs(difference.percentile(0.99) - 100) < 0.011);
    }

    // 99 of 100 pixels within the first difference, one far beyond; added up from two areas.
    void percentileOfAreas() {
        const std::uint32_t pixel = rgb32(200, 120, 180);
        const std::uint32_t near = rgb32(201, 120, 180);
        const double step = ciede2000(toLab(pixel), toLab(near));
        const auto area = [&](int width, int same, int steps) {
            std::pair<Rgb32Image, Rgb32Image> pictures{Rgb32Image(width, 1), Rgb32Image(width, 1)};
            fill(pictures.first.view(), pixel);
            fill(pictures.second.view(), rgb32(0, 0, 0));
            std::fill_n(pictures.second.view().row(0), same, pixel);
            std::fill_n(pictures.second.view().row(0) + same, steps, near);
            return pictures;
        };
        const auto one = area(60, 49, 11);
        const auto two = area(40, 0, 39);
        ColorDifference first;
        first.add(one.first.view(), one.second.view());
        ColorDifference second;
        second.add(two.first.view(), two.second.view());
        first.add(second);
        QCOMPARE(first.percentile(0.49), 0.0);
        QVERIFY(std::abs(first.percentile(0.50) - step) <= 0.0051);
        QVERIFY(std::abs(first.percentile(0.99) - step) <= 0.0051);
        QVERIFY(first.percentile(1.0) > 40);
        const double far = ciede2000(toLab(pixel), toLab(rgb32(0, 0, 0)));
        QVERIFY(std::abs(first.mean() - (50 * step + far) / 100) < 1e-4);
    }

    void nothingDiffersInNothing() {
        const ColorDifference difference;
        QCOMPARE(difference.mean(), 0.0);
        QCOMPARE(difference.percentile(0.99), 0.0);
    }
};

QTEST_APPLESS_MAIN(TestColorDifference)
#include "tst_color_difference.moc"
