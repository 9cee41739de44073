// Every kernel against its formula (formats.md, sections 1 and 4), written out sample by sample in double precision.
// All weights are dyadic fractions, so that the double sums are exact; halves are rounded up.
#include "core/image/color.h"
#include "core/reconstruct/bicubic.h"
#include "core/reconstruct/kernels.h"
#include "core/reconstruct/reference.h"
#include "tests/support/each_instruction_set.h"
#include "tests/unit/reconstruct/bicubic_formula.h"

#include <QTest>

#include <hwy/targets.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

using namespace origami;

namespace {

constexpr std::uint8_t kUntouched = 0xA5;

// A plane inside a larger one, whose other samples must stay as they are.
class Framed {
public:
    Framed(int width, int height)
        : m_outer(width + 2 * kBorder, height + 2 * kBorder), m_width(width), m_height(height) {
        fill(m_outer.view(), kUntouched);
    }
    [[nodiscard]] MutablePlaneView view() { return m_outer.view().sub(kBorder, kBorder, m_width, m_height); }
    [[nodiscard]] bool isBorderUntouched() const {
        const PlaneView outer = m_outer.view();
        for (int y = 0; y < outer.height; ++y) {
            for (int x = 0; x < outer.width; ++x) {
                const bool isInside = x >= kBorder && x < kBorder + m_width && y >= kBorder && y < kBorder + m_height;
                if (!isInside && outer.row(y)[x] != kUntouched) {
                    return false;
                }
            }
        }
        return true;
    }

private:
    static constexpr int kBorder = 3;
    Plane m_outer;
    int m_width;
    int m_height;
};

using Content = std::function<int(int x, int y)>;

struct NamedContent {
    const char* name;
    Content at;
};

std::vector<NamedContent> contents() {
    return {{"black", [](int, int) { return 0; }},
            {"white", [](int, int) { return 255; }},
            {"checks", [](int x, int y) { return (x + y) % 2 == 0 ? 0 : 255; }},
            {"ramp", [](int x, int y) { return (7 * x + 13 * y) % 256; }},
            {"noise", [random = std::make_shared<std::mt19937>(20240607)](int, int) {
                 return static_cast<int>((*random)() % 256);
             }}};
}

void fillWith(MutablePlaneView plane, const Content& content) {
    for (int y = 0; y < plane.height; ++y) {
        for (int x = 0; x < plane.width; ++x) {
            plane.row(y)[x] = static_cast<std::uint8_t>(content(x, y));
        }
    }
}

double clampedSample(PlaneView plane, int x, int y) {
    return plane.row(std::clamp(y, 0, plane.height - 1))[std::clamp(x, 0, plane.width - 1)];
}

// Bilinear interpolation at a point in pixel coordinates (sample i covers [i, i + 1)); edges repeat.
double bilinear(PlaneView plane, double x, double y) {
    const double left = std::floor(x - 0.5);
    const double top = std::floor(y - 0.5);
    const double right = x - 0.5 - left;
    const double bottom = y - 0.5 - top;
    const int ix = static_cast<int>(left);
    const int iy = static_cast<int>(top);
    return (1 - right) * (1 - bottom) * clampedSample(plane, ix, iy) +
           right * (1 - bottom) * clampedSample(plane, ix + 1, iy) +
           (1 - right) * bottom * clampedSample(plane, ix, iy + 1) +
           right * bottom * clampedSample(plane, ix + 1, iy + 1);
}

int roundHalfUp(double value) {
    return static_cast<int>(std::floor(value + 0.5));
}

int clampToByte(double value) {
    return static_cast<int>(std::clamp(value, 0.0, 255.0));
}

// Of four samples around a point `distance` behind the second one: Catmull-Rom's weights.
std::array<double, 4> catmullRom(double distance) {
    const double t = distance;
    return {(-t * t * t + 2 * t * t - t) / 2, (3 * t * t * t - 5 * t * t + 2) / 2, (-3 * t * t * t + 4 * t * t + t) / 2,
            (t * t * t - t * t) / 2};
}

// The exact value of the bicubic interpolation at sample (x, y) of a 4x enlargement; not clamped.
double bicubic(PlaneView plane, int x, int y) {
    const double left = std::floor((x + 0.5) / 4 - 0.5);
    const double top = std::floor((y + 0.5) / 4 - 0.5);
    const std::array<double, 4> horizontal = catmullRom((x + 0.5) / 4 - 0.5 - left);
    const std::array<double, 4> vertical = catmullRom((y + 0.5) / 4 - 0.5 - top);
    double sum = 0;
    for (int j = 0; j < 4; ++j) {
        for (int i = 0; i < 4; ++i) {
            sum += vertical[static_cast<std::size_t>(j)] * horizontal[static_cast<std::size_t>(i)] *
                   clampedSample(plane, static_cast<int>(left) - 1 + i, static_cast<int>(top) - 1 + j);
        }
    }
    return sum;
}

// Empty if every sample of `actual` is expected(x, y).
QString difference(PlaneView actual, const Content& expected) {
    for (int y = 0; y < actual.height; ++y) {
        for (int x = 0; x < actual.width; ++x) {
            if (actual.row(y)[x] != expected(x, y)) {
                return QString("sample (%1, %2) is %3 instead of %4")
                    .arg(x)
                    .arg(y)
                    .arg(actual.row(y)[x])
                    .arg(expected(x, y));
            }
        }
    }
    return {};
}

void addSizes() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    for (int height = 1; height <= 9; ++height) {
        for (int width = 1; width <= 9; ++width) {
            QTest::addRow("%d x %d", width, height) << width << height;
        }
    }
    // Beyond any vector's length, with remainders of every kind.
    QTest::newRow("64 x 3") << 64 << 3;
    QTest::newRow("131 x 67") << 131 << 67;
    QTest::newRow("255 x 2") << 255 << 2;
}

