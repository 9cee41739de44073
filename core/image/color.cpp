#include "core/image/color.h"

#include <algorithm>

namespace origami {
namespace {

constexpr int kBits = 16;
constexpr int kHalf = 1 << (kBits - 1);

constexpr int fixed(double value) noexcept {
    return static_cast<int>(value * (1 << kBits) + (value < 0 ? -0.5 : 0.5));
}

constexpr unsigned clampToByte(int value) noexcept {
    return static_cast<unsigned>(std::clamp(value, 0, 255));
}

}  // namespace

std::uint32_t toRgb32(std::uint8_t y, std::uint8_t cb, std::uint8_t cr) noexcept {
    // Seven bits below the point, and products in 15-bit fixed point, rounded, as vector instructions have them
    // (core/reconstruct/kernels.cpp).
    const auto times = [](int value, double factor) {
        return (value * static_cast<int>(factor * 32768 + (factor < 0 ? -0.5 : 0.5)) + 16384) >> 15;
    };
    const int b = 128 * (cb - 128);
    const int r = 128 * (cr - 128);
    const auto plus = [y](int difference) { return clampToByte((128 * y + 64 + difference) >> 7); };
    return rgb32(plus(r + times(r, 0.402)), plus(times(b, -0.344136286) + times(r, -0.714136286)),
                 plus(b + times(b, 0.772)));
}

YCbCr toYCbCr(std::uint32_t pixel) noexcept {
    const int r = red(pixel);
    const int g = green(pixel);
    const int b = blue(pixel);
    const auto chroma = [](int sum) {
        return static_cast<std::uint8_t>(std::clamp(128 + ((sum + kHalf) >> kBits), 0, 255));
    };
    return {static_cast<std::uint8_t>((fixed(0.299) * r + fixed(0.587) * g + fixed(0.114) * b + kHalf) >> kBits),
            chroma(fixed(-0.168735892) * r + fixed(-0.331264108) * g + fixed(0.5) * b),
            chroma(fixed(0.5) * r + fixed(-0.418687589) * g + fixed(-0.081312411) * b)};
}

void toRgb32(PlaneView y, PlaneView cb, PlaneView cr, MutableRgb32View out) noexcept {
    for (int row = 0; row < out.height; ++row) {
        const std::uint8_t* py = y.row(row);
        const std::uint8_t* pb = cb.row(row);
        const std::uint8_t* pr = cr.row(row);
        std::uint32_t* to = out.row(row);
        for (int x = 0; x < out.width; ++x) {
            to[x] = toRgb32(py[x], pb[x], pr[x]);
        }
    }
}

void toYCbCr(Rgb32View in, MutablePlaneView y, MutablePlaneView cb, MutablePlaneView cr) noexcept {
    for (int row = 0; row < in.height; ++row) {
        const std::uint32_t* from = in.row(row);
        for (int x = 0; x < in.width; ++x) {
            const YCbCr sample = toYCbCr(from[x]);
            y.row(row)[x] = sample.y;
            cb.row(row)[x] = sample.cb;
            cr.row(row)[x] = sample.cr;
        }
    }
}

void grayToRgb32(PlaneView gray, MutableRgb32View out) noexcept {
    for (int row = 0; row < out.height; ++row) {
        const std::uint8_t* from = gray.row(row);
        std::uint32_t* to = out.row(row);
        for (int x = 0; x < out.width; ++x) {
            to[x] = rgb32(from[x], from[x], from[x]);
        }
    }
}

}  // namespace origami
