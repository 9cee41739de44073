#include "core/pyramid/pyramid.h"

#include <fmt/format.h>

namespace origami {

Result<Pyramid> Pyramid::create(LevelSize level0, std::int64_t tileSize) {
    if (level0.width < 1 || level0.height < 1 || level0.width > kMaxSlideSide || level0.height > kMaxSlideSide) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("the slide's size {} x {} is outside 1 to {} pixels a side", level0.width,
                                 level0.height, kMaxSlideSide)};
    }
    if (tileSize < kMinTileSize || tileSize > kMaxTileSize) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("the tile size {} is outside {} to {} pixels", tileSize, kMinTileSize, kMaxTileSize)};
    }
    return Pyramid(level0, static_cast<int>(tileSize));
}

Pyramid::Pyramid(LevelSize level0, int tileSize) noexcept : m_level0(level0), m_tileSize(tileSize), m_levelCount(1) {
    for (LevelSize size = level0; size.width > tileSize || size.height > tileSize; size = levelSize(m_levelCount - 1)) {
        ++m_levelCount;
    }
}

LevelSize Pyramid::levelSize(int level) const noexcept {
    const std::int64_t scale = std::int64_t{1} << level;
    return {ceilDiv(m_level0.width, scale), ceilDiv(m_level0.height, scale)};
}

LevelSize Pyramid::gridSize(int level) const noexcept {
    const LevelSize size = levelSize(level);
    return {ceilDiv(size.width, m_tileSize), ceilDiv(size.height, m_tileSize)};
}

bool Pyramid::contains(TileId id) const noexcept {
    if (id.level < 0 || id.level >= m_levelCount || id.x < 0 || id.y < 0) {
        return false;
    }
    const LevelSize grid = gridSize(id.level);
    return id.x < grid.width && id.y < grid.height;
}

LevelRect Pyramid::tileRect(TileId id) const noexcept {
    const LevelSize size = levelSize(id.level);
    const std::int64_t side = m_tileSize;
    return LevelRect{id.x * side, id.y * side, side, side}.intersected({0, 0, size.width, size.height});
}

Level0Rect Pyramid::tileArea(TileId id) const noexcept {
    const LevelRect rect = tileRect(id);
    const auto scale = static_cast<double>(std::int64_t{1} << id.level);
    return {static_cast<double>(rect.x) * scale, static_cast<double>(rect.y) * scale,
            static_cast<double>(rect.width) * scale, static_cast<double>(rect.height) * scale};
}

TileId Pyramid::ancestor(TileId id, int level) noexcept {
    const int steps = level - id.level;
    return {level, id.x >> steps, id.y >> steps};
}

FamilyId Pyramid::familyOf(TileId id) noexcept {
    const TileId top = ancestor(id, kFamilyLevel);
    return {top.x, top.y};
}

LevelRect Pyramid::familyRect(FamilyId family, int level) const noexcept {
    const LevelSize size = levelSize(level);
    const std::int64_t side = std::int64_t{m_tileSize} << (kFamilyLevel - level);
    return LevelRect{family.x * side, family.y * side, side, side}.intersected({0, 0, size.width, size.height});
}

}  // namespace origami
