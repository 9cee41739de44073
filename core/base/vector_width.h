// How wide vector code may be: one rule for all kernels.
#pragma once

#include <hwy/detect_targets.h>

#include <cstddef>
#include <cstdint>

namespace origami {

// Bytes of the vectors that code for this target (HWY_TARGET) uses. The first processors with 512-bit vectors slow
// down when they use them, and so does the JPEG decoder, which runs between the kernels. Ice Lake, Zen 4 and later do
// not.
constexpr std::size_t maxVectorBytes(std::int64_t target) noexcept {
    return target == HWY_AVX3_DL ? 64 : 32;
}

}  // namespace origami
