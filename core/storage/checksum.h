// The checksum that an ORIGAMI TIFF stores for every tile's stream: XXH3, 64 bits.
#pragma once

#include "core/base/bytes.h"

#include <cstdint>

namespace origami {

// Takes microseconds for a family (about ten gigabytes a second).
std::uint64_t checksumOf(ByteSpan bytes) noexcept;

}  // namespace origami
