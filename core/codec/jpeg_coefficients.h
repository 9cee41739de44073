// The part of JPEG before its entropy coding (ITU-T T.81, Annex A): quantisation tables, and quantisation that weighs
// the error of a coefficient against the bits it costs. Pure arithmetic.
#pragma once

#include "core/codec/jpeg_encoder.h"
#include "core/image/plane.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace origami {

inline constexpr int kBlockSide = 8;
inline constexpr int kBlockSize = kBlockSide * kBlockSide;

// Natural index of the k-th coefficient in zigzag order (T.81, Figure 5).
const std::array<int, kBlockSize>& zigzagOrder() noexcept;

// Steps by natural (row-major) frequency, 1..255.
using QuantisationTable = std::array<std::uint16_t, kBlockSize>;

// The tables of T.81, Annex K.1, which libjpeg's quality scales.
const QuantisationTable& annexKLuma() noexcept;
const QuantisationTable& annexKChroma() noexcept;
// Every step the same before scaling.
QuantisationTable flatTable(int step) noexcept;
// Each step the geometric mean of two, rounded.
QuantisationTable geometricMean(const QuantisationTable& a, const QuantisationTable& b) noexcept;
// libjpeg's scaling (jpeg_quality_scaling): quality 50 leaves the table as it is; 1..100.
QuantisationTable scaledTable(const QuantisationTable& table, int quality) noexcept;

// Quantised coefficients of one component, block after block in rows.
struct CoefficientPlane {
    int blockColumns = 0;
    int blockRows = 0;
    std::vector<std::int16_t> values;  // kBlockSize for each block, by natural frequency

    [[nodiscard]] std::span<std::int16_t, kBlockSize> block(int column, int row) noexcept {
        return std::span<std::int16_t, kBlockSize>(values.data() + offset(column, row), kBlockSize);
    }
    [[nodiscard]] std::span<const std::int16_t, kBlockSize> block(int column, int row) const noexcept {
        return std::span<const std::int16_t, kBlockSize>(values.data() + offset(column, row), kBlockSize);
    }

private:
    [[nodiscard]] std::size_t offset(int column, int row) const noexcept {
        return static_cast<std::size_t>(row * blockColumns + column) * kBlockSize;
    }
};

// Y, Cb and Cr of one tile; with 4:2:0 the chroma planes have half as many blocks each way.
struct CoefficientImage {
    int width = 0;  // samples, multiples of 16
    int height = 0;
    std::array<CoefficientPlane, 3> planes;

    // Of all zeros: what is gray everywhere.
    static CoefficientImage ofSize420(int width, int height);
    [[nodiscard]] bool isZero() const noexcept;
};

using BlockSpectrum = std::array<float, kBlockSize>;

// Bits of the code of each symbol: of AC run/size symbols (T.81, F.1.2.2) and of DC size categories (F.1.2.1).
struct CodeLengths {
    std::array<std::uint8_t, 256> ac{};
    std::array<std::uint8_t, 16> dc{};
};

// The same as choosing levels asks for them: bits of a code and of what follows it. Immutable; thread-safe.
class LevelCosts {
public:
    explicit LevelCosts(const CodeLengths& lengths) noexcept;

    static constexpr int kMaxSize = 11;  // of a difference of DC levels; of AC levels one less

    // Of AC levels of a size category after each run of 0..62 zeros.
    [[nodiscard]] const double* ac(int size) const noexcept { return m_ac[static_cast<std::size_t>(size)].data(); }
    [[nodiscard]] double endOfBlock() const noexcept { return m_endOfBlock; }
    [[nodiscard]] double dc(int size) const noexcept { return m_dc[static_cast<std::size_t>(size)]; }

private:
    std::array<std::array<double, kBlockSize>, kMaxSize> m_ac{};
    std::array<double, kMaxSize + 1> m_dc{};
    double m_endOfBlock = 0;
};

// Quantises a block. With lambda 0 each coefficient goes to the nearest step. Else the levels are those that minimise
//   sum of squared errors, in squared steps, + lambda x bits of the block's AC codes,
// found by dynamic programming over the positions of non-zero coefficients (rate-distortion optimised quantisation:
// Ramchandran and Vetterli 1994; Crouse and Ramchandran 1997), and the DC level in the same way with its difference
// from `previousDc`. `costs` may be null with lambda 0.
void quantise(const BlockSpectrum& spectrum, const QuantisationTable& table, double lambda, const LevelCosts* costs,
              int previousDc, std::span<std::int16_t, kBlockSize> levels) noexcept;

}  // namespace origami
