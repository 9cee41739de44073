#include "core/quality/ssim.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <utility>
#include <vector>

using namespace origami;

namespace {

using Pixel = std::function<int(int x, int y)>;

Plane planeOf(int width, int height, const Pixel& pixel) {
    Plane plane(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            plane.view().row(y)[x] = static_cast<std::uint8_t>(std::clamp(pixel(x, y), 0, 255));
        }
    }
    return plane;
}

double ssim(const Plane& a, const Plane& b) {
    Ssim result;
    result.add(a.view(), b.view());
    return result.mean();
}

// The paper's equation 13 with its window, moment by moment, in double precision.
double directSsim(const Plane& a, const Plane& b) {
    const int columns = std::min(a.width(), 11);
    const int rows = std::min(a.height(), 11);
    const auto gaussian = [](double d) { return std::exp(-d * d / (2 * 1.5 * 1.5)); };
    const double c1 = 0.01 * 255 * 0.01 * 255;
    const double c2 = 0.03 * 255 * 0.03 * 255;
    double sum = 0;
    int windows = 0;
    for (int top = 0; top + rows <= a.height(); ++top) {
        for (int left = 0; left + columns <= a.width(); ++left) {
            double weights = 0;
            double meanA = 0;
            double meanB = 0;
            const auto eachSample = [&](const auto& visit) {
                for (int y = 0; y < rows; ++y) {
                    for (int x = 0; x < columns; ++x) {
                        visit(gaussian(x - (columns - 1) / 2.0) * gaussian(y - (rows - 1) / 2.0),
                              double(a.view().row(top + y)[left + x]), double(b.view().row(top + y)[left + x]));
                    }
                }
            };
            eachSample([&](double w, double sampleA, double sampleB) {
                weights += w;
                meanA += w * sampleA;
                meanB += w * sampleB;
            });
            meanA /= weights;
            meanB /= weights;
            double varianceA = 0;
            double varianceB = 0;
            double covariance = 0;
            eachSample([&](double w, double sampleA, double sampleB) {
                varianceA += w * (sampleA - meanA) * (sampleA - meanA) / weights;
                varianceB += w * (sampleB - meanB) * (sampleB - meanB) / weights;
                covariance += w * (sampleA - meanA) * (sampleB - meanB) / weights;
            });
            sum += (2 * meanA * meanB + c1) * (2 * covariance + c2) /
                   ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2));
            ++windows;
        }
    }
    return sum / windows;
}

}  // namespace

class TestSsim : public QObject {
    Q_OBJECT

private slots:
    void equalsTheDirectFormula_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("noise");
        for (const auto& [width, height] :
             {std::pair{1, 1}, {2, 1}, {1, 5}, {4, 4}, {10, 30}, {30, 10}, {11, 11}, {12, 11}, {40, 37}}) {
            for (const int noise : {1, 10, 100, 255}) {
                QTest::addRow("%d x %d, noise %d", width, height, noise) << width << height << noise;
            }
        }
    }
    void equalsTheDirectFormula() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        QFETCH(const int, noise);
        std::mt19937 random(static_cast<unsigned>(width * 1000 + height));
        const auto jitter = [&] { return static_cast<int>(random() % static_cast<unsigned>(2 * noise + 1)) - noise; };
        const Plane a = planeOf(width, height, [&](int x, int y) { return 230 - 5 * x + 3 * (y % 7) + jitter(); });
        const Plane b = planeOf(width, height, [&](int x, int y) { return a.view().row(y)[x] + jitter(); });
        const double expected = directSsim(a, b);
        // Single precision, and a single window is kept to 2^-17.
        QVERIFY2(std::abs(ssim(a, b) - expected) < 1e-5,
                 qPrintable(QString("%1 instead of %2").arg(ssim(a, b)).arg(expected)));
    }

    void equalPlanesAreExactlyOne() {
        std::mt19937 random(1);
        const Plane a = planeOf(50, 40, [&](int, int) { return static_cast<int>(random() % 256); });
        QCOMPARE(ssim(a, a), 1.0);
        QCOMPARE(Ssim().mean(), 1.0);
    }

    // Without structure the first factor alone is left: (2 x y + C1) / (x^2 + y^2 + C1). Moments of 50^2 = 2500 in
    // single precision are off by up to 1e-3, which is 2e-5 of C2.
    void flatPlanesDifferInTheirMeans() {
        const Plane a = planeOf(20, 20, [](int, int) { return 100; });
        const Plane b = planeOf(20, 20, [](int, int) { return 150; });
        const double c1 = 6.5025;
        QVERIFY(std::abs(ssim(a, b) - (2 * 100 * 150 + c1) / (100 * 100 + 150 * 150 + c1)) < 2e-5);
    }

    // Areas count by their windows: 20 x 20 has 100 of them, 11 x 12 has 2.
    void areasAddUp() {
        const Plane flat = planeOf(20, 20, [](int, int) { return 0; });
        const Plane light = planeOf(11, 12, [](int, int) { return 255; });
        const Plane dark = planeOf(11, 12, [](int, int) { return 0; });
        Ssim one;
        one.add(flat.view(), flat.view());
        Ssim two;
        two.add(light.view(), dark.view());
        const double worst = 6.5025 / (255 * 255 + 6.5025);
        QVERIFY(std::abs(two.mean() - worst) < 1e-5);
        Ssim other = two;
        other.add(one);
        one.add(two);
        QCOMPARE(one.mean(), other.mean());
        QVERIFY(std::abs(one.mean() - (100 + 2 * worst) / 102) < 1e-6);
    }
};

QTEST_APPLESS_MAIN(TestSsim)
#include "tst_ssim.moc"
