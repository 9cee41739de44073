#include "core/view/tile_places.h"

#include <bit>
#include <functional>

namespace origami {

TilePlaces::TilePlaces(std::span<const WantedTile> tiles) {
    if (tiles.empty()) {
        return;
    }
    m_slots.resize(std::bit_ceil(2 * tiles.size()));
    for (std::size_t place = 0; place < tiles.size(); ++place) {
        Slot& slot = m_slots[slotOf(tiles[place].id)];
        if (slot.placeAndOne == 0) {
            slot = {tiles[place].id, static_cast<std::uint32_t>(place + 1)};
        }
    }
}

std::optional<std::size_t> TilePlaces::find(TileId id) const noexcept {
    if (m_slots.empty()) {
        return std::nullopt;
    }
    const std::uint32_t placeAndOne = m_slots[slotOf(id)].placeAndOne;
    return placeAndOne > 0 ? std::optional<std::size_t>(placeAndOne - 1) : std::nullopt;
}

// Where it is, or would be put.
std::size_t TilePlaces::slotOf(TileId id) const noexcept {
    const std::size_t mask = m_slots.size() - 1;
    const std::hash<TileId> hash;
    std::size_t slot = hash(id) & mask;
    while (m_slots[slot].placeAndOne != 0 && m_slots[slot].id != id) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

}  // namespace origami
