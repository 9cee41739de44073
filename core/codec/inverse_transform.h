// From a JPEG's coefficients to its samples: dequantisation and the inverse DCT (ITU-T T.81, A.3.3 and A.3.4), with the
// integer arithmetic of libjpeg's accurate transform (jidctint.c), so that the samples are libjpeg's, bit for bit, on
// every machine. Where many blocks are of nothing but zeros, as those of residuals are, it takes a fraction of
// libjpeg's time: such blocks are only filled, and several others go through the vector unit at once (Google Highway,
// chosen at run time).
//
// Two passes, columns first. With the basis of the 8-point transform in 13 fractional bits,
//   columns: (sum + 2^10) >> 11, two fractional bits, clamped to 16 bits;
//   rows:    (sum + 2^17) >> 18, clamped to -128 .. 127, + 128.
// Sums are of 32 bits and, like dequantised coefficients (16 bits), wrap around: only in streams that no encoder
// writes.
#pragma once

#include "core/codec/jpeg_coefficients.h"
#include "core/image/plane.h"

#include <cstdint>
#include <span>

namespace origami {

// The samples of a row of blocks that lie side by side: of each, kBlockSize coefficients by natural frequency. `to` has
// kBlockSide rows of kBlockSide samples a block.
void inverseTransform(std::span<const std::int16_t> levels, const QuantisationTable& steps, MutablePlaneView to);

namespace reference {
// The same as plain loops: what the tests hold the vector code against.
void inverseTransform(std::span<const std::int16_t> levels, const QuantisationTable& steps, MutablePlaneView to);
}  // namespace reference

}  // namespace origami
