#include "core/quality/squared_error.h"

#include <cmath>
#include <limits>

namespace origami {

void SquaredError::add(PlaneView a, PlaneView b) noexcept {
    assert(a.width == b.width && a.height == b.height);
    for (int y = 0; y < a.height; ++y) {
        const std::uint8_t* rowA = a.row(y);
        const std::uint8_t* rowB = b.row(y);
        std::uint64_t rowSum = 0;
        for (int x = 0; x < a.width; ++x) {
            const int difference = rowA[x] - rowB[x];
            rowSum += static_cast<std::uint32_t>(difference * difference);
        }
        sum += rowSum;
    }
    samples += static_cast<std::uint64_t>(a.width) * static_cast<std::uint64_t>(a.height);
}

void SquaredError::add(const SquaredError& other) noexcept {
    sum += other.sum;
    samples += other.samples;
}

double SquaredError::psnr() const noexcept {
    if (sum == 0) {
        return std::numeric_limits<double>::infinity();
    }
    return 10 * std::log10(255.0 * 255.0 * static_cast<double>(samples) / static_cast<double>(sum));
}

}  // namespace origami
