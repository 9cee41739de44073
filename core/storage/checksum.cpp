#include "core/storage/checksum.h"

#include <xxhash.h>

namespace origami {

std::uint64_t checksumOf(ByteSpan bytes) noexcept {
    return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace origami
