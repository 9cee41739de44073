// Compiled once for each instruction set: foreach_target.h includes this file again and again.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/codec/forward_transform.cpp"
#include <hwy/foreach_target.h>

#include "core/codec/forward_transform.h"

#include <hwy/highway.h>

#include <cmath>
#include <cstddef>
#include <numbers>

#ifndef ORIGAMI_CORE_CODEC_FORWARD_TRANSFORM_BASIS
#define ORIGAMI_CORE_CODEC_FORWARD_TRANSFORM_BASIS
namespace origami {
namespace {

// The basis functions of the 8-point transform: byFrequency[u][x] and, the same, byPlace[x][u].
struct Basis {
    alignas(32) float byFrequency[kBlockSide][kBlockSide];
    alignas(32) float byPlace[kBlockSide][kBlockSide];
};

const Basis& basis() noexcept {
    static const Basis kBasis = [] {
        Basis made{};
        for (int u = 0; u < kBlockSide; ++u) {
            const double scale = u == 0 ? std::sqrt(0.125) : 0.5;
            for (int x = 0; x < kBlockSide; ++x) {
                made.byFrequency[u][x] = made.byPlace[x][u] =
                    static_cast<float>(scale * std::cos((2 * x + 1) * u * std::numbers::pi / (2 * kBlockSide)));
            }
        }
        return made;
    }();
    return kBasis;
}

}  // namespace
}  // namespace origami
#endif

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, kBlockSide>;
using Float = hn::Vec<Floats>;

// Columns first: a vector holds parts of neighbouring columns, of which `samples` is the first one's first sample.
HWY_INLINE void transformColumns(const Basis& basis, const std::int16_t* samples, float* HWY_RESTRICT out) {
    const Floats floats;
    const hn::Rebind<std::int16_t, Floats> words;
    const hn::Rebind<std::int32_t, Floats> integers;
    constexpr std::size_t kHalf = kBlockSide / 2;
    // Functions of even frequencies are even about the middle, the others odd.
    Float sums[kHalf];
    Float differences[kHalf];
    for (std::size_t y = 0; y < kHalf; ++y) {
        const auto upper = hn::PromoteTo(integers, hn::LoadU(words, samples + y * kBlockSide));
        const auto lower = hn::PromoteTo(integers, hn::LoadU(words, samples + (kBlockSide - 1 - y) * kBlockSide));
        sums[y] = hn::ConvertTo(floats, hn::Add(upper, lower));
        differences[y] = hn::ConvertTo(floats, hn::Sub(upper, lower));
    }
    for (std::size_t u = 0; u < kBlockSide; ++u) {
        const Float(&terms)[kHalf] = u % 2 == 0 ? sums : differences;
        Float sum = hn::Mul(terms[0], hn::Set(floats, basis.byFrequency[u][0]));
        for (std::size_t y = 1; y < kHalf; ++y) {
            sum = hn::MulAdd(terms[y], hn::Set(floats, basis.byFrequency[u][y]), sum);
        }
        hn::StoreU(sum, floats, out + u * kBlockSide);
    }
}

// Then each row, of which a vector holds neighbouring frequencies.
HWY_INLINE void transformRow(const float (*HWY_RESTRICT byPlace)[kBlockSide], const float* HWY_RESTRICT row,
                             std::size_t u, float* HWY_RESTRICT out) {
    const Floats floats;
    Float even = hn::Mul(hn::Set(floats, row[0]), hn::LoadU(floats, byPlace[0] + u));
    Float odd = hn::Mul(hn::Set(floats, row[1]), hn::LoadU(floats, byPlace[1] + u));
    for (std::size_t x = 2; x < kBlockSide; x += 2) {
        even = hn::MulAdd(hn::Set(floats, row[x]), hn::LoadU(floats, byPlace[x] + u), even);
        odd = hn::MulAdd(hn::Set(floats, row[x + 1]), hn::LoadU(floats, byPlace[x + 1] + u), odd);
    }
    hn::StoreU(hn::Add(even, odd), floats, out + u);
}

void forwardTransform(const BlockSamples& samples, BlockSpectrum& spectrum) {
    const Basis& functions = basis();
    const std::size_t lanes = hn::Lanes(Floats());
    alignas(32) float vertical[kBlockSize];
    for (std::size_t x = 0; x < kBlockSide; x += lanes) {
        transformColumns(functions, samples.data() + x, vertical + x);
    }
    for (std::size_t v = 0; v < kBlockSide; ++v) {
        for (std::size_t u = 0; u < kBlockSide; u += lanes) {
            transformRow(functions.byPlace, vertical + v * kBlockSide, u, spectrum.data() + v * kBlockSide);
        }
    }
}

}  // namespace
}  // namespace origami::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace origami {

HWY_EXPORT(forwardTransform);

void forwardTransform(const BlockSamples& samples, BlockSpectrum& spectrum) {
    HWY_DYNAMIC_DISPATCH(forwardTransform)(samples, spectrum);
}

void reference::forwardTransform(const BlockSamples& samples, BlockSpectrum& spectrum) noexcept {
    const Basis& functions = basis();
    for (std::size_t v = 0; v < kBlockSide; ++v) {
        for (std::size_t u = 0; u < kBlockSide; ++u) {
            float sum = 0;
            for (std::size_t y = 0; y < kBlockSide; ++y) {
                for (std::size_t x = 0; x < kBlockSide; ++x) {
                    sum += functions.byFrequency[v][y] * functions.byFrequency[u][x] *
                           static_cast<float>(samples[y * kBlockSide + x]);
                }
            }
            spectrum[v * kBlockSide + u] = sum;
        }
    }
}

}  // namespace origami

#endif
