#include "core/engine/tile_store.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace origami {
namespace {

std::size_t costOf(const Tile& tile) {
    return tile.pixels.byteCount() + sizeof(Tile);
}

}  // namespace

TileStore::TileStore(std::size_t cacheBytes, std::function<Clock::time_point()> now)
    : m_now(std::move(now)), m_cache(cacheBytes) {}

void TileStore::open(SlideKey slide) {
    const std::lock_guard lock(m_mutex);
    m_slides.try_emplace(slide);
}

void TileStore::close(SlideKey slide) {
    const std::lock_guard lock(m_mutex);
    m_slides.erase(slide);
    m_cache.setPinned(slide, {});
    m_cache.eraseIf([slide](const TileKey& key) { return key.slide == slide; });
}

bool TileStore::isThere(const TileKey& key) const {
    if (!m_cache.contains(key)) {
        return false;
    }
    const std::lock_guard lock(m_mutex);
    return !isDue(key);
}

std::vector<bool> TileStore::areThere(SlideKey slide, ViewMode mode, std::span<const WantedTile> tiles) const {
    std::vector<TileKey> keys;
    keys.reserve(tiles.size());
    std::ranges::transform(tiles, std::back_inserter(keys), [&](const WantedTile& tile) {
        return TileKey{slide, mode, tile.id};
    });
    std::vector<bool> are = m_cache.contains(keys);
    const std::lock_guard lock(m_mutex);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        are[i] = are[i] && !isDue(keys[i]);
    }
    return are;
}

bool TileStore::isDue(const TileKey& key) const {
    const auto slide = m_slides.find(key.slide);
    if (slide == m_slides.end()) {
        return false;
    }
    const auto failures = slide->second.failures.find(key.mode);
    if (failures == slide->second.failures.end()) {
        return false;
    }
    const auto failure = failures->second.find(key.id);
    return failure != failures->second.end() && failure->second.isDue;
}

std::optional<TileStore::Clock::time_point> TileStore::add(SlideKey slide, ViewMode mode,
                                                           std::shared_ptr<const Tile> tile, const Error* problem) {
    const TileId id = tile->id;
    const std::lock_guard lock(m_mutex);
    const auto state = m_slides.find(slide);
    if (state == m_slides.end()) {
        return std::nullopt;
    }
    m_cache.insert({slide, mode, id}, tile, costOf(*tile), id.level >= kFamilyLevel);
    const auto retryAt = noteProblem(state->second, mode, *tile, problem);
    for (Watched& watched : state->second.watched) {
        if (watched.mode == mode && watched.range.contains(id)) {
            advance(slide, watched);
        }
    }
    return retryAt;
}

std::optional<TileStore::Clock::time_point> TileStore::noteProblem(SlideState& state, ViewMode mode, const Tile& tile,
                                                                   const Error* problem) {
    const bool isFailed = tile.kind == TileKind::Failed;
    const bool mayPass = problem != nullptr && problem->mayPass();
    auto& failures = state.failures[mode];
    if (!isFailed && !mayPass) {
        failures.erase(tile.id);
        return std::nullopt;
    }
    Failure& failure = failures[tile.id];
    failure.isFailed = isFailed;
    failure.isDue = false;
    failure.retryAt.reset();
    if (mayPass) {
        constexpr int kMostDoublings = 16;  // far beyond kLastRetry, and far from overflow
        const auto delay = kFirstRetry * (1 << std::min(failure.attempts++, kMostDoublings));
        failure.retryAt = m_now() + std::min<std::chrono::milliseconds>(delay, kLastRetry);
    }
    return failure.retryAt;
}

void TileStore::watch(SlideKey slide, std::span<const PlannedLook> looks) {
    const std::lock_guard lock(m_mutex);
    const auto state = m_slides.find(slide);
    if (state == m_slides.end()) {
        return;
    }
    state->second.watched.clear();
    for (const PlannedLook& look : looks) {
        Watched& watched = state->second.watched.emplace_back();
        watched.mode = look.mode;
        watched.range = look.visibleRange;
        watched.tiles = look.visible;
        advance(slide, watched);
    }
}

void TileStore::advance(SlideKey slide, Watched& watched) const {
    while (watched.there < watched.tiles.size() &&
           m_cache.contains({slide, watched.mode, watched.tiles[watched.there]})) {
        ++watched.there;
    }
    if (watched.there == watched.tiles.size() && !watched.completeSince) {
        watched.completeSince = m_now();
    }
}

std::optional<TileStore::Clock::time_point> TileStore::completeSince(SlideKey slide) const {
    const std::lock_guard lock(m_mutex);
    std::optional<Clock::time_point> latest;
    if (const auto state = m_slides.find(slide); state != m_slides.end()) {
        for (const Watched& watched : state->second.watched) {
            if (!watched.completeSince) {
                return std::nullopt;
            }
            latest = std::max(latest, watched.completeSince);
        }
    }
    return latest;
}

std::unordered_set<TileId> TileStore::failed(SlideKey slide, ViewMode mode) const {
    std::unordered_set<TileId> tiles;
    const std::lock_guard lock(m_mutex);
    if (const auto state = m_slides.find(slide); state != m_slides.end()) {
        if (const auto failures = state->second.failures.find(mode); failures != state->second.failures.end()) {
            for (const auto& [id, failure] : failures->second) {
                if (failure.isFailed) {
                    tiles.insert(id);
                }
            }
        }
    }
    return tiles;
}

int TileStore::failedCount(SlideKey slide, ViewMode mode) const {
    return static_cast<int>(failed(slide, mode).size());
}

std::vector<SlideKey> TileStore::makeDue() {
    std::vector<SlideKey> slides;
    const std::lock_guard lock(m_mutex);
    const Clock::time_point now = m_now();
    for (auto& [slide, state] : m_slides) {
        bool hasDue = false;
        for (auto& [mode, failures] : state.failures) {
            for (auto& [id, failure] : failures) {
                if (failure.retryAt && *failure.retryAt <= now) {
                    failure.retryAt.reset();
                    failure.isDue = true;
                    hasDue = true;
                }
            }
        }
        if (hasDue) {
            slides.push_back(slide);
        }
    }
    return slides;
}

void TileStore::retryNow(SlideKey slide) {
    const std::lock_guard lock(m_mutex);
    if (const auto state = m_slides.find(slide); state != m_slides.end()) {
        for (auto& [mode, failures] : state->second.failures) {
            for (auto& [id, failure] : failures) {
                if (failure.retryAt) {
                    failure.attempts = 0;
                    failure.retryAt.reset();
                    failure.isDue = true;
                }
            }
        }
    }
}

std::optional<TileStore::Clock::time_point> TileStore::nextRetry() const {
    std::optional<Clock::time_point> next;
    const std::lock_guard lock(m_mutex);
    for (const auto& [slide, state] : m_slides) {
        for (const auto& [mode, failures] : state.failures) {
            for (const auto& [id, failure] : failures) {
                if (failure.retryAt && (!next || *failure.retryAt < *next)) {
                    next = failure.retryAt;
                }
            }
        }
    }
    return next;
}

}  // namespace origami
