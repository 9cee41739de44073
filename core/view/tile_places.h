// Where the tiles of a list stand in it. One is made for every view that is set, of thousands of tiles where the window
// is large: it takes one allocation, not one for each tile.
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
    // Of a tile that is there twice the first place counts. Throws std::bad_alloc.
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