// Checks an enlargement by `factor` for every crop that it allows.
void checkEnlarged(int width, int height, int factor, void (*kernel)(PlaneView, MutablePlaneView, int, int),
                   int maxCrop) {
    for (const NamedContent& content : contents()) {
        Framed source(width, height);
        fillWith(source.view(), content.at);
        const PlaneView from = source.view();
        for (int cropX = 0; cropX <= maxCrop; ++cropX) {
            for (int cropY = 0; cropY <= maxCrop; ++cropY) {
                Framed target(factor * width - cropX, factor * height - cropY);
                kernel(from, target.view(), 0, 0);
                const QString wrong = difference(target.view(), [&](int x, int y) {
                    return roundHalfUp(bilinear(from, (x + 0.5) / factor, (y + 0.5) / factor));
                });
                QVERIFY2(
                    wrong.isEmpty(),
                    qPrintable(QString("%1, cropped by %2 x %3: ").arg(content.name).arg(cropX).arg(cropY) + wrong));
                QVERIFY(target.isBorderUntouched());
                QVERIFY(source.isBorderUntouched());
            }
        }
    }
}

void checkPartOfBicubic(PlaneView from, int x, int y, int width, int height, const Content& residual) {
    Plane expected(width, height);
    reference::up4Bicubic(from, expected.view(), x, y);
    const Content isExpected = [&](int i, int j) { return expected.view().row(j)[i]; };
    Framed part(width, height);
    up4Bicubic(from, part.view(), x, y);
    QVERIFY2(difference(part.view(), isExpected).isEmpty(), qPrintable(difference(part.view(), isExpected)));
    QVERIFY(part.isBorderUntouched());

    Framed samples(width, height);
    fillWith(samples.view(), residual);
    reference::addResidual(samples.view(), expected.view());
    up4BicubicAddResidual(from, samples.view(), x, y);
    QVERIFY2(difference(samples.view(), isExpected).isEmpty(), qPrintable(difference(samples.view(), isExpected)));
    QVERIFY(samples.isBorderUntouched());
}

