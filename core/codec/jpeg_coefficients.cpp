#include "core/codec/jpeg_coefficients.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>

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

// Row u: the basis function of frequency u.
const std::array<std::array<float, kBlockSide>, kBlockSide>& basis() noexcept {
    static const auto kBasis = [] {
        std::array<std::array<float, kBlockSide>, kBlockSide> rows{};
        for (int u = 0; u < kBlockSide; ++u) {
            const double scale = u == 0 ? std::sqrt(0.125) : 0.5;
            for (int x = 0; x < kBlockSide; ++x) {
                rows[static_cast<std::size_t>(u)][static_cast<std::size_t>(x)] =
                    static_cast<float>(scale * std::cos((2 * x + 1) * u * std::numbers::pi / (2 * kBlockSide)));
            }
        }
        return rows;
    }();
    return kBasis;
}

// Size category of a level (T.81, Table F.1): the bits of its magnitude.
int sizeOf(int level) noexcept {
    return static_cast<int>(std::bit_width(static_cast<unsigned>(std::abs(level))));
}

// Bits of a non-zero AC level after a run of zeros.
int acBits(const CodeLengths& bits, int run, int level) noexcept {
    const int size = sizeOf(level);
    return run / 16 * bits.ac[kSixteenZeros] + bits.ac[static_cast<std::size_t>((run % 16) << 4 | size)] + size;
}

int nearest(float value) noexcept {
    return static_cast<int>(std::lrint(value));
}

// A position of the zigzag scan that may hold something, and the best way to code the block up to it.
struct Candidate {
    int position = 0;  // 1..63; 0 stands for the start of the block
    float value = 0;   // in steps
    double cost = 0;   // of everything up to here, if this level is not zero
    int level = 0;
    int previous = 0;        // candidate that is not zero before this one
    double errorBefore = 0;  // of all candidates before this one, were they zero
};

std::int16_t chooseDc(float value, double lambda, const CodeLengths& bits, int previousDc) noexcept {
    const int rounded = std::clamp(nearest(value), kMinDc + 1, kMaxDc - 1);
    int best = rounded;
    double bestCost = std::numeric_limits<double>::max();
    for (int level = rounded - 1; level <= rounded + 1; ++level) {
        const int size = sizeOf(level - previousDc);
        const double error = value - static_cast<float>(level);
        const double cost = error * error + lambda * (bits.dc[static_cast<std::size_t>(size)] + size);
        if (cost < bestCost) {
            best = level;
            bestCost = cost;
        }
    }
    return static_cast<std::int16_t>(best);
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

void forwardTransform(const BlockSamples& samples, BlockSpectrum& spectrum) noexcept {
    const auto& rows = basis();
    // Columns first: sums over rows of samples run along memory.
    BlockSpectrum vertical;
    for (std::size_t u = 0; u < kBlockSide; ++u) {
        std::array<float, kBlockSide> sum{};
        for (std::size_t y = 0; y < kBlockSide; ++y) {
            for (std::size_t x = 0; x < kBlockSide; ++x) {
                sum[x] += rows[u][y] * samples[kBlockSide * y + x];
            }
        }
        std::ranges::copy(sum, vertical.begin() + static_cast<std::ptrdiff_t>(kBlockSide * u));
    }
    static const auto kColumns = [] {
        std::array<std::array<float, kBlockSide>, kBlockSide> columns{};
        for (std::size_t u = 0; u < kBlockSide; ++u) {
            for (std::size_t x = 0; x < kBlockSide; ++x) {
                columns[x][u] = basis()[u][x];
            }
        }
        return columns;
    }();
    for (std::size_t v = 0; v < kBlockSide; ++v) {
        std::array<float, kBlockSide> sum{};
        for (std::size_t x = 0; x < kBlockSide; ++x) {
            for (std::size_t u = 0; u < kBlockSide; ++u) {
                sum[u] += kColumns[x][u] * vertical[kBlockSide * v + x];
            }
        }
        std::ranges::copy(sum, spectrum.begin() + static_cast<std::ptrdiff_t>(kBlockSide * v));
    }
}

void quantise(const BlockSpectrum& spectrum, const QuantisationTable& table, double lambda, const CodeLengths* bits,
              int previousDc, std::span<std::int16_t, kBlockSize> levels) noexcept {
    std::ranges::fill(levels, std::int16_t{0});
    const auto inSteps = [&](std::size_t natural) { return spectrum[natural] / static_cast<float>(table[natural]); };
    if (lambda <= 0 || bits == nullptr) {
        levels[0] = static_cast<std::int16_t>(std::clamp(nearest(inSteps(0)), kMinDc, kMaxDc));
        for (std::size_t i = 1; i < kBlockSize; ++i) {
            levels[i] = static_cast<std::int16_t>(std::clamp(nearest(inSteps(i)), -kMaxLevel, kMaxLevel));
        }
        return;
    }
    levels[0] = chooseDc(inSteps(0), lambda, *bits, previousDc);

    // Only what does not round to zero may become something else.
    std::array<Candidate, kBlockSize> candidates;
    int count = 1;  // the start of the block
    double error = 0;
    for (int k = 1; k < kBlockSize; ++k) {
        const float value = inSteps(static_cast<std::size_t>(kZigzag[static_cast<std::size_t>(k)]));
        if (std::abs(value) > 0.5F) {
            candidates[static_cast<std::size_t>(count++)] = {.position = k, .value = value, .errorBefore = error};
            error += static_cast<double>(value) * value;
        }
    }
    // The sum of errors counts candidates only: those that are surely zero cost the same whatever is chosen.
    const double errorOfAll = error;
    int bestLast = 0;
    double bestCost = errorOfAll + lambda * bits->ac[kEndOfBlock];
    for (int i = 1; i < count; ++i) {
        Candidate& here = candidates[static_cast<std::size_t>(i)];
        const float magnitude = std::abs(here.value);
        const int high = std::min(static_cast<int>(magnitude + 0.5F), kMaxLevel);
        here.cost = std::numeric_limits<double>::max();
        for (int level = std::max(high - 1, 1); level <= high; ++level) {
            const double own = (magnitude - static_cast<float>(level)) * (magnitude - static_cast<float>(level));
            for (int j = 0; j < i; ++j) {
                const Candidate& before = candidates[static_cast<std::size_t>(j)];
                const double skipped =
                    here.errorBefore - before.errorBefore - static_cast<double>(before.value) * before.value;
                const double cost =
                    before.cost + skipped + own + lambda * acBits(*bits, here.position - before.position - 1, level);
                if (cost < here.cost) {
                    here.cost = cost;
                    here.level = here.value < 0 ? -level : level;
                    here.previous = j;
                }
            }
        }
        const double after = errorOfAll - here.errorBefore - static_cast<double>(here.value) * here.value;
        const double total =
            here.cost + after + (here.position < kBlockSize - 1 ? lambda * bits->ac[kEndOfBlock] : 0.0);
        if (total < bestCost) {
            bestCost = total;
            bestLast = i;
        }
    }
    for (int i = bestLast; i > 0; i = candidates[static_cast<std::size_t>(i)].previous) {
        const Candidate& chosen = candidates[static_cast<std::size_t>(i)];
        levels[static_cast<std::size_t>(kZigzag[static_cast<std::size_t>(chosen.position)])] =
            static_cast<std::int16_t>(chosen.level);
    }
}

}  // namespace origami
