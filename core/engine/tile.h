// Finished tiles of open slides, and their names.
#pragma once

#include "core/image/rgb32.h"
#include "core/metrics/metrics.h"
#include "core/pyramid/tile_id.h"
#include "core/reconstruct/family_reconstructor.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace origami {

using SlideKey = std::uint32_t;  // names an open slide; never reused

// Shared between threads and never changed.
struct Tile {
    TileId id;
    TileKind kind = TileKind::Generated;
    Rgb32Image pixels;  // empty when kind is Failed
};

// Names a tile in the cache of all open slides.
struct TileKey {
    SlideKey slide = 0;
    ViewMode mode = ViewMode::Reconstructed;
    TileId id;
    auto operator<=>(const TileKey&) const = default;
};

struct TileKeyHash {
    std::size_t operator()(const TileKey& key) const noexcept {
        return std::hash<TileId>{}(key.id) ^ (std::size_t{key.slide} * 0x9E3779B97F4A7C15ULL) ^
               (static_cast<std::size_t>(key.mode) << 8U);
    }
};

}  // namespace origami
