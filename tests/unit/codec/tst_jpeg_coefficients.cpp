// The tables against libjpeg's own, and quantisation against the best that
// can be found by trying everything.
#include "core/codec/jpeg_coefficients.h"

#include <QTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <random>

#include <jpeglib.h>

using namespace origami;

namespace {

// What libjpeg makes of a table at a quality: of its own for luma or chroma, or of `basic`.
QuantisationTable libjpegTable(int index, int quality, const QuantisationTable* basic = nullptr) {
    jpeg_error_mgr errors;
    jpeg_compress_struct cinfo;
    cinfo.err = jpeg_std_error(&errors);
    jpeg_create_compress(&cinfo);
    cinfo.in_color_space = JCS_YCbCr;
    cinfo.input_components = 3;
    jpeg_set_defaults(&cinfo);
    if (basic == nullptr) {
        jpeg_set_quality(&cinfo, quality, TRUE);
    } else {
        std::array<unsigned, kBlockSize> steps;
        std::ranges::copy(*basic, steps.begin());
        jpeg_add_quant_table(&cinfo, index, steps.data(), jpeg_quality_scaling(quality), TRUE);
    }
    QuantisationTable table;
    std::copy_n(cinfo.quant_tbl_ptrs[index]->quantval, kBlockSize, table.begin());
    jpeg_destroy_compress(&cinfo);
    return table;
}

using Levels = std::array<std::int16_t, kBlockSize>;

int sizeOf(int level) {
    return static_cast<int>(std::bit_width(static_cast<unsigned>(std::abs(level))));
}

// Bits of a block's AC codes: T.81, F.1.2.2, Figure F.2.
double acBits(const Levels& levels, const CodeLengths& lengths) {
    int bits = 0;
    int run = 0;
    for (int k = 1; k < kBlockSize; ++k) {
        const int level = levels[static_cast<std::size_t>(zigzagOrder()[static_cast<std::size_t>(k)])];
        if (level == 0) {
            ++run;
            continue;
        }
        for (; run >= 16; run -= 16) {
            bits += lengths.ac[0xF0];
        }
        bits += lengths.ac[static_cast<std::size_t>(16 * run + sizeOf(level))] + sizeOf(level);
        run = 0;
    }
    return run > 0 ? bits + lengths.ac[0x00] : bits;
}

// Errors of the coefficients from the first on, in squared steps, and lambda x bits.
double acCost(const BlockSpectrum& spectrum, const QuantisationTable& table, const Levels& levels, double lambda,
              const CodeLengths& lengths) {
    double error = 0;
    for (std::size_t i = 1; i < kBlockSize; ++i) {
        const double difference = static_cast<double>(spectrum[i]) / table[i] - levels[i];
        error += difference * difference;
    }
    return error + lambda * acBits(levels, lengths);
}

double dcCost(double value, int level, int previous, double lambda, const CodeLengths& lengths) {
    const int size = sizeOf(level - previous);
    return (value - level) * (value - level) + lambda * (lengths.dc[static_cast<std::size_t>(size)] + size);
}

Levels quantised(const BlockSpectrum& spectrum, const QuantisationTable& table, double lambda,
                 const CodeLengths* lengths, int previousDc = 0) {
    Levels levels;
    levels.fill(77);  // whatever was there before is overwritten
    const LevelCosts costs(lengths != nullptr ? *lengths : CodeLengths());
    quantise(spectrum, table, lambda, lengths != nullptr ? &costs : nullptr, previousDc, levels);
    return levels;
}

// The cheapest of all blocks whose coefficients are each what they round to, one step nearer to zero, or zero.
double cheapest(const BlockSpectrum& spectrum, const QuantisationTable& table, double lambda,
                const CodeLengths& lengths) {
    std::vector<std::size_t> positions;
    Levels levels{};
    for (std::size_t i = 1; i < kBlockSize; ++i) {
        if (std::lround(spectrum[i] / static_cast<float>(table[i])) != 0) {
            positions.push_back(i);
        }
    }
    double best = acCost(spectrum, table, levels, lambda, lengths);
    std::size_t combinations = 1;
    for (std::size_t i = 0; i < positions.size(); ++i) {
        combinations *= 3;
    }
    for (std::size_t combination = 1; combination < combinations; ++combination) {
        std::size_t rest = combination;
        for (const std::size_t position : positions) {
            const auto rounded =
                static_cast<int>(std::lround(spectrum[position] / static_cast<float>(table[position])));
            const std::array choices{0, rounded, rounded - (rounded > 0 ? 1 : -1)};
            levels[position] = static_cast<std::int16_t>(choices[rest % 3]);
            rest /= 3;
        }
        best = std::min(best, acCost(spectrum, table, levels, lambda, lengths));
    }
    return best;
}

class Random {
public:
    explicit Random(unsigned seed) : m_engine(seed) {}
    // The same on every machine, unlike the distributions of the standard library.
    int below(int limit) { return static_cast<int>(m_engine() % static_cast<unsigned>(limit)); }
    double between(double low, double high) {
        return low + (high - low) * static_cast<double>(m_engine()) / 4294967296.0;
    }

private:
    std::mt19937 m_engine;
};

// Any lengths are good for a test; these vary as those of real tables do.
CodeLengths someLengths(Random& random) {
    CodeLengths lengths;
    std::ranges::generate(lengths.ac, [&] { return static_cast<std::uint8_t>(2 + random.below(15)); });
    std::ranges::generate(lengths.dc, [&] { return static_cast<std::uint8_t>(2 + random.below(9)); });
    return lengths;
}

// `count` coefficients that are not nothing, of up to `reach` steps, at random places.
BlockSpectrum sparse(Random& random, const QuantisationTable& table, int count, double reach) {
    BlockSpectrum spectrum{};
    for (std::size_t i = 0; i < kBlockSize; ++i) {
        spectrum[i] = static_cast<float>(random.between(-0.49, 0.49) * table[i]);
    }
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(1 + random.below(kBlockSize - 1));
        spectrum[at] = static_cast<float>(random.between(-reach, reach) * table[at]);
    }
    return spectrum;
}

}  // namespace

