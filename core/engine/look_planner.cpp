#include "core/engine/look_planner.h"

#include "core/make/tile_maker.h"

#include <algorithm>
#include <iterator>

namespace origami {
JobKey jobFor(const Slide& slide, SlideKey key, TileId id, ViewMode mode) {
    const bool isFamily = slide.originOf(id.level) == TileOrigin::Family;
    return {key, static_cast<std::uint32_t>(mode), isFamily, isFamily ? Pyramid::ancestor(id, kFamilyLevel) : id};
}

ViewMode modeOf(const JobKey& job) noexcept {
    return static_cast<ViewMode>(job.variant);
}

FamilyId familyOf(const JobKey& familyJob) noexcept {
    return {familyJob.id.x, familyJob.id.y};
}

PlannedLook planLook(const Slide& slide, const LookRequest& request, const Look& look,
                     const std::unordered_set<TileId>& failed, bool isSlow) {
    const Pyramid& pyramid = slide.pyramid();
    const int overview = overviewLevel(pyramid);
    const bool wantsOverview = isCheap(slide, overview) && slide.originOf(overview) != TileOrigin::Family;
    PlannedLook planned{
        .mode = look.mode,
        .visibleRange = rangeUnder(pyramid, look.view.area(), idealLevel(pyramid, look.view.scale)),
        .visible = {},
        .wants = wantedTiles(
            pyramid,
            {.view = look.view,
             .focus = request.focus,
             .motion = request.motion,
             .ringTiles = isSlow ? 1 : 0,
             .overview = wantsOverview},
            [&](TileId id) { return failed.contains(id); }, [&](int level) { return isCheap(slide, level); }),
        .places = {},
        .isAskedFor = {}};
    planned.places = TilePlaces(planned.wants);
    for (const WantedTile& wanted : planned.wants) {
        if (planned.visibleRange.contains(wanted.id)) {
            planned.visible.push_back(wanted.id);
        }
    }
    return planned;
}

void addPinned(const Slide& slide, SlideKey key, const PlannedLook& look, std::vector<TileKey>& pinned) {
    pinned.reserve(pinned.size() + look.wants.size());
    const int overview = overviewLevel(slide.pyramid());
    const LevelSize grid = slide.pyramid().gridSize(overview);
    for (std::int32_t y = 0; y < grid.height; ++y) {
        for (std::int32_t x = 0; x < grid.width; ++x) {
            pinned.push_back({key, look.mode, {overview, x, y}});
        }
    }
    for (const WantedTile& wanted : look.wants) {
        if (!isPrefetch(wanted.want)) {
            pinned.push_back({key, look.mode, wanted.id});
        }
    }
}

std::vector<WantedJob> planJobs(const Slide& slide, SlideKey key, PlannedLook& look, const std::vector<bool>& isThere,
                                std::size_t mayPrefetch) {
    std::vector<WantedJob> jobs;
    std::unordered_set<JobKey, JobKeyHash> known;
    look.isAskedFor.assign(look.wants.size(), false);
    for (std::size_t i = 0; i < look.wants.size(); ++i) {
        const WantedTile& wanted = look.wants[i];
        if (isPrefetch(wanted.want)) {
            if (!isCheap(slide, wanted.id.level)) {
                continue;
            }
            if (mayPrefetch == 0) {
                break;  // only prefetch follows
            }
            --mayPrefetch;
        }
        if (isThere[i]) {
            continue;
        }
        look.isAskedFor[i] = true;
        const JobKey job = jobFor(slide, key, wanted.id, look.mode);
        if (known.insert(job).second) {
            jobs.push_back({job, wanted.want});
        }
    }
    return jobs;
}

std::vector<WantedJob> interleaved(std::span<const std::vector<WantedJob>> jobsOfLooks) {
    std::vector<WantedJob> jobs;
    bool isMore = true;
    for (std::size_t i = 0; isMore; ++i) {
        isMore = false;
        for (const std::vector<WantedJob>& ofLook : jobsOfLooks) {
            if (i < ofLook.size()) {
                jobs.push_back(ofLook[i]);
                isMore = true;
            }
        }
    }
    return jobs;
}

std::vector<WantedTile> askedForOf(const Pyramid& pyramid, const PlannedLook& look, FamilyId family) {
    std::vector<std::size_t> places;
    for (int level = 0; level < kFamilyLevel; ++level) {
        forEachFamilyTile(pyramid, family, level, [&](std::size_t, TileId tile) {
            if (const auto place = look.places.find(tile); place && look.isAskedFor[*place]) {
                places.push_back(*place);
            }
        });
    }
    std::ranges::sort(places);
    std::vector<WantedTile> tiles;
    std::ranges::transform(places, std::back_inserter(tiles), [&](std::size_t place) { return look.wants[place]; });
    return tiles;
}

}  // namespace origami
