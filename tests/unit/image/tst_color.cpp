#include "core/image/color.h"
#include "tests/support/each_instruction_set.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

using namespace origami;

namespace {

// ITU-R BT.601 luma weights; JFIF 1.02 derives all of its equations from them.
constexpr double kRed = 0.299;
constexpr double kBlue = 0.114;
constexpr double kGreen = 1.0 - kRed - kBlue;

// Rounding to the nearest integer errs by 1/2, coefficients in 15 bits and products with 6 bits by less than 1/50.
constexpr double kTolerance = 0.52;

using Triple = std::array<double, 3>;

Triple exactRgb(double y, double cb, double cr) {
    const double r = y + 2 * (1 - kRed) * (cr - 128);
    const double b = y + 2 * (1 - kBlue) * (cb - 128);
    const double g = (y - kRed * r - kBlue * b) / kGreen;
    return {std::clamp(r, 0.0, 255.0), std::clamp(g, 0.0, 255.0), std::clamp(b, 0.0, 255.0)};
}

Triple exactYCbCr(double r, double g, double b) {
    const double y = kRed * r + kGreen * g + kBlue * b;
    return {y, std::clamp(128 + (b - y) / (2 * (1 - kBlue)), 0.0, 255.0),
            std::clamp(128 + (r - y) / (2 * (1 - kRed)), 0.0, 255.0)};
}

double largestDifference(const Triple& exact, double a, double b, double c) {
    return std::max({std::abs(exact[0] - a), std::abs(exact[1] - b), std::abs(exact[2] - c)});
}

// Calls function(a, b, c) for all 2^24 triples of bytes and returns the largest result.
template <class Function>
double maxOverAllTriples(Function function) {
    double worst = 0;
    for (int a = 0; a < 256; ++a) {
        for (int b = 0; b < 256; ++b) {
            for (int c = 0; c < 256; ++c) {
                worst = std::max(worst, function(static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b),
                                                 static_cast<std::uint8_t>(c)));
            }
        }
    }
    return worst;
}

}  // namespace

class ColorTest : public QObject {
    Q_OBJECT

private slots:
    void toRgbIsExactForEveryInput() {
        const double worst = maxOverAllTriples([](std::uint8_t y, std::uint8_t cb, std::uint8_t cr) {
            const std::uint32_t pixel = toRgb32(y, cb, cr);
            const double opaque = (pixel >> 24U) == 0xFFU ? 0.0 : 1000.0;
            return opaque + largestDifference(exactRgb(y, cb, cr), red(pixel), green(pixel), blue(pixel));
        });
        QVERIFY2(worst <= kTolerance, qPrintable(QString::number(worst)));
    }

    void toYCbCrIsExactForEveryInput() {
        const double worst = maxOverAllTriples([](std::uint8_t r, std::uint8_t g, std::uint8_t b) {
            const YCbCr sample = toYCbCr(rgb32(r, g, b));
            return largestDifference(exactYCbCr(r, g, b), sample.y, sample.cb, sample.cr);
        });
        QVERIFY2(worst <= kTolerance, qPrintable(QString::number(worst)));
    }

    void planesOfEveryColourAgreeWithSinglePixels() {
        Rgb32Image colours(256, 256);
        YCbCrImage planes(256, 256);
        for (unsigned r = 0; r < 256; ++r) {
            for (unsigned g = 0; g < 256; ++g) {
                for (unsigned b = 0; b < 256; ++b) {
                    colours.view().row(static_cast<int>(g))[b] = rgb32(r, g, b);
                }
            }
            toYCbCr(colours.view(), planes.y.view(), planes.cb.view(), planes.cr.view());
            int wrong = 0;
            for (int y = 0; y < 256; ++y) {
                for (int x = 0; x < 256; ++x) {
                    const YCbCr sample = toYCbCr(colours.view().row(y)[x]);
                    wrong += planes.y.view().row(y)[x] != sample.y || planes.cb.view().row(y)[x] != sample.cb ||
                             planes.cr.view().row(y)[x] != sample.cr;
                }
            }
            QCOMPARE(wrong, 0);
        }
    }

