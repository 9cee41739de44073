#include "core/schedule/prefetch_ring.h"

#include <cmath>

namespace origami {
namespace {

// Before anything is known a third of the tiles made ahead is taken to be seen.
constexpr double kPriorHits = 8;
constexpr double kPriorTiles = 24;
constexpr double kMemory = 512;  // tiles shown after which experience counts 1/e

}  // namespace

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

}  // namespace origami
