// What the engine knows of each open slide, and the cache of the tiles of all. Private to engine/.
#pragma once

#include "core/base/running_mean.h"
#include "core/cache/byte_cache.h"
#include "core/engine/sharp_watch.h"
#include "core/engine/slide_engine.h"
#include "core/engine/tile_key.h"
#include "core/engine/tile_maker.h"
#include "core/schedule/prefetch_ring.h"
#include "core/schedule/scheduler.h"
#include "core/view/tile_places.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <utility>
#include <vector>

namespace origami {

using TileCache = ByteCache<TileKey, Tile, TileKeyHash, TileKeySet>;

inline constexpr double kSlowReadMs = 2;

// Bytes of the cache that a tile takes.
inline std::size_t costOf(const Tile& tile) {
    return tile.pixels.byteCount() + sizeof(Tile);
}

// What a window looks at in one view mode.
struct OpenLook {
    ViewMode mode = ViewMode::Reconstructed;
    std::vector<TileId> visible;    // ideal tiles in view
    TileRange visibleRange;         // the same
    std::vector<WantedTile> wants;  // what the view wants, best first
    TilePlaces places;              // of tiles in `wants`
    std::vector<bool> isAskedFor;   // of `wants`: the view lacked it when it was set, and it may be made for it
    std::size_t visibleThere = 0;   // so many of `visible`, from the first on, were in the cache when the view was set
};

// One open slide and what its window looks at.
struct OpenSlide {
    SlideKey key = 0;
    std::shared_ptr<const Slide> slide;

    std::mutex mutex;
    std::vector<OpenLook> looks;
    PrefetchRing ring;
    PrefetchLead lead;
    std::map<ViewMode, std::unordered_set<TileId>> failed;

    RunningMean readMs{0, 1. / 4};      // what reads take
    std::atomic<unsigned> unprobed{0};  // tiles made ahead since it was found to be slow
    SharpWatch sharp;

    [[nodiscard]] bool isSlow() const { return readMs.value() > kSlowReadMs; }

    // To be expected of the next read.
    [[nodiscard]] ReadSpeed readSpeed() const { return isSlow() ? ReadSpeed::Slow : ReadSpeed::Quick; }

    [[nodiscard]] auto isIn(const TileCache& cache) const {
        return [&cache, slide = key](ViewMode mode, TileId id) { return cache.contains({slide, mode, id}); };
    }

    // Null if nothing is shown in this mode. With the mutex held.
    OpenLook* lookIn(ViewMode mode) {
        const auto look = std::ranges::find(looks, mode, &OpenLook::mode);
        return look != looks.end() ? &*look : nullptr;
    }
};

// Tiles that were made on the way to coarser ones are kept in the cache like any other.
class CacheStore : public TileStore {
public:
    CacheStore(TileCache& cache, OpenSlide& slide) : m_cache(cache), m_slide(slide) {}

    std::shared_ptr<const Rgb32Image> find(TileId id) override {
        const std::shared_ptr<const Tile> tile = m_cache.find({m_slide.key, ViewMode::Reconstructed, id});
        return tile && tile->kind != TileKind::Failed ? pixelsOf(tile) : nullptr;
    }
    std::shared_ptr<const Rgb32Image> keep(TileId id, Rgb32Image pixels) override {
        auto tile = std::make_shared<const Tile>(Tile{id, TileKind::Derived, std::move(pixels)});
        m_cache.insert({m_slide.key, ViewMode::Reconstructed, id}, tile, costOf(*tile));
        m_slide.sharp.noteTile(ViewMode::Reconstructed, id, m_slide.isIn(m_cache));
        return pixelsOf(tile);
    }

private:
    static std::shared_ptr<const Rgb32Image> pixelsOf(const std::shared_ptr<const Tile>& tile) {
        return {tile, &tile->pixels};
    }
    TileCache& m_cache;
    OpenSlide& m_slide;
};

}  // namespace origami