class TestJpegCoefficients : public QObject {
    Q_OBJECT

private slots:
    void zigzagGoesDiagonally() {
        // From one end to the other each step stays in its diagonal or goes to the next one.
        std::array<bool, kBlockSize> seen{};
        int previous = 0;
        for (std::size_t k = 0; k < kBlockSize; ++k) {
            const int natural = zigzagOrder()[k];
            const int diagonal = natural / kBlockSide + natural % kBlockSide;
            QVERIFY(diagonal == previous || diagonal == previous + 1);
            // T.81, Figure 5: odd diagonals run down, even ones up.
            if (k > 0 && diagonal == previous) {
                QCOMPARE(natural - zigzagOrder()[k - 1], diagonal % 2 == 1 ? 7 : -7);
            }
            previous = diagonal;
            seen[static_cast<std::size_t>(natural)] = true;
        }
        QVERIFY(std::ranges::all_of(seen, std::identity()));
    }

    void tablesAreThoseOfLibjpeg() {
        const QuantisationTable mixed = geometricMean(flatTable(17), annexKChroma());
        for (int quality = 1; quality <= 100; ++quality) {
            QCOMPARE(scaledTable(annexKLuma(), quality), libjpegTable(0, quality));
            QCOMPARE(scaledTable(annexKChroma(), quality), libjpegTable(1, quality));
            QCOMPARE(scaledTable(mixed, quality), libjpegTable(1, quality, &mixed));
        }
        QCOMPARE(scaledTable(flatTable(16), 50), flatTable(16));
        QCOMPARE(scaledTable(flatTable(16), 45), flatTable(18));  // 5000 / 45 = 111 percent of 16
        QCOMPARE(scaledTable(flatTable(16), 100), flatTable(1));
        QCOMPARE(scaledTable(flatTable(16), 1), flatTable(255));
        // sqrt(17 x 17), sqrt(17 x 99) = 41.02, sqrt(17 x 18) = 17.49
        QCOMPARE(mixed[0], std::uint16_t{17});
        QCOMPARE(mixed[63], std::uint16_t{41});
        QCOMPARE(mixed[1], std::uint16_t{17});
    }

    void imagesBeginAsNothing() {
        CoefficientImage image = CoefficientImage::ofSize420(48, 32);
        QCOMPARE(image.planes[0].blockColumns, 6);
        QCOMPARE(image.planes[0].blockRows, 4);
        QCOMPARE(image.planes[1].blockColumns, 3);
        QCOMPARE(image.planes[2].blockRows, 2);
        QVERIFY(image.isZero());
        image.planes[2].block(2, 1)[63] = 1;
        QCOMPARE(image.planes[2].values.back(), std::int16_t{1});
        QVERIFY(!image.isZero());
    }

    void withoutLambdaCoefficientsAreRounded() {
        Random random(2);
        const QuantisationTable table = scaledTable(annexKLuma(), 60);
        CodeLengths lengths = someLengths(random);
        for (int round = 0; round < 50; ++round) {
            BlockSpectrum spectrum;
            std::ranges::generate(spectrum, [&] { return static_cast<float>(random.between(-500, 500)); });
            const Levels levels = quantised(spectrum, table, 0, round % 2 == 0 ? &lengths : nullptr, random.below(100));
            for (std::size_t i = 0; i < kBlockSize; ++i) {
                QVERIFY(std::abs(spectrum[i] / static_cast<float>(table[i]) - levels[i]) <= 0.50001F);
            }
        }
    }