void checkPartsOfBicubic(const char* target) {
    std::mt19937 random(11);
    const auto below = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
    const Content noise = [&](int, int) { return below(256); };
    const Content extremes = [&](int, int) { return 255 * below(2); };
    const Content checks = [](int x, int y) { return (x + y) % 2 * 255; };
    const std::array contents{noise, extremes, checks};
    const auto check = [&](int sourceWidth, int sourceHeight, int x, int y, int width, int height, int round) {
        Plane source(sourceWidth, sourceHeight);
        fillWith(source.view(), contents[static_cast<std::size_t>(round) % 3]);
        checkPartOfBicubic(std::as_const(source).view(), x, y, width, height,
                           contents[static_cast<std::size_t>(round) / 3 % 3]);
        if (QTest::currentTestFailed()) {
            qWarning("%s: %d x %d at (%d, %d) of %d x %d", target, width, height, x, y, sourceWidth, sourceHeight);
        }
    };
    int round = 0;
    for (int width = 1; width <= 40 && !QTest::currentTestFailed(); ++width) {
        for (int height = 1; height <= 40 && !QTest::currentTestFailed(); height += width < 4 ? 1 : 1 + below(9)) {
            // As a family is cropped: the source is as large as it must be.
            check((width + 3) / 4, (height + 3) / 4, 0, 0, width, height, ++round);
        }
    }
    for (int i = 0; i < 200 && !QTest::currentTestFailed(); ++i) {
        const int sourceWidth = 1 + below(i % 10 == 0 ? 300 : 40);
        const int sourceHeight = 1 + below(12);
        const int x = below(4 * sourceWidth);
        const int y = below(4 * sourceHeight);
        check(sourceWidth, sourceHeight, x, y, 1 + below(4 * sourceWidth - x), 1 + below(4 * sourceHeight - y), i);
    }
    check(256, 256, 0, 0, 1024, 1024, 0);
    check(256, 256, 512, 256, 256, 256, 1);
    check(128, 128, 127, 255, 130, 130, 4);
}

}  // namespace

