#include "core/codec/jpeg_coefficients.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace origami {
namespace {

constexpr std::array<int, kBlockSize> kZigzag = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,
                                                 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6,  7,  14, 21, 28,
                                                 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
                                                 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

constexpr int kMaxLevel = 1023;  // of an AC coefficient of baseline JPEG
constexpr int kMinDc = -1024;    // and of a DC coefficient, as 8-bit samples have them
constexpr int kMaxDc = 1023;
constexpr int kEndOfBlock = 0x00;
constexpr int kSixteenZeros = 0xF0;

// Size category of a level (T.81, Table F.1): the bits of its magnitude.
int sizeOf(int level) noexcept {
    return static_cast<int>(std::bit_width(static_cast<unsigned>(std::abs(level))));
}

int nearest(float value) noexcept {
    return static_cast<int>(std::lrint(value));
}

std::int16_t chooseDc(float value, double lambda, const LevelCosts& costs, int previousDc) noexcept {
    const int rounded = std::clamp(nearest(value), kMinDc + 1, kMaxDc - 1);
    int best = rounded;
    double bestCost = std::numeric_limits<double>::max();
    for (int level = rounded - 1; level <= rounded + 1; ++level) {
        const double error = value - static_cast<float>(level);
        const double cost = error * error + lambda * costs.dc(sizeOf(level - previousDc));
        if (cost < bestCost) {
            best = level;
            bestCost = cost;
        }
    }
    return static_cast<std::int16_t>(best);
}

// Coefficients of a block that do not round to zero, in zigzag order after the start of the block, and for each the
// cheapest way to code the block up to it with it as the last that is not zero. Costs are bits, errors those that the
// choice adds to those of a block of zeros, divided by lambda.
struct Candidates {
    int count = 1;
    std::array<int, kBlockSize> positions;
    std::array<double, kBlockSize> costs;
    std::array<double, kBlockSize> costsBefore;  // of the part before it and its code
    std::array<int, kBlockSize> magnitudes;
};

// The cheapest way to candidate i with a level of this size category.
double cheapestWayTo(const Candidates& candidates, int i, const double* costsOfRuns) noexcept {
    const double* const ofRun = costsOfRuns + candidates.positions[static_cast<std::size_t>(i)] - 1;
    double least = std::numeric_limits<double>::max();
    for (int j = 0; j < i; ++j) {
        const auto before = static_cast<std::size_t>(j);
        least = std::min(least, candidates.costs[before] + ofRun[-candidates.positions[before]]);
    }
    return least;
}

}  // namespace

const std::array<int, kBlockSize>& zigzagOrder() noexcept {
    return kZigzag;
}

const QuantisationTable& annexKLuma() noexcept {
    static constexpr QuantisationTable kTable = {16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
                                                 14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
                                                 18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
                                                 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
    return kTable;
}

const QuantisationTable& annexKChroma() noexcept {
    static constexpr QuantisationTable kTable = {17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
                                                 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
                                                 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                                                 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};
    return kTable;
}

QuantisationTable flatTable(int step) noexcept {
    QuantisationTable table;
    table.fill(static_cast<std::uint16_t>(step));
    return table;
}

QuantisationTable geometricMean(const QuantisationTable& a, const QuantisationTable& b) noexcept {
    QuantisationTable table;
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = static_cast<std::uint16_t>(std::lround(std::sqrt(static_cast<double>(a[i]) * b[i])));
    }
    return table;
}

QuantisationTable scaledTable(const QuantisationTable& table, int quality) noexcept {
    const int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    QuantisationTable scaled;
    for (std::size_t i = 0; i < table.size(); ++i) {
        scaled[i] = static_cast<std::uint16_t>(std::clamp((table[i] * percent + 50) / 100, 1, 255));
    }
    return scaled;
}

CoefficientImage CoefficientImage::ofSize420(int width, int height) {
    CoefficientImage image{.width = width, .height = height, .planes = {}};
    for (std::size_t i = 0; i < image.planes.size(); ++i) {
        const int side = i == 0 ? kBlockSide : 2 * kBlockSide;
        CoefficientPlane& plane = image.planes[i];
        plane.blockColumns = width / side;
        plane.blockRows = height / side;
        plane.values.assign(static_cast<std::size_t>(plane.blockColumns * plane.blockRows) * kBlockSize, 0);
    }
    return image;
}

