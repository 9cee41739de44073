// The forward transform against its definition (ITU-T T.81, A.3.3, in double precision): the plain loops and the vector
// code.
#include "core/codec/forward_transform.h"
#include "tests/support/each_instruction_set.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

using namespace origami;

namespace {

// Of a picture's samples, and of a residual's largest: a spectrum's largest number is 2040 and has 24 bits.
constexpr double kTolerance = 2e-3;

// T.81, A.3.3, word by word.
double transformed(const BlockSamples& samples, int u, int v) {
    const auto c = [](int frequency) { return frequency == 0 ? std::numbers::sqrt2 / 2 : 1.0; };
    double sum = 0;
    for (int y = 0; y < kBlockSide; ++y) {
        for (int x = 0; x < kBlockSide; ++x) {
            sum += samples[static_cast<std::size_t>(kBlockSide * y + x)] *
                   std::cos((2 * x + 1) * u * std::numbers::pi / 16) *
                   std::cos((2 * y + 1) * v * std::numbers::pi / 16);
        }
    }
    return c(u) * c(v) / 4 * sum;
}

void compareWithDefinition(const BlockSamples& samples) {
    BlockSpectrum spectrum;
    BlockSpectrum plain;
    forwardTransform(samples, spectrum);
    reference::forwardTransform(samples, plain);
    for (int v = 0; v < kBlockSide; ++v) {
        for (int u = 0; u < kBlockSide; ++u) {
            const auto i = static_cast<std::size_t>(kBlockSide * v + u);
            const double expected = transformed(samples, u, v);
            for (const float actual : {spectrum[i], plain[i]}) {
                QVERIFY2(std::abs(actual - expected) < kTolerance,
                         qPrintable(QString("(%1, %2): %3 instead of %4").arg(u).arg(v).arg(actual).arg(expected)));
            }
        }
    }
}

}  // namespace

class TestForwardTransform : public QObject {
    Q_OBJECT

private slots:
    void flatBlocksHaveAMeanOnly() {
        for (const int sample : {-255, -1, 0, 1, 255}) {
            BlockSamples samples;
            samples.fill(static_cast<std::int16_t>(sample));
            compareWithDefinition(samples);
        }
    }

    void eachSampleReachesEachFrequency() {
        for (std::size_t i = 0; i < kBlockSize; ++i) {
            BlockSamples samples{};
            samples[i] = 255;
            compareWithDefinition(samples);
        }
    }

    void anyBlockIsTransformedAsTheStandardSays() {
        std::mt19937 random(1);
        for (int round = 0; round < 50; ++round) {
            BlockSamples samples;
            std::ranges::generate(samples, [&] { return static_cast<std::int16_t>(random() % 511) - 255; });
            compareWithDefinition(samples);
        }
    }
};

int main(int argc, char* argv[]) {
    return origami::test::runForEachInstructionSet<TestForwardTransform>(argc, argv);
}

#include "tst_forward_transform.moc"
