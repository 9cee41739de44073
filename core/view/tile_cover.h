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

// The finest level that shows the whole slide with at most four tiles.
int overviewLevel(const Pyramid& pyramid);

// Why a tile is wanted, best first.
enum class Want {
    Cover,      // of a coarse level that covers the view, so that nothing is blank
    Visible,    // of the ideal level and in view; also a cover that is expensive to make, and the overview
    Predicted,  // ideal for a view that is coming
    Ring,       // of the ideal level, just outside the view
    Nearby,     // in or near the view, one level coarser or finer
};

// Whether a tile with this reason is made before it comes into view.
constexpr bool isPrefetch(Want want) noexcept {
    return want != Want::Cover && want != Want::Visible;
}

struct WantedTile {
    TileId id;
    Want want;
    bool operator==(const WantedTile&) const = default;
};

// A moving view wants the tiles that it will need within this time at most.
inline constexpr double kMostAheadSeconds = 0.4;

// What the window looks at.
struct Looking {
    Viewport view;
    Level0Point focus;  // the cursor or zoom anchor
    Motion motion{};
    // For a view at rest: how many tiles around it are wanted. With 0, the next coarser and finer level are not wanted
    // either.
    int ringTiles = 1;
    bool overview = false;                    // whether the tiles of overviewLevel() are wanted, too
    double aheadSeconds = kMostAheadSeconds;  // for a moving view: how far ahead tiles are wanted
};

// Lists every tile that the view wants, most urgent first:
//   1. a cover, and for each tile in view that has `failed` its finest ancestor that has not;
//   2. the tiles in view, outward from `focus`;
//   3. a cover whose level is not cheap (`isCheap`). It has to be made from far finer tiles, so before 2. it would hold
//   up
//      what it should stand in for;
//   4. the overview, if it is wanted, which stands in wherever the user goes next;
//   5. for a view at rest, the tiles around it, then the next coarser and finer level. For a moving view, the tiles on
//   its
//      way instead, soonest first. If a zoom is about to leave the present level, 2. comes last.
// Empty if the view has no size. The cost depends on the window and never on the slide.
std::vector<WantedTile> wantedTiles(
    const Pyramid& pyramid, const Looking& looking,
    const std::function<bool(TileId)>& failed = [](TileId) { return false; },
    const std::function<bool(int level)>& isCheap = [](int) { return true; });

// What to draw for one ideal tile in view: the tile itself if it is `available`, else its finest available ancestor,
// and then any available tiles in view that are one level finer. Tiles are drawn in this order, finer ones over coarser
// ones.
std::vector<TileId> tilesInPlaceOf(const Pyramid& pyramid, const Viewport& view, TileId ideal,
                                   const std::function<bool(TileId)>& available);

// The same for all ideal tiles in view, coarse first, no duplicates.
std::vector<TileId> tilesToDraw(const Pyramid& pyramid, const Viewport& view,
                                const std::function<bool(TileId)>& available);

}  // namespace origami
