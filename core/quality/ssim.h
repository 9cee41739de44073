// Structural similarity of 8-bit planes: Wang, Bovik, Sheikh, Simoncelli, "Image quality assessment: from error
// visibility to structural similarity", IEEE Transactions on Image Processing 13 (2004). Gaussian window of 11 x 11
// samples, sigma 1.5; K1 = 0.01, K2 = 0.03, L = 255; no downsampling beforehand. The mean is over windows that lie
// inside the planes. Along a side shorter than 11 samples the window is as long as that side: the Gaussian around the
// middle of it, normalised.
#pragma once

#include "core/image/plane.h"
#include "core/quality/fixed_sum.h"

#include <cstdint>

namespace origami {

class Ssim {
public:
    // All windows inside the planes, which have the same width and height. Windows do not reach from one area into the
    // next. About 10 ms for a megapixel; takes memory for 44 rows.
    void add(PlaneView a, PlaneView b);
    void add(const Ssim& other) noexcept;

    // 1 where nothing differs, and where there was nothing.
    [[nodiscard]] double mean() const noexcept;

private:
    FixedSum m_sum;
    std::int64_t m_windows = 0;
};

}  // namespace origami