bool CoefficientImage::isZero() const noexcept {
    return std::ranges::all_of(planes, [](const CoefficientPlane& plane) {
        return std::ranges::all_of(plane.values, [](std::int16_t value) { return value == 0; });
    });
}

LevelCosts::LevelCosts(const CodeLengths& lengths) noexcept : m_endOfBlock(lengths.ac[kEndOfBlock]) {
    for (int size = 1; size < kMaxSize; ++size) {
        for (int run = 0; run < kBlockSize - 1; ++run) {
            m_ac[static_cast<std::size_t>(size)][static_cast<std::size_t>(run)] =
                static_cast<double>(run / 16 * lengths.ac[kSixteenZeros] +
                                    lengths.ac[static_cast<std::size_t>((run % 16) << 4 | size)] + size);
        }
    }
    for (std::size_t size = 0; size < m_dc.size(); ++size) {
        m_dc[size] = static_cast<double>(lengths.dc[size]) + static_cast<double>(size);
    }
}

void quantise(const BlockSpectrum& spectrum, const QuantisationTable& table, double lambda, const LevelCosts* costs,
              int previousDc, std::span<std::int16_t, kBlockSize> levels) noexcept {
    BlockSpectrum inSteps;
    for (std::size_t i = 0; i < kBlockSize; ++i) {
        inSteps[i] = spectrum[i] / static_cast<float>(table[i]);
    }
    if (lambda <= 0 || costs == nullptr) {
        for (std::size_t i = 0; i < kBlockSize; ++i) {
            levels[i] = static_cast<std::int16_t>(std::clamp(nearest(inSteps[i]), -kMaxLevel, kMaxLevel));
        }
        levels[0] = static_cast<std::int16_t>(std::clamp(nearest(inSteps[0]), kMinDc, kMaxDc));
        return;
    }
    std::ranges::fill(levels, std::int16_t{0});
    levels[0] = chooseDc(inSteps[0], lambda, *costs, previousDc);

    Candidates candidates;
    candidates.positions[0] = 0;
    candidates.costs[0] = 0;
    for (int k = 1; k < kBlockSize; ++k) {
        const auto count = static_cast<std::size_t>(candidates.count);
        candidates.positions[count] = k;
        candidates.count += std::abs(inSteps[static_cast<std::size_t>(kZigzag[static_cast<std::size_t>(k)])]) > 0.5F;
    }
    const double bitsOfError = 1 / lambda;
    int last = 0;
    double leastCost = costs->endOfBlock();
    for (int c = 1; c < candidates.count; ++c) {
        const auto i = static_cast<std::size_t>(c);
        const int position = candidates.positions[i];
        const float magnitude =
            std::abs(inSteps[static_cast<std::size_t>(kZigzag[static_cast<std::size_t>(position)])]);
        const auto take = [&](int level) {
            const double before = cheapestWayTo(candidates, c, costs->ac(sizeOf(level)));
            const double cost = before + level * (level - 2.0 * magnitude) * bitsOfError;
            if (cost < candidates.costs[i]) {
                candidates.costs[i] = cost;
                candidates.costsBefore[i] = before;
                candidates.magnitudes[i] = level;
            }
        };
        candidates.costs[i] = std::numeric_limits<double>::max();
        const int high = std::min(static_cast<int>(magnitude + 0.5F), kMaxLevel);
        take(high);
        if (high > 1 && sizeOf(high - 1) < sizeOf(high)) {  // else it costs as many bits and errs more
            take(high - 1);
        }
        const double whole = candidates.costs[i] + (position < kBlockSize - 1 ? costs->endOfBlock() : 0.0);
        if (whole < leastCost) {
            leastCost = whole;
            last = c;
        }
    }
    while (last > 0) {
        const auto i = static_cast<std::size_t>(last);
        const int position = candidates.positions[i];
        const auto natural = static_cast<std::size_t>(kZigzag[static_cast<std::size_t>(position)]);
        const int level = candidates.magnitudes[i];
        levels[natural] = static_cast<std::int16_t>(inSteps[natural] < 0 ? -level : level);
        const double* const ofRun = costs->ac(sizeOf(level)) + position - 1;
        do {
            --last;
        } while (last > 0 && candidates.costs[static_cast<std::size_t>(last)] +
                                     ofRun[-candidates.positions[static_cast<std::size_t>(last)]] !=
                                 candidates.costsBefore[i]);
    }
}

}  // namespace origami
