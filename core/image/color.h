// JFIF colour: YCbCr (ITU-R BT.601, full range, 8 bit) to and from RGB, with the equations of JFIF 1.02 in fixed
// point, rounded; within 1 of the exact value for every input. Planes of YCbCr are made several samples at once (Google
// Highway, chosen at run time), with the same result.
#pragma once

#include "core/image/plane.h"
#include "core/image/rgb32.h"

#include <cstdint>

namespace origami {

struct YCbCr {
    std::uint8_t y, cb, cr;
};

[[nodiscard]] std::uint32_t toRgb32(std::uint8_t y, std::uint8_t cb, std::uint8_t cr) noexcept;
[[nodiscard]] YCbCr toYCbCr(std::uint32_t pixel) noexcept;

// All views have the same width and height.
void toRgb32(PlaneView y, PlaneView cb, PlaneView cr, MutableRgb32View out) noexcept;
void toYCbCr(Rgb32View in, MutablePlaneView y, MutablePlaneView cb, MutablePlaneView cr) noexcept;
// R = G = B = the sample.
void grayToRgb32(PlaneView gray, MutableRgb32View out) noexcept;

}  // namespace origami
