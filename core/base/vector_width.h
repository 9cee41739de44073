// How wide vector code may be: one rule for all kernels.
#pragma once

#include <hwy/detect_targets.h>

#include <cstddef>
#include <cstdint>

namespace origami {

// Bytes of a vector of code for this target, HWY_TARGET. The first processors with 512-bit vectors slow down when they
// use them, and with them the JPEG decoder that runs by turns with the kernels; those since Ice Lake and Zen 4 do not.
constexpr std::size_t maxVectorBytes(std::int64_t target) noexcept {
    return target == HWY_AVX3_DL ? 64 : 32;
}

}  // namespace origami
