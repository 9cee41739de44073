// Names of tiles and families. Level 0 is full resolution; x counts columns and y rows from the top left.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace origami {

struct TileId {
    std::int32_t level = 0;
    std::int32_t x = 0;
    std::int32_t y = 0;
    auto operator<=>(const TileId&) const = default;
};

// A family is named by its level 2 tile.
struct FamilyId {
    std::int32_t x = 0;
    std::int32_t y = 0;
    auto operator<=>(const FamilyId&) const = default;
};

inline constexpr int kFamilyLevel = 2;

}  // namespace origami

template <>
struct std::hash<origami::TileId> {
    std::size_t operator()(const origami::TileId& id) const noexcept {
        // Fibonacci mixing of the packed coordinates; neighbours land far apart.
        const auto packed =
            (static_cast<std::uint64_t>(static_cast<std::uint32_t>(id.y)) << 32U | static_cast<std::uint32_t>(id.x)) ^
            (static_cast<std::uint64_t>(static_cast<std::uint32_t>(id.level)) << 56U);
        // Twice, so that the row and the level, which sit in the high bits, reach the low ones too.
        constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = packed * kGolden;
        mixed = (mixed ^ (mixed >> 32U)) * kGolden;
        return static_cast<std::size_t>(mixed ^ (mixed >> 32U));
    }
};