    void levelsStayWithinBaselineJpeg() {
        // Differences of 8-bit samples can be as large; 8-bit samples cannot.
        BlockSpectrum spectrum;
        spectrum.fill(2040);
        spectrum[5] = -2040;
        CodeLengths lengths;
        lengths.ac.fill(4);
        lengths.dc.fill(4);
        for (const double lambda : {0.0, 0.01}) {
            const Levels levels = quantised(spectrum, flatTable(1), lambda, &lengths);
            QVERIFY(std::ranges::all_of(levels.begin() + 1, levels.end(),
                                        [](std::int16_t level) { return std::abs(level) <= 1023; }));
            QCOMPARE(levels[1], std::int16_t{1023});
            QCOMPARE(levels[5], std::int16_t{-1023});
            QCOMPARE(levels[0], std::int16_t{1023});
            spectrum[0] = -spectrum[0];
            QCOMPARE(quantised(spectrum, flatTable(1), lambda, &lengths)[0], std::int16_t{-1024});
            spectrum[0] = -spectrum[0];
        }
    }

    // 3^7 blocks each.
    void noOtherBlockIsCheaper() {
        Random random(3);
        for (int round = 0; round < 300; ++round) {
            const QuantisationTable table = round % 2 == 0 ? flatTable(18) : scaledTable(annexKLuma(), 40);
            const CodeLengths lengths = someLengths(random);
            // Of large levels, too, whose errors were they zero are millions of bits.
            const double reach = round % 3 == 0 ? 300 : 4;
            const BlockSpectrum spectrum = sparse(random, table, random.below(8), reach);
            const double lambda = random.between(0.01, 0.5);
            const Levels levels = quantised(spectrum, table, lambda, &lengths);
            const double cost = acCost(spectrum, table, levels, lambda, lengths);
            const double best = cheapest(spectrum, table, lambda, lengths);
            QVERIFY2(std::abs(cost - best) < 1e-5 * (reach + 10),
                     qPrintable(QString("%1 instead of %2").arg(cost).arg(best)));
        }
    }

    void fullBlocksAreNeverDearerThanRounded() {
        Random random(4);
        for (int round = 0; round < 200; ++round) {
            const QuantisationTable table = flatTable(18);
            const CodeLengths lengths = someLengths(random);
            BlockSpectrum spectrum;
            std::ranges::generate(spectrum, [&] { return static_cast<float>(random.between(-90, 90)); });
            const double lambda = random.between(0.01, 0.5);
            const Levels levels = quantised(spectrum, table, lambda, &lengths);
            const Levels rounded = quantised(spectrum, table, 0, nullptr);
            QVERIFY(acCost(spectrum, table, levels, lambda, lengths) <=
                    acCost(spectrum, table, rounded, lambda, lengths) + 1e-4);
        }
    }

    // Runs of more than fifteen zeros take codes of their own, and the last coefficient needs no end of block.
    void longRunsAreCounted() {
        CodeLengths lengths;
        lengths.ac.fill(3);
        lengths.ac[0xF0] = 16;
        const QuantisationTable table = flatTable(10);
        BlockSpectrum spectrum{};
        spectrum[63] = 12;  // the 63rd: 62 zeros before it are three runs of sixteen and fourteen more
        // Keeping it costs an error of 0.04 and 3 x 16 + 3 + 1 = 52 bits; dropping it 1.44 and 3 bits.
        QCOMPARE(quantised(spectrum, table, 1.40 / 49 + 1e-4, &lengths)[63], std::int16_t{0});
        QCOMPARE(quantised(spectrum, table, 1.40 / 49 - 1e-4, &lengths)[63], std::int16_t{1});
    }

    // The DC level is the cheapest of the three around it, for its difference from the one before.
    void dcIsChosenByItsDifference() {
        Random random(5);
        const QuantisationTable table = flatTable(16);
        for (int round = 0; round < 300; ++round) {
            const CodeLengths lengths = someLengths(random);
            BlockSpectrum spectrum{};
            spectrum[0] = static_cast<float>(random.between(-300, 300));
            const double value = spectrum[0] / 16.0;
            const int previous = random.below(40) - 20;
            const double lambda = random.between(0.01, 0.4);
            const int level = quantised(spectrum, table, lambda, &lengths, previous)[0];
            const auto rounded = static_cast<int>(std::lround(value));
            double best = 1e9;
            for (int other = rounded - 1; other <= rounded + 1; ++other) {
                best = std::min(best, dcCost(value, other, previous, lambda, lengths));
            }
            QVERIFY(std::abs(dcCost(value, level, previous, lambda, lengths) - best) < 1e-5);
        }
    }
};

QTEST_APPLESS_MAIN(TestJpegCoefficients)
#include "tst_jpeg_coefficients.moc"
