// The pyramid of a slide: pure arithmetic on level sizes, tile grids and families. Level k has
// ceil(W / 2^k) x ceil(H / 2^k) pixels, cut into square tiles; tiles at the right and bottom edges hold
// what is left. Every slide is seen through such a pyramid, whatever levels its file stores.
#pragma once

#include "core/base/geometry.h"
#include "core/base/result.h"
#include "core/pyramid/tile_id.h"

#include <cstddef>

namespace origami {

// Longest side, in level 0 pixels, that any reader accepts.
inline constexpr std::int64_t kMaxSlideSide = std::int64_t{1} << 24;
inline constexpr int kDefaultTileSize = 256;
inline constexpr int kMinTileSize = 16;
inline constexpr int kMaxTileSize = 4096;

class Pyramid {
public:
    // InvalidArgument unless both sides are in 1..kMaxSlideSide and the tile size is in
    // kMinTileSize..kMaxTileSize. The message speaks of the numbers only; the caller names the file.
    static Result<Pyramid> create(LevelSize level0, std::int64_t tileSize = kDefaultTileSize);

    [[nodiscard]] int tileSize() const noexcept { return m_tileSize; }
    // Levels 0 .. levelCount() - 1; the last is the first that fits into one tile.
    [[nodiscard]] int levelCount() const noexcept { return m_levelCount; }
    // Any level >= 0, also beyond levelCount(): sizes go down to 1 x 1.
    [[nodiscard]] LevelSize levelSize(int level) const noexcept;
    // Columns and rows of tiles.
    [[nodiscard]] LevelSize gridSize(int level) const noexcept;
    [[nodiscard]] bool contains(TileId id) const noexcept;  // a tile of levels 0 .. levelCount() - 1
    // The tile's pixels within its level; smaller than tileSize() at the right and bottom edges.
    [[nodiscard]] LevelRect tileRect(TileId id) const noexcept;
    // The area that the tile shows, in level 0 pixels (may reach past the slide's edge by rounding up).
    [[nodiscard]] Level0Rect tileArea(TileId id) const noexcept;

    // The tile of a coarser (higher) level that covers this one.
    [[nodiscard]] static TileId ancestor(TileId id, int level) noexcept;

    [[nodiscard]] static FamilyId familyOf(TileId id) noexcept;  // for tiles of level 0, 1 and 2
    // The family's pixels within level 0, 1 or 2: up to 4, 2 or 1 tiles a side, less at the edges.
    [[nodiscard]] LevelRect familyRect(FamilyId family, int level) const noexcept;

    bool operator==(const Pyramid&) const = default;

private:
    Pyramid(LevelSize level0, int tileSize) noexcept;
    LevelSize m_level0;
    int m_tileSize;
    int m_levelCount;
};

// Calls visit(index, tile) for the family's tiles of level 0, 1 or 2 that lie in the slide. The index counts all of a
// whole family, row by row.
template <class Visit>
void forEachFamilyTile(const Pyramid& pyramid, FamilyId family, int level, Visit visit) {
    const int side = 1 << (kFamilyLevel - level);
    const LevelSize grid = pyramid.gridSize(level);
    for (int index = 0; index < side * side; ++index) {
        const TileId tile{level, family.x * side + index % side, family.y * side + index / side};
        if (tile.x < grid.width && tile.y < grid.height) {
            visit(static_cast<std::size_t>(index), tile);
        }
    }
}

}  // namespace origami
