// Residual packs: the streams of one family in one LZ4 block (formats.md, section 2, "Pack"). Every size, count and
// offset is checked before it is used. Messages do not name the file; the caller does.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <memory>

namespace origami {

inline constexpr std::int64_t kMaxPackBytes = std::int64_t{64} << 20;  // compressed, and expanded

struct PackSize {
    int width = 0;
    int height = 0;
};

// Spans are whole JPEG files inside `data`; they are empty where the pack has no such file.
struct Pack {
    int version = 1;
    std::array<ByteSpan, 4> level1;   // version 1, index dy * 2 + dx
    std::array<ByteSpan, 16> level0;  // version 1, index dy * 4 + dx
    ByteSpan level2;                  // versions 2 and 3
    ByteSpan fused;                   // versions 2 and 3
    PackSize seedSize;                // version 3; 0 x 0 otherwise
    PackSize residualSize;            // version 3; 0 x 0 otherwise
    std::int64_t residualBytes = 0;   // bytes of level1, level0 and fused together
    std::shared_ptr<const Bytes> data;
};

// Expands and parses the bytes of a pack. `tileSize` is the slide's. Truncated, Corrupt, or Unsupported (version 4 and
// later).
Result<Pack> parsePack(ByteSpan file, int tileSize);

// Makes a pack of version 1, as the published tool does. Empty spans are left out.
struct PackBlobs {
    std::array<ByteSpan, 4> level1;
    std::array<ByteSpan, 16> level0;
};
Result<Bytes> encodePack(const PackBlobs& blobs, int tileSize);

}  // namespace origami
