// The finished tiles of all open slides. The store also knows which tiles could not be made, when to try them again,
// and when each view became complete.
#pragma once

#include "core/base/result.h"
#include "core/cache/byte_cache.h"
#include "core/engine/look_planner.h"
#include "core/engine/tile.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace origami {

// Thread-safe.
//
// A tile that fails for a reason that may pass (Error::mayPass) is tried again: the first time after kFirstRetry, then
// each time after twice as long, up to kLastRetry. Until then it counts as there. From then on it is *due*: it counts
// as missing until it is added once more.
class TileStore {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kFirstRetry{500};
    static constexpr std::chrono::milliseconds kLastRetry{30'000};

    explicit TileStore(std::size_t cacheBytes, std::function<Clock::time_point()> now = Clock::now);

    // Tiles of a slide are kept from open() to close(). Tiles that are added later are dropped.
    void open(SlideKey slide);
    void close(SlideKey slide);

    // The tile if it is in the cache (also with kind Failed), else null.
    [[nodiscard]] std::shared_ptr<const Tile> find(const TileKey& key) { return m_cache.find(key); }
    // Returns whether the tile is there and need not be made again. A failed tile counts as there until it is due.
    [[nodiscard]] bool isThere(const TileKey& key) const;
    // The same for each of several tiles of one slide and mode.
    [[nodiscard]] std::vector<bool> areThere(SlideKey slide, ViewMode mode, std::span<const WantedTile> tiles) const;
    [[nodiscard]] bool isCached(const TileKey& key) const { return m_cache.contains(key); }

    // Adds a finished tile, or replaces it. `problem` says why the tile is not what it should be; null if it is.
    // Returns when the tile is to be tried again, if that is worth while.
    std::optional<Clock::time_point> add(SlideKey slide, ViewMode mode, std::shared_ptr<const Tile> tile,
                                         const Error* problem = nullptr);

    // Replaces the tiles of this slide that must stay in the cache.
    void setPinned(SlideKey slide, std::vector<TileKey> tiles) { m_cache.setPinned(slide, std::move(tiles)); }

    // Watches these looks instead of those before.
    void watch(SlideKey slide, std::span<const PlannedLook> looks);
    // When the last visible tile of all watched looks came, failed ones included; when the looks were set, if all tiles
    // were there. Null until then, and while nothing is watched.
    [[nodiscard]] std::optional<Clock::time_point> completeSince(SlideKey slide) const;

    // Tiles that could not be made, until they are made after all.
    [[nodiscard]] std::unordered_set<TileId> failed(SlideKey slide, ViewMode mode) const;
    [[nodiscard]] int failedCount(SlideKey slide, ViewMode mode) const;
    // Marks the failures whose time has come as due, and returns their slides.
    std::vector<SlideKey> makeDue();
    // Marks all failures of a slide that may pass as due.
    void retryNow(SlideKey slide);
    // When the next failure comes due. Null if there is none.
    [[nodiscard]] std::optional<Clock::time_point> nextRetry() const;

    [[nodiscard]] std::size_t bytes() const { return m_cache.bytes(); }
    [[nodiscard]] std::size_t limit() const { return m_cache.limit(); }
    void setLimit(std::size_t bytes) { m_cache.setLimit(bytes); }
    // How many bytes tiles that have not been shown may take.
    [[nodiscard]] std::size_t aheadLimit() const { return m_cache.aheadLimit(); }
    [[nodiscard]] AheadUse aheadUse() const { return m_cache.aheadUse(); }

private:
    struct Failure {
        bool isFailed = false;  // else a stand-in was made
        int attempts = 0;
        std::optional<Clock::time_point> retryAt;  // null if trying again is pointless, or under way
        bool isDue = false;
    };
    struct Watched {
        ViewMode mode = ViewMode::Reconstructed;
        TileRange range;
        std::vector<TileId> tiles;
        std::size_t there = 0;  // this many of `tiles`, from the first on, have come
        std::optional<Clock::time_point> completeSince;
    };
    struct SlideState {
        std::map<ViewMode, std::unordered_map<TileId, Failure>> failures;
        std::vector<Watched> watched;
    };

    // Call the functions below with m_mutex held.
    void advance(SlideKey slide, Watched& watched) const;
    [[nodiscard]] bool isDue(const TileKey& key) const;
    std::optional<Clock::time_point> noteProblem(SlideState& state, ViewMode mode, const Tile& tile,
                                                 const Error* problem);

    const std::function<Clock::time_point()> m_now;
    ByteCache<TileKey, Tile, TileKeyHash> m_cache;
    mutable std::mutex m_mutex;  // taken before the cache's own
    std::unordered_map<SlideKey, SlideState> m_slides;
};

}  // namespace origami
