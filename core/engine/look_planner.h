// Turns what a window looks at into the tiles to pin and the jobs to do. Pure functions: no threads, no locks, no
// cache.
#pragma once

#include "core/engine/tile.h"
#include "core/schedule/job_limits.h"
#include "core/slide/slide.h"
#include "core/view/motion.h"
#include "core/view/tile_cover.h"
#include "core/view/tile_places.h"
#include "core/view/viewport.h"

#include <cstddef>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

namespace origami {

// A part of the window, or all of it, and what it shows of the slide.
struct Look {
    Viewport view;
    ViewMode mode = ViewMode::Reconstructed;
};

// Everything that a window looks at in one slide.
struct LookRequest {
    std::vector<Look> looks;  // each in a mode of its own
    Level0Point focus{};      // the cursor or the zoom anchor
    Motion motion{};          // how the views move
};

// The tiles that one look wants.
struct PlannedLook {
    ViewMode mode = ViewMode::Reconstructed;
    TileRange visibleRange;         // tiles of the ideal level that are in view
    std::vector<TileId> visible;    // the same tiles, best first
    std::vector<WantedTile> wants;  // everything that is wanted, best first
    TilePlaces places;              // where each tile stands in `wants`
    std::vector<bool> isAskedFor;   // by place in `wants`: the tile was missing, and a job asks for it
};

// The work unit that makes a tile: its family where its level is rebuilt, else the tile itself.
JobKey jobFor(const Slide& slide, SlideKey key, TileId id, ViewMode mode);
ViewMode modeOf(const JobKey& job) noexcept;
FamilyId familyOf(const JobKey& familyJob) noexcept;

// Lists what a look of the request wants. `failed` are the tiles that cannot be made at present: coarser ones are
// wanted in their place. A view at rest wants the tiles around it only if reads are slow. If they are quick, those
// tiles arrive in time anyway and would only take memory.
PlannedLook planLook(const Slide& slide, const LookRequest& request, const Look& look,
                     const std::unordered_set<TileId>& failed, bool isSlow);

// Adds the tiles that must stay in the cache to `pinned`: everything in view, and the overview.
void addPinned(const Slide& slide, SlideKey key, const PlannedLook& look, std::vector<TileKey>& pinned);

// Returns the jobs for a look's missing tiles, best first, and marks in look.isAskedFor the tiles that they make.
// `isThere` says of each tile in `look.wants` whether it is there. At most `mayPrefetch` tiles that are not in view are
// asked for.
std::vector<WantedJob> planJobs(const Slide& slide, SlideKey key, PlannedLook& look, const std::vector<bool>& isThere,
                                std::size_t mayPrefetch);

// The jobs of several looks in one list: the best of each look, then the second best of each, and so on, so that no
// part of the window waits for another.
std::vector<WantedJob> interleaved(std::span<const std::vector<WantedJob>> jobsOfLooks);

// The tiles of a family that a look asks for, best first.
std::vector<WantedTile> askedForOf(const Pyramid& pyramid, const PlannedLook& look, FamilyId family);

}  // namespace origami
