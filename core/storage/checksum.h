// The checksum that ORIGAMI TIFFs keep of every tile's stream: XXH3, 64 bits.
#pragma once

#include "core/base/bytes.h"

#include <cstdint>

namespace origami {

// Some ten gigabytes a second: microseconds for a family.
std::uint64_t checksumOf(ByteSpan bytes) noexcept;

}  // namespace origami
