// Writes version 1 packs (formats.md, section 2): the residual streams of one family in one LZ4 block.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/pyramid/family_streams.h"

#include <array>

namespace origami {

// Residual streams of a family by their index in it, row-major: dy * 2 + dx and dy * 4 + dx. Empty: no such tile.
struct PackBlobs {
    std::array<Bytes, kFamilyLevel1Tiles> level1;
    std::array<Bytes, kFamilyLevel0Tiles> level0;
};

// The bytes of a .pack file. OutOfMemory if the streams are together larger than one LZ4 block can be (2 GB).
Result<Bytes> encodePack(const PackBlobs& blobs, int tileSize);

}  // namespace origami
