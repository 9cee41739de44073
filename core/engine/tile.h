// A finished tile of an open slide.
#pragma once

#include "core/image/rgb32.h"
#include "core/metrics/metrics.h"
#include "core/pyramid/tile_id.h"

#include <cstdint>

namespace origami {

using SlideKey = std::uint32_t;  // names an open slide; never reused

// Shared between threads and never changed.
struct Tile {
    TileId id;
    TileKind kind = TileKind::Generated;
    Rgb32Image pixels;  // empty when kind is Failed
};

}  // namespace origami
