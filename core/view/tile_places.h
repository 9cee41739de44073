// Finds the place of a tile in a list of tiles. One is made for every view that is set, from thousands of tiles if the
// window is large, so it takes one allocation instead of one for each tile.
#pragma once

#include "core/view/tile_cover.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace origami {

class TilePlaces {
public:
    TilePlaces() = default;
    // If a tile is in the list twice, the first place counts. Throws std::bad_alloc.
    explicit TilePlaces(std::span<const WantedTile> tiles);

    [[nodiscard]] std::optional<std::size_t> find(TileId id) const noexcept;

private:
    // A tile is in the slot that its hash says, or in the first free one behind it.
    struct Slot {
        TileId id;
        std::uint32_t placeAndOne = 0;  // 0: free
    };
    [[nodiscard]] std::size_t slotOf(TileId id) const noexcept;

    std::vector<Slot> m_slots;  // a power of two, half of them free at least; empty without tiles
};

}  // namespace origami