class TestKernels : public QObject {
    Q_OBJECT

private slots:
    void up2InterpolatesBilinearly_data() { addSizes(); }
    void up2InterpolatesBilinearly() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        checkEnlarged(width, height, 2, up2, 1);
        checkEnlarged(width, height, 2, reference::up2, 1);
    }

    // The weights as the header states them, on samples that tell all four apart.
    void up2HasTheStatedWeights() {
        Plane from(2, 2);
        from.view().row(0)[0] = 16;
        from.view().row(0)[1] = 0;
        from.view().row(1)[0] = 0;
        from.view().row(1)[1] = 160;
        Plane to(4, 4);
        up2(from.view(), to.view());
        QCOMPARE(to.view().row(0)[0], std::uint8_t{16});  // the corner repeats
        QCOMPARE(to.view().row(0)[1], std::uint8_t{12});  // 3/4 of 16
        QCOMPARE(to.view().row(0)[2], std::uint8_t{4});   // 1/4 of 16
        QCOMPARE(to.view().row(1)[1], std::uint8_t{19});  // 9/16 of 16 + 1/16 of 160
        QCOMPARE(to.view().row(2)[2], std::uint8_t{91});  // 1/16 of 16 + 9/16 of 160
        QCOMPARE(to.view().row(1)[2], std::uint8_t{33});  // 3/16 of 16 + 3/16 of 160
        QCOMPARE(to.view().row(3)[3], std::uint8_t{160});
    }

    void up4InterpolatesBilinearly_data() { addSizes(); }
    void up4InterpolatesBilinearly() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        checkEnlarged(width, height, 4, up4, 3);
        checkEnlarged(width, height, 4, reference::up4, 3);
    }

    void up4BicubicHasTheFormatsArithmetic_data() { addSizes(); }
    void up4BicubicHasTheFormatsArithmetic() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        for (const NamedContent& content : contents()) {
            Framed source(width, height);
            fillWith(source.view(), content.at);
            const PlaneView from = source.view();
            for (const auto kernel : {up4Bicubic, reference::up4Bicubic}) {
                Framed target(4 * width, 4 * height);
                kernel(from, target.view(), 0, 0);
                const QString wrong = difference(target.view(), [&](int x, int y) {
                    return test::bicubicSample(
                        [&](int i, int j) { return static_cast<int>(clampedSample(from, i, j)); }, x, y);
                });
                QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1: ").arg(content.name) + wrong));
                QVERIFY(target.isBorderUntouched());
            }
        }
    }

    // The weights as the format states them: those of one bright sample on black, -128 being nothing.
    void up4BicubicHasTheStatedWeights() {
        Plane from(5, 1);
        fill(from.view(), 128);
        from.view().row(0)[2] = 255;
        Plane to(20, 1);
        up4Bicubic(from.view(), to.view());
        // In 1/128, times 127, of the sample two to the left of the bright one to that two to the right.
        const int weights[] = {0, 0, -1, -6, -9, -6, 12, 50, 93, 123, 123, 93, 50, 12, -6, -9, -6, -1, 0, 0};
        for (int x = 0; x < 20; ++x) {
            QCOMPARE(static_cast<int>(to.view().row(0)[x]), 128 + roundHalfUp(weights[x] * 127 / 128.0));
        }
    }

    // Rounding costs at most 1 on smooth pictures. The worst that there is: the weights of a direction err by 1/128 in
    // sum, so by 1 where all samples are black and white just as they err; the other direction enlarges that by its
    // own weights' sum, 158/128, as it does its own error; and a half is rounded away.
    void up4BicubicIsCatmullRom() {
        std::vector<NamedContent> pictures = contents();
        pictures.push_back({"wave", [](int x, int y) {
                                return 128 + static_cast<int>(std::lround(120 * std::sin(x / 3.0) * std::cos(y / 4.0)));
                            }});
        for (const NamedContent& content : pictures) {
            Plane source(37, 29);
            fillWith(source.view(), content.at);
            const PlaneView from = std::as_const(source).view();
            Plane to(4 * from.width, 4 * from.height);
            reference::up4Bicubic(from, to.view());
            const double allowed = QString(content.name) == "wave" ? 1 : 3;
            for (int y = 0; y < to.height(); ++y) {
                for (int x = 0; x < to.width(); ++x) {
                    const double exact = std::clamp(bicubic(from, x, y), 0.0, 255.0);
                    QVERIFY2(std::abs(to.view().row(y)[x] - exact) <= allowed,
                             qPrintable(QString("%1 at (%2, %3): %4 instead of %5")
                                            .arg(content.name)
                                            .arg(x)
                                            .arg(y)
                                            .arg(to.view().row(y)[x])
                                            .arg(exact)));
                }
            }
        }
    }

    // Every instruction set of this machine, on parts of enlargements of every size and place.
    void up4BicubicIsTheSameOnEveryInstructionSet() {
        const std::int64_t all = hwy::SupportedTargets();
        for (std::int64_t target = 1; target > 0 && target <= HWY_SCALAR; target <<= 1U) {
            if ((all & target) != 0) {
                hwy::SetSupportedTargetsForTest(target);
                hwy::GetChosenTarget().Update(hwy::SupportedTargets());
                checkPartsOfBicubic(hwy::TargetName(target));
            }
        }
        hwy::SetSupportedTargetsForTest(0);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }

    void addResidualIsCentredAndClamped_data() { addSizes(); }
    void addResidualIsCentredAndClamped() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        for (const NamedContent& first : contents()) {
            for (const NamedContent& second : contents()) {
                Framed residual(width, height);
                Framed samples(width, height);
                fillWith(residual.view(), first.at);
                fillWith(samples.view(), second.at);
                Plane before(width, height);
                copy(samples.view(), before.view());
                addResidual(residual.view(), samples.view());
                const QString wrong = difference(samples.view(), [&](int x, int y) {
                    return clampToByte(clampedSample(before.view(), x, y) + clampedSample(residual.view(), x, y) - 128);
                });
                QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1 on %2: ").arg(first.name, second.name) + wrong));
                QVERIFY(samples.isBorderUntouched());
                QVERIFY(residual.isBorderUntouched());
            }
        }
    }

    // Every part of an enlargement is the same part of the whole, for the plain loops and the vector code alike: parts
    // of every remainder, at odd places, wider than one piece of the kernels' work.
    void partsOfEnlargementsAreThoseOfTheReference() {
        std::mt19937 random(7);
        const auto below = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
        for (int round = 0; round < 600; ++round) {
            const int factor = round % 2 == 0 ? 2 : 4;
            Plane first(1 + below(round % 20 == 0 ? 700 : 70), 1 + below(9));
            Plane second(first.width(), first.height());
            const auto extremes = [&](int, int) { return below(3) == 0 ? 255 * below(2) : below(256); };
            fillWith(first.view(), extremes);
            fillWith(second.view(), extremes);
            const int x = below(factor * first.width());
            const int y = below(factor * first.height());
            const int width = 1 + below(factor * first.width() - x);
            const int height = 1 + below(factor * first.height() - y);
            const PlaneView from = std::as_const(first).view();
            const PlaneView other = std::as_const(second).view();
            const auto enlarge = factor == 2 ? reference::up2 : reference::up4;
            Plane expected(width, height);
            Plane expectedOther(width, height);
            enlarge(from, expected.view(), x, y);
            enlarge(other, expectedOther.view(), x, y);
            const PlaneView wanted = std::as_const(expected).view();
            const Content isWanted = [&](int i, int j) { return wanted.row(j)[i]; };

            Framed part(width, height);
            (factor == 2 ? up2 : up4)(from, part.view(), x, y);
            QVERIFY2(difference(part.view(), isWanted).isEmpty(), qPrintable(difference(part.view(), isWanted)));
            QVERIFY(part.isBorderUntouched());

            if (factor == 4) {
                continue;
            }
            // Colour from coarser chroma is colour from enlarged chroma.
            Plane luma(width, height);
            fillWith(luma.view(), extremes);
            const PlaneView y8 = std::as_const(luma).view();
            Rgb32Image fused(width, height);
            Rgb32Image plain(width, height);
            convertToRgb32Up2(y8, from, other, fused.view(), x, y);
            toRgb32(y8, wanted, std::as_const(expectedOther).view(), plain.view());
            for (int row = 0; row < height; ++row) {
                QVERIFY(std::equal(fused.view().row(row), fused.view().row(row) + width, plain.view().row(row)));
            }

            Framed samples(width, height);
            fillWith(samples.view(), extremes);
            reference::addResidual(samples.view(), expected.view());
            up2AddResidual(from, samples.view(), samples.view(), x, y);
            QVERIFY(difference(samples.view(), isWanted).isEmpty());
            QVERIFY(samples.isBorderUntouched());
        }
    }

    // All 16,777,216 colours.
    void coloursAreThoseOfTheScalarCode() {
        Plane cb(256, 256);
        Plane cr(256, 256);
        Plane luma(256, 256);
        fillWith(cb.view(), [](int x, int) { return x; });
        fillWith(cr.view(), [](int, int y) { return y; });
        Rgb32Image vectors(256, 256);
        Rgb32Image scalars(256, 256);
        for (int y = 0; y < 256; ++y) {
            fill(luma.view(), static_cast<std::uint8_t>(y));
            convertToRgb32(luma.view(), cb.view(), cr.view(), vectors.view());
            toRgb32(luma.view(), cb.view(), cr.view(), scalars.view());
            QVERIFY2(std::equal(vectors.view().data, vectors.view().data + 256 * 256, scalars.view().data),
                     qPrintable(QString("luma %1").arg(y)));
        }
    }

    void coloursOfEveryWidth_data() {
        QTest::addColumn<int>("left");
        QTest::newRow("anywhere in memory") << 1;
        QTest::newRow("on a vector's boundary") << 16;
    }
    void coloursOfEveryWidth() {
        QFETCH(const int, left);
        for (int width = 1; width <= 131; ++width) {
            Framed luma(width, 2);
            fillWith(luma.view(), [](int x, int y) { return (37 * x + 11 * y) % 256; });
            Rgb32Image out(left + width + 1, 2);
            fill(out.view(), 0x12345678U);
            convertToRgb32(luma.view(), luma.view(), luma.view(), out.view().sub(left, 0, width, 2));
            for (int y = 0; y < 2; ++y) {
                for (int x = 0; x < width; ++x) {
                    const std::uint8_t sample = luma.view().row(y)[x];
                    QCOMPARE(out.view().row(y)[x + left], toRgb32(sample, sample, sample));
                }
                QCOMPARE(out.view().row(y)[left - 1], 0x12345678U);
                QCOMPARE(out.view().row(y)[left + width], 0x12345678U);
            }
        }
    }

    void subtractPredictionIsCentredAndClamped_data() { addSizes(); }
    void subtractPredictionIsCentredAndClamped() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        for (const NamedContent& first : contents()) {
            for (const NamedContent& second : contents()) {
                Framed original(width, height);
                Framed prediction(width, height);
                Framed out(width, height);
                fillWith(original.view(), first.at);
                fillWith(prediction.view(), second.at);
                subtractPrediction(original.view(), prediction.view(), out.view());
                const QString wrong = difference(out.view(), [&](int x, int y) {
                    return clampToByte(clampedSample(original.view(), x, y) - clampedSample(prediction.view(), x, y) +
                                       128);
                });
                QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1 less %2: ").arg(first.name, second.name) + wrong));
                QVERIFY(out.isBorderUntouched());
            }
        }
    }

    // All 65,536 pairs: adding is exact wherever the difference fits into a residual.
    void addingUndoesSubtracting() {
        Plane original(256, 256);
        Plane prediction(256, 256);
        fillWith(original.view(), [](int x, int) { return x; });
        fillWith(prediction.view(), [](int, int y) { return y; });
        Plane residual(256, 256);
        subtractPrediction(original.view(), prediction.view(), residual.view());
        addResidual(residual.view(), prediction.view());
        const QString wrong =
            difference(prediction.view(), [](int x, int y) { return std::clamp(x, y - 128, y + 127); });
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
    }

    void halveAveragesBoxes_data() { addSizes(); }
    void halveAveragesBoxes() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        for (const NamedContent& content : contents()) {
            Framed source(width, height);
            fillWith(source.view(), content.at);
            const PlaneView from = source.view();
            Framed target((width + 1) / 2, (height + 1) / 2);
            halve(from, target.view());
            const QString wrong = difference(target.view(), [&](int x, int y) {
                const double sum = clampedSample(from, 2 * x, 2 * y) + clampedSample(from, 2 * x + 1, 2 * y) +
                                   clampedSample(from, 2 * x, 2 * y + 1) + clampedSample(from, 2 * x + 1, 2 * y + 1);
                return roundHalfUp(sum / 4);
            });
            QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1: ").arg(content.name) + wrong));
            QVERIFY(target.isBorderUntouched());
        }
    }
};

int main(int argc, char* argv[]) {
    return origami::test::runForEachInstructionSet<TestKernels>(argc, argv);
}

#include "tst_kernels.moc"
