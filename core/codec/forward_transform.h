// From a block's samples to its spectrum: the forward DCT of ITU-T T.81, A.3.3, in single precision, several sums at
// once (Google Highway, chosen at run time). The last bits of a spectrum differ between machines.
#pragma once

#include "core/codec/jpeg_coefficients.h"

#include <array>
#include <cstdint>

namespace origami {

// Differences from the middle of the range, or between samples and their prediction: -255..255, row by row.
using BlockSamples = std::array<std::int16_t, kBlockSize>;

void forwardTransform(const BlockSamples& samples, BlockSpectrum& spectrum);

namespace reference {
// The same as plain loops: what the tests hold the vector code against.
void forwardTransform(const BlockSamples& samples, BlockSpectrum& spectrum) noexcept;
}  // namespace reference

}  // namespace origami