    void grayStaysGray() {
        for (unsigned value = 0; value < 256; ++value) {
            const auto byte = static_cast<std::uint8_t>(value);
            QCOMPARE(toRgb32(byte, 128, 128), rgb32(value, value, value));
            const YCbCr sample = toYCbCr(rgb32(value, value, value));
            QCOMPARE(sample.y, byte);
            QCOMPARE(sample.cb, std::uint8_t{128});
            QCOMPARE(sample.cr, std::uint8_t{128});
        }
    }

    // Widths on both sides of any vector length; views into larger images, whose other pixels stay untouched.
    void wholeImagesAgreeWithSinglePixels_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        for (const int width : {1, 3, 15, 16, 17, 33, 63, 65}) {
            QTest::addRow("%d x 3", width) << width << 3;
        }
        QTest::newRow("5 x 1") << 5 << 1;
    }

    void wholeImagesAgreeWithSinglePixels() {
        QFETCH(int, width);
        QFETCH(int, height);
        std::mt19937 random(1);
        YCbCrImage planes(width + 4, height + 4);
        for (Plane* plane : {&planes.y, &planes.cb, &planes.cr}) {
            for (int y = 0; y < plane->height(); ++y) {
                std::generate_n(plane->view().row(y), plane->width(),
                                [&] { return static_cast<std::uint8_t>(random()); });
            }
        }
        const auto inner = [&](Plane& plane) { return plane.view().sub(1, 2, width, height); };

        constexpr std::uint32_t kUntouched = 0x01020304U;
        Rgb32Image rgb(width + 2, height + 2);
        fill(rgb.view(), kUntouched);
        toRgb32(inner(planes.y), inner(planes.cb), inner(planes.cr), rgb.view().sub(1, 1, width, height));
        for (int y = 0; y < rgb.height(); ++y) {
            for (int x = 0; x < rgb.width(); ++x) {
                const bool inside = x >= 1 && x <= width && y >= 1 && y <= height;
                const std::uint32_t expected =
                    inside ? toRgb32(inner(planes.y).row(y - 1)[x - 1], inner(planes.cb).row(y - 1)[x - 1],
                                     inner(planes.cr).row(y - 1)[x - 1])
                           : kUntouched;
                QCOMPARE(rgb.view().row(y)[x], expected);
            }
        }

        YCbCrImage back(width + 2, height + 2);
        for (Plane* plane : {&back.y, &back.cb, &back.cr}) {
            fill(plane->view(), 77);
        }
        const auto target = [&](Plane& plane) { return plane.view().sub(1, 1, width, height); };
        toYCbCr(rgb.view().sub(1, 1, width, height), target(back.y), target(back.cb), target(back.cr));
        for (int y = 0; y < back.height(); ++y) {
            for (int x = 0; x < back.width(); ++x) {
                const bool inside = x >= 1 && x <= width && y >= 1 && y <= height;
                const YCbCr expected = inside ? toYCbCr(rgb.view().row(y)[x]) : YCbCr{77, 77, 77};
                QCOMPARE(back.y.view().row(y)[x], expected.y);
                QCOMPARE(back.cb.view().row(y)[x], expected.cb);
                QCOMPARE(back.cr.view().row(y)[x], expected.cr);
            }
        }
    }

    void grayPlanesBecomeGrayPixels() {
        Plane gray(256, 2);
        for (int x = 0; x < 256; ++x) {
            gray.view().row(0)[x] = static_cast<std::uint8_t>(x);
            gray.view().row(1)[x] = static_cast<std::uint8_t>(255 - x);
        }
        Rgb32Image out(256, 2);
        grayToRgb32(gray.view(), out.view());
        for (unsigned x = 0; x < 256; ++x) {
            QCOMPARE(out.view().row(0)[x], 0xFF000000U | x * 0x010101U);
            QCOMPARE(out.view().row(1)[x], 0xFF000000U | (255U - x) * 0x010101U);
        }
    }
};

int main(int argc, char* argv[]) {
    return origami::test::runForEachInstructionSet<ColorTest>(argc, argv);
}

#include "tst_color.moc"
