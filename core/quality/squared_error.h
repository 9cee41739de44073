// Squared error between 8-bit planes, and the peak signal-to-noise ratio that follows from it. Sums of areas add up
// exactly, in any order.
#pragma once

#include "core/image/plane.h"

#include <cstdint>

namespace origami {

struct SquaredError {
    std::uint64_t sum = 0;  // of squared differences
    std::uint64_t samples = 0;

    // Both planes have the same width and height.
    void add(PlaneView a, PlaneView b) noexcept;
    void add(const SquaredError& other) noexcept;

    // 10 log10(255^2 / mean squared error), in dB; infinite where nothing differs.
    [[nodiscard]] double psnr() const noexcept;
};

}  // namespace origami
