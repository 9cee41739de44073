#include "ui/scene/tile_fades.h"

#include <algorithm>
#include <utility>

namespace origami {

void TileFades::clear() {
    m_startMs.clear();
    m_missing.clear();
}

void TileFades::beginFrame(const std::vector<TileId>& ideal, double ms,
                           const std::function<bool(TileId)>& coversCoarser) {
    std::unordered_map<TileId, double> fades;
    for (const TileId id : ideal) {
        const auto running = m_startMs.find(id);
        const bool isRunning = running != m_startMs.end();
        if (!(isRunning || m_missing.contains(id)) || !coversCoarser(id)) {
            continue;
        }
        if (!isRunning) {
            fades.emplace(id, ms);
        } else if (ms - running->second < kFadeMs) {
            fades.insert(*running);
        }
    }
    m_startMs = std::move(fades);
    m_ms = ms;
}

std::vector<TileId> TileFades::tiles() const {
    std::vector<TileId> tiles;
    tiles.reserve(m_startMs.size());
    for (const auto& [id, startMs] : m_startMs) {
        tiles.push_back(id);
    }
    return tiles;
}

std::optional<double> TileFades::opacityOf(TileId id) const {
    const auto fade = m_startMs.find(id);
    if (fade == m_startMs.end()) {
        return std::nullopt;
    }
    const double left = 1.0 - std::clamp((m_ms - fade->second) / kFadeMs, 0.0, 1.0);
    return 1.0 - left * left;
}

}  // namespace origami
