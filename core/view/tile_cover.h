// Which tiles a view needs, in which order, and what to draw while some of them are missing. Pure functions.
#pragma once

#include "core/pyramid/tile_id.h"
#include "core/view/motion.h"
#include "core/view/viewport.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace origami {

// A rectangle of tiles of one level: columns and rows, half open.
struct TileRange {
    int level = 0;
    std::int64_t left = 0;
    std::int64_t top = 0;
    std::int64_t right = 0;
    std::int64_t bottom = 0;

    [[nodiscard]] std::int64_t count() const noexcept { return (right - left) * (bottom - top); }
    [[nodiscard]] bool contains(TileId id) const noexcept {
        return id.level == level && id.x >= left && id.x < right && id.y >= top && id.y < bottom;
    }
};

// The tiles of a level that intersect an area of the slide.
TileRange rangeUnder(const Pyramid& pyramid, const Level0Rect& area, int level);

// Tiles of a level that intersect the view, nearest to `focus` first.
std::vector<TileId> tilesInView(const Pyramid& pyramid, const Viewport& view, int level, Level0Point focus);

// The finest level of which four tiles show the whole slide.
int overviewLevel(const Pyramid& pyramid);

// Why a tile is wanted, best first.
enum class Want {
    Cover,      // a coarse level that covers the view, so that nothing is blank
    Visible,    // ideal level, inside the view; then a cover that costs more than that, and the overview, which stands
                // in wherever the user goes next
    Predicted,  // ideal for the view that is coming
    Ring,       // ideal level, just outside the view
    Nearby,     // one level coarser or finer
};

// Not on the screen yet.
constexpr bool isPrefetch(Want want) noexcept {
    return want != Want::Cover && want != Want::Visible;
}

struct WantedTile {
    TileId id;
    Want want;
    bool operator==(const WantedTile&) const = default;
};

// A moving view wants at most so much of its way ahead.
inline constexpr double kMostAheadSeconds = 0.4;

// What the window looks at.
struct Looking {
    Viewport view;
    Level0Point focus;  // the cursor or zoom anchor
    Motion motion{};
    int ringTiles = 1;  // how far around a view that rests tiles are wanted; with 0 its neighbour levels are not either
    bool overview = false;                    // whether the overview is wanted, too
    double aheadSeconds = kMostAheadSeconds;  // how much of its way a view that moves wants
};

// Everything the view wants, most urgent first; of one without size nothing. Where a tile in view is known to have
// failed, its finest ancestor that has not is wanted as cover. A view that moves wants what lies on its way, soonest
// first, instead of what is around it; the level of a zoom that is about to leave it is wanted last. A cover of a level
// that is not cheap, as it has to be made of far finer ones, would hold up what is to be seen instead of standing in
// for it, and is wanted after that. Proportional to the window, never to the slide.
std::vector<WantedTile> wantedTiles(
    const Pyramid& pyramid, const Looking& looking,
    const std::function<bool(TileId)>& failed = [](TileId) { return false; },
    const std::function<bool(int level)>& isCheap = [](int) { return true; });

// What to draw for one ideal tile in view: itself if `available`, else its finest available ancestor and any available
// tiles in view one level finer, in this order: finer tiles are drawn over coarser ones.
std::vector<TileId> tilesInPlaceOf(const Pyramid& pyramid, const Viewport& view, TileId ideal,
                                   const std::function<bool(TileId)>& available);

// The same for all ideal tiles in view, coarse first, no duplicates.
std::vector<TileId> tilesToDraw(const Pyramid& pyramid, const Viewport& view,
                                const std::function<bool(TileId)>& available);

}  // namespace origami
