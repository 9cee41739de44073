// Compiled once for each instruction set: foreach_target.h includes this file again and again.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/image/color.cpp"
#include <hwy/foreach_target.h>

#include "core/base/pair_products-inl.h"
#include "core/base/vector_width.h"
#include "core/image/color.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>

#ifndef ORIGAMI_CORE_IMAGE_COLOR_FACTORS
#define ORIGAMI_CORE_IMAGE_COLOR_FACTORS
namespace origami {
namespace {

constexpr int kBits = 16;
constexpr int kHalf = 1 << (kBits - 1);

constexpr int fixed(double value) noexcept {
    return static_cast<int>(value * (1 << kBits) + (value < 0 ? -0.5 : 0.5));
}

// Weights of red, green and blue. All fit into a signed 16-bit word except that of green in luma.
struct Factors {
    int red, green, blue;
};
constexpr Factors kLuma{fixed(0.299), fixed(0.587), fixed(0.114)};
// Negated, because -0.5 fits into a signed 16-bit word and +0.5 does not.
constexpr Factors kMinusCb{fixed(0.168735892), fixed(0.331264108), fixed(-0.5)};
constexpr Factors kMinusCr{fixed(-0.5), fixed(0.418687589), fixed(0.081312411)};

}  // namespace
}  // namespace origami
#endif

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

#if HWY_TARGET != HWY_SCALAR

namespace hn = hwy::HWY_NAMESPACE;

using Pixels = hn::CappedTag<std::uint32_t, maxVectorBytes(HWY_TARGET) / sizeof(std::uint32_t)>;
using Sums = hn::RebindToSigned<Pixels>;
using Words = hn::Repartition<std::int16_t, Pixels>;
using Sum = hn::Vec<Sums>;

// The products of the words of each pixel with a factor each, added.
HWY_INLINE Sum weighted(hn::Vec<Pixels> pixels, int low, int high) {
    return sumOfProducts(Sums(), hn::BitCast(Words(), pixels), static_cast<std::int16_t>(low),
                         static_cast<std::int16_t>(high));
}

HWY_INLINE void storeSamples(Sum sums, std::uint8_t* to) {
    const hn::Rebind<std::uint8_t, Sums> bytes;
    hn::StoreU(hn::DemoteTo(bytes, hn::ShiftRight<kBits>(sums)), bytes, to);
}

// Converts the pixels of a row that fill whole vectors, and returns their number.
HWY_INLINE int convertVectors(const std::uint32_t* from, int count, std::uint8_t* y, std::uint8_t* cb,
                              std::uint8_t* cr) {
    const Pixels pixels;
    const int lanes = static_cast<int>(hn::Lanes(pixels));
    const Sum half = hn::Set(Sums(), kHalf);
    const Sum middle = hn::Set(Sums(), (128 << kBits) + kHalf);
    int x = 0;
    for (; x + lanes <= count; x += lanes) {
        const auto pixel = hn::LoadU(pixels, from + x);
        const auto blueRed = hn::And(pixel, hn::Set(pixels, 0x00FF00FF));
        const auto green = hn::And(hn::ShiftRight<8>(pixel), hn::Set(pixels, 0x000000FF));
        const auto greenTwice = hn::Or(green, hn::ShiftLeft<16>(green));
        constexpr int kGreenPart = kLuma.green / 2;
        const Sum luma = hn::Add(weighted(blueRed, kLuma.blue, kLuma.red),
                                 weighted(greenTwice, kGreenPart, kLuma.green - kGreenPart));
        const Sum minusCb = hn::Add(weighted(blueRed, kMinusCb.blue, kMinusCb.red), weighted(green, kMinusCb.green, 0));
        const Sum minusCr = hn::Add(weighted(blueRed, kMinusCr.blue, kMinusCr.red), weighted(green, kMinusCr.green, 0));
        storeSamples(hn::Add(luma, half), y + x);
        storeSamples(hn::Sub(middle, minusCb), cb + x);
        storeSamples(hn::Sub(middle, minusCr), cr + x);
    }
    return x;
}

#else

int convertVectors(const std::uint32_t*, int, std::uint8_t*, std::uint8_t*, std::uint8_t*) {
    return 0;
}

#endif

void toYCbCr(Rgb32View in, MutablePlaneView y, MutablePlaneView cb, MutablePlaneView cr) {
    for (int row = 0; row < in.height; ++row) {
        const std::uint32_t* from = in.row(row);
        for (int x = convertVectors(from, in.width, y.row(row), cb.row(row), cr.row(row)); x < in.width; ++x) {
            const YCbCr sample = origami::toYCbCr(from[x]);
            y.row(row)[x] = sample.y;
            cb.row(row)[x] = sample.cb;
            cr.row(row)[x] = sample.cr;
        }
    }
}

}  // namespace
}  // namespace origami::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace origami {

HWY_EXPORT(toYCbCr);

namespace {

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
    const auto sum = [pixel](const Factors& factors) {
        return factors.red * static_cast<int>(red(pixel)) + factors.green * static_cast<int>(green(pixel)) +
               factors.blue * static_cast<int>(blue(pixel));
    };
    const auto chroma = [&](const Factors& minus) {
        return static_cast<std::uint8_t>(std::clamp(128 + ((kHalf - sum(minus)) >> kBits), 0, 255));
    };
    return {static_cast<std::uint8_t>((sum(kLuma) + kHalf) >> kBits), chroma(kMinusCb), chroma(kMinusCr)};
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
    HWY_DYNAMIC_DISPATCH(toYCbCr)(in, y, cb, cr);
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

#endif
