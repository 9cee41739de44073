#include "core/schedule/prefetch_ring.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace origami {
namespace {

// Before anything is known a third of the tiles made ahead is taken to be seen.
constexpr double kPriorHits = 8;
constexpr double kPriorTiles = 24;
constexpr double kMemory = 512;  // tiles shown after which experience counts 1/e

constexpr double kLeastAheadSeconds = 0.2;
constexpr double kAheadPerTile = 10;   // times what a tile takes
constexpr double kAheadBesides = 0.1;  // seconds; there are others before it

}  // namespace

std::vector<WantedTile> PrefetchRing::around(std::span<const WantedTile> wants) {
    std::vector<WantedTile> tiles;
    std::ranges::copy_if(wants, std::back_inserter(tiles),
                         [](const WantedTile& tile) { return tile.want > Want::Predicted; });
    return tiles;
}

void PrefetchRing::count(std::span<const WantedTile> before, const std::vector<bool>& isThere,
                         const std::function<std::optional<Want>(TileId)>& wantNow, int shown) {
    int hits = 0;
    int passed = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (isThere[i]) {
            const std::optional<Want> want = wantNow(before[i].id);
            hits += want && !isPrefetch(*want) ? 1 : 0;
            passed += want ? 0 : 1;
        }
    }
    count(hits, passed, shown);
}

void PrefetchRing::count(int hits, int passed, int shown) noexcept {
    const double faded = std::exp(-(shown + passed) / kMemory);
    m_hits = m_hits * faded + hits;
    m_passed = m_passed * faded + passed;
}

double PrefetchRing::hitRate() const noexcept {
    return (m_hits + kPriorHits) / (m_hits + m_passed + kPriorTiles);
}

int PrefetchRing::tiles() const noexcept {
    const double rate = hitRate();
    return rate >= 0.6 ? kMaxTiles : rate >= 0.4 ? 2 : rate >= 0.15 ? 1 : 0;
}

double PrefetchLead::seconds() const noexcept {
    return std::clamp(kAheadBesides + kAheadPerTile * m_tileMs.value() / 1000, kLeastAheadSeconds, kMostAheadSeconds);
}

}  // namespace origami
