// Since when a view has been sharp. With a lock of its own: tiles come by the hundred in a second, and the thread that
// sets a view, which holds the slide's lock for a while, would else have to wake whoever waits for that with a tile.
#pragma once

#include "core/metrics/timeline.h"
#include "core/reconstruct/family_reconstructor.h"
#include "core/view/tile_cover.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace origami {

// Thread-safe.
class SharpWatch {
public:
    // What a window looks at in one view mode.
    struct Look {
        ViewMode mode = ViewMode::Reconstructed;
        TileRange range;
        std::vector<TileId> tiles;  // in it
        std::size_t there = 0;      // so many of them, from the first on, are there, and stay
        std::optional<Instant> sharpSince{};
    };

    // In place of what was watched before. isThere(mode, id) says whether a tile is there.
    template <class IsThere>
    void watch(std::vector<Look> looks, const IsThere& isThere) {
        const std::lock_guard lock(m_mutex);
        m_looks.swap(looks);
        for (Look& look : m_looks) {
            proceed(look, isThere);
        }
    }
    // A tile has come.
    template <class IsThere>
    void noteTile(ViewMode mode, TileId id, const IsThere& isThere) {
        const std::lock_guard lock(m_mutex);
        const auto look = std::ranges::find(m_looks, mode, &Look::mode);
        if (look != m_looks.end() && look->range.contains(id)) {
            proceed(*look, isThere);
        }
    }

    // When the last tile came; when the views were set, if all were there. Null until then, and while there are no
    // views.
    [[nodiscard]] std::optional<Instant> sharpSince() const {
        const std::lock_guard lock(m_mutex);
        std::optional<Instant> latest;
        for (const Look& look : m_looks) {
            if (!look.sharpSince) {
                return std::nullopt;
            }
            latest = std::max(latest, look.sharpSince);
        }
        return latest;
    }

private:
    template <class IsThere>
    static void proceed(Look& look, const IsThere& isThere) {
        while (look.there < look.tiles.size() && isThere(look.mode, look.tiles[look.there])) {
            ++look.there;
        }
        if (look.there == look.tiles.size() && !look.sharpSince) {
            look.sharpSince = std::chrono::steady_clock::now();
        }
    }

    mutable std::mutex m_mutex;
    std::vector<Look> m_looks;
};

}  // namespace origami
