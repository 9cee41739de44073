// Colour difference as people see it: CIEDE2000 between CIELAB colours of sRGB pixels.
#pragma once

#include "core/image/rgb32.h"
#include "core/quality/fixed_sum.h"

#include <cstdint>
#include <vector>

namespace origami {

struct Lab {
    float l = 0;
    float a = 0;
    float b = 0;
};

// sRGB (IEC 61966-2-1) to CIELAB (CIE 15:2004) relative to sRGB's own white, D65.
[[nodiscard]] Lab toLab(std::uint32_t pixel) noexcept;

// CIEDE2000 with kL = kC = kH = 1, as Sharma, Wu, Dalal, "The CIEDE2000 color-difference formula: implementation notes,
// supplementary test data, and mathematical observations", Color Research and Application 30 (2005) have it. Symmetric.
[[nodiscard]] float ciede2000(const Lab& x, const Lab& y) noexcept;

// Mean and percentiles of CIEDE2000 over pixels. Areas add up exactly, in any order.
class ColorDifference {
public:
    // Both have the same width and height. About 0.2 us for each pixel that differs.
    void add(Rgb32View a, Rgb32View b) noexcept;
    void add(const ColorDifference& other) noexcept;

    [[nodiscard]] double mean() const noexcept;  // 0 where there was nothing
    // The smallest difference that `share` (0..1] of the pixels do not exceed, to the nearest 0.01; 100 stands for
    // that and more.
    [[nodiscard]] double percentile(double share) const noexcept;

private:
    static constexpr int kBinsPerUnit = 100;
    static constexpr int kLastBin = 100 * kBinsPerUnit;
    FixedSum m_sum;
    std::int64_t m_pixels = 0;
    std::vector<std::int64_t> m_histogram = std::vector<std::int64_t>(kLastBin + 1);  // bin i: around i / 100
};

}  // namespace origami
