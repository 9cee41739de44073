// Which tiles are fading in over coarser ones. A tile fades in where the frame before showed something coarser in its
// place. Pure bookkeeping: the caller passes the time, in milliseconds of any clock that goes on evenly.
#pragma once

#include "core/pyramid/tile_id.h"

#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace origami {

inline constexpr double kFadeMs = 120;

class TileFades {
public:
    void clear();
    // A new frame in which these tiles are to be shown at last. `coversCoarser` says of a tile that it can be drawn and
    // lies over a coarser tile that can be drawn.
    void beginFrame(const std::vector<TileId>& ideal, double ms, const std::function<bool(TileId)>& coversCoarser);
    // These tiles were wanted in this frame and not drawn: they may fade in when they come.
    void endFrame(std::unordered_set<TileId> missing) { m_missing = std::move(missing); }

    [[nodiscard]] bool isEmpty() const { return m_startMs.empty(); }
    [[nodiscard]] bool contains(TileId id) const { return m_startMs.contains(id); }
    [[nodiscard]] std::vector<TileId> tiles() const;
    // 0 to 1; nothing for a tile that does not fade.
    [[nodiscard]] std::optional<double> opacityOf(TileId id) const;

private:
    std::unordered_map<TileId, double> m_startMs;  // of the tiles that fade in
    std::unordered_set<TileId> m_missing;          // in the frame before
    double m_ms = 0;                               // of this frame
};

}  // namespace origami
