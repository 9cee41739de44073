// How one picture differs from another: luma, chroma, structure and colour, added up over areas and threads.
#pragma once

#include "core/image/rgb32.h"
#include "core/quality/color_difference.h"
#include "core/quality/squared_error.h"
#include "core/quality/ssim.h"

namespace origami {

// Luma and chroma are JFIF YCbCr at full resolution (core/image/color.h).
struct PictureDifference {
    SquaredError luma;
    SquaredError chroma;  // Cb and Cr together
    Ssim structure;       // of luma
    ColorDifference color;

    // Both have the same width and height. Takes memory for six planes; a megapixel takes about a fifth of a second.
    void add(Rgb32View a, Rgb32View b);
    void add(const PictureDifference& other) noexcept;
};

}  // namespace origami
