// The inverse transform against its definition (ITU-T T.81, A.3.3, in double precision), and the vector code against
// the plain loops. tst_jpeg_decoder holds it against libjpeg.
#include "core/codec/inverse_transform.h"
#include "tests/support/each_instruction_set.h"
#include "tests/support/images.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

using namespace origami;

namespace {

constexpr std::uint8_t kUntouched = 0xA5;

// Samples of a row of blocks, with others around them that must stay as they are.
struct Made {
    explicit Made(std::size_t blocks)
        : plane(static_cast<int>(blocks) * kBlockSide + 2 * kBorder, kBlockSide + 2 * kBorder) {
        fill(plane.view(), kUntouched);
    }
    [[nodiscard]] MutablePlaneView samples() {
        return plane.view().sub(kBorder, kBorder, plane.width() - 2 * kBorder, kBlockSide);
    }
    static constexpr int kBorder = 3;
    Plane plane;
};

std::uint8_t clampedSample(double value) {
    return static_cast<std::uint8_t>(std::clamp(std::lround(value) + 128, 0L, 255L));
}

// Sample (x, y) of a block.
double formula(std::span<const std::int16_t> levels, const QuantisationTable& steps, int x, int y) {
    const auto factor = [](int frequency, int at) {
        const double scale = frequency == 0 ? std::sqrt(0.125) : 0.5;
        return scale * std::cos((2 * at + 1) * frequency * std::numbers::pi / (2 * kBlockSide));
    };
    double sum = 0;
    for (int v = 0; v < kBlockSide; ++v) {
        for (int u = 0; u < kBlockSide; ++u) {
            const auto i = static_cast<std::size_t>(v * kBlockSide + u);
            sum += factor(u, x) * factor(v, y) * levels[i] * steps[i];
        }
    }
    return sum;
}

struct NamedLevels {
    const char* name;
    int nonZero;          // of 64 levels, about
    int largest;          // of a level's magnitude
    unsigned steps;       // 1 .. steps
    unsigned flatBlocks;  // one of so many has no level but the first
};

// As in residuals, as in pictures, as in nothing that an encoder writes.
constexpr NamedLevels kKinds[] = {{"nothing", 0, 0, 18, 1},         {"flat", 64, 60, 18, 1},
                                  {"residual", 6, 4, 18, 2},        {"picture", 40, 30, 30, 100},
                                  {"every level", 64, 40, 3, 1000}, {"beyond range", 64, 32767, 65535, 5}};

std::vector<std::int16_t> levelsOf(const NamedLevels& kind, std::size_t blocks, std::mt19937& random) {
    std::uniform_int_distribution level(-kind.largest, kind.largest);
    std::vector<std::int16_t> levels(blocks * kBlockSize);
    for (std::size_t block = 0; block < blocks; ++block) {
        const bool isFlat = random() % kind.flatBlocks == 0;
        for (std::size_t i = 0; i < (isFlat ? 1 : kBlockSize); ++i) {
            if (static_cast<int>(random() % kBlockSize) < kind.nonZero) {
                levels[block * kBlockSize + i] = static_cast<std::int16_t>(level(random));
            }
        }
    }
    return levels;
}

QuantisationTable stepsOf(const NamedLevels& kind, std::mt19937& random) {
    QuantisationTable steps;
    for (std::uint16_t& step : steps) {
        step = static_cast<std::uint16_t>(1 + random() % kind.steps);
    }
    return steps;
}

}  // namespace

class TestInverseTransform : public QObject {
    Q_OBJECT

private slots:
    // Between two passes there are two fractional bits, so that a sample may round to a neighbour of the nearest.
    void plainLoopsAreTheDefinition() {
        std::mt19937 random(1);
        int off = 0;
        int samples = 0;
        for (const NamedLevels& kind : kKinds) {
            if (kind.largest * static_cast<int>(kind.steps) > 1024) {
                continue;  // coefficients that no picture has
            }
            for (int round = 0; round < 50; ++round) {
                const QuantisationTable steps = stepsOf(kind, random);
                const std::vector<std::int16_t> levels = levelsOf(kind, 1, random);
                Made made(1);
                reference::inverseTransform(levels, steps, made.samples());
                for (int y = 0; y < kBlockSide; ++y) {
                    for (int x = 0; x < kBlockSide; ++x) {
                        const int difference = made.samples().row(y)[x] - clampedSample(formula(levels, steps, x, y));
                        QVERIFY2(std::abs(difference) <= 1, kind.name);
                        off += difference != 0 ? 1 : 0;
                        ++samples;
                    }
                }
            }
        }
        QVERIFY2(off * 20 < samples, qPrintable(QString("%1 of %2").arg(off).arg(samples)));
    }

    void vectorCodeIsThePlainLoops() {
        std::mt19937 random(2);
        for (const NamedLevels& kind : kKinds) {
            for (std::size_t blocks = 1; blocks <= 40; ++blocks) {
                const QuantisationTable steps = stepsOf(kind, random);
                const std::vector<std::int16_t> levels = levelsOf(kind, blocks, random);
                Made expected(blocks);
                Made made(blocks);
                reference::inverseTransform(levels, steps, expected.samples());
                inverseTransform(levels, steps, made.samples());
                // Frames included.
                QVERIFY2(test::areEqual(made.plane.view(), expected.plane.view()),
                         qPrintable(QString("%1, %2 blocks").arg(kind.name).arg(blocks)));
                QCOMPARE(made.plane.view().row(0)[0], kUntouched);
            }
        }
    }

    // One level at a time, positive and negative: each factor of both passes.
    void eachLevelAloneIsThePlainLoops() {
        QuantisationTable steps;
        steps.fill(7);
        for (std::size_t i = 0; i < kBlockSize; ++i) {
            for (const int level : {-146, -1, 1, 146}) {
                std::vector<std::int16_t> levels(kBlockSize);
                levels[i] = static_cast<std::int16_t>(level);
                Made expected(1);
                Made made(1);
                reference::inverseTransform(levels, steps, expected.samples());
                inverseTransform(levels, steps, made.samples());
                QVERIFY(test::areEqual(made.plane.view(), expected.plane.view()));
            }
        }
    }
};

int main(int argc, char* argv[]) {
    return origami::test::runForEachInstructionSet<TestInverseTransform>(argc, argv);
}

#include "tst_inverse_transform.moc"
