// Keeps what is needed to draw tiles, within a byte budget: what was drawn longest ago is dropped first. One thread at
// a time.
#pragma once

#include "core/pyramid/tile_id.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace origami {

template <class Content>
class RecentTiles {
public:
    void beginFrame() noexcept { ++m_frame; }

    // Puts the tile's content in, in place of any former one, and marks it as drawn in this frame.
    void put(TileId id, Content content, std::size_t bytes) {
        Entry& entry = m_entries[id];
        m_bytes += bytes - entry.bytes;
        entry = {std::move(content), bytes, m_frame};
    }

    [[nodiscard]] bool contains(TileId id) const { return m_entries.contains(id); }

    // Null where the tile is not kept. Valid until the tile is put in again or dropped.
    [[nodiscard]] const Content* find(TileId id) const {
        const auto found = m_entries.find(id);
        return found != m_entries.end() ? &found->second.content : nullptr;
    }
    // The same, and marks the tile as drawn in this frame.
    const Content* use(TileId id) {
        const auto found = m_entries.find(id);
        if (found == m_entries.end()) {
            return nullptr;
        }
        found->second.lastDrawn = m_frame;
        return &found->second.content;
    }

    // Ends a frame: drops tiles until the rest takes no more than the budget. Tiles drawn in this frame stay.
    void endFrame(std::size_t budgetBytes) {
        if (m_bytes <= budgetBytes) {
            return;
        }
        std::vector<std::pair<std::uint64_t, TileId>> unused;  // the frame in which each was last drawn
        for (const auto& [id, entry] : m_entries) {
            if (entry.lastDrawn != m_frame) {
                unused.emplace_back(entry.lastDrawn, id);
            }
        }
        std::ranges::sort(unused);
        for (const auto& [lastDrawn, id] : unused) {
            if (m_bytes <= budgetBytes) {
                break;
            }
            const auto found = m_entries.find(id);
            m_bytes -= found->second.bytes;
            m_entries.erase(found);
        }
    }

    void clear() {
        m_entries.clear();
        m_bytes = 0;
    }

    [[nodiscard]] std::size_t bytes() const noexcept { return m_bytes; }

private:
    struct Entry {
        Content content{};
        std::size_t bytes = 0;
        std::uint64_t lastDrawn = 0;
    };
    std::unordered_map<TileId, Entry> m_entries;
    std::size_t m_bytes = 0;
    std::uint64_t m_frame = 0;
};

}  // namespace origami
