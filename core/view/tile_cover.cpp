#include "core/view/tile_cover.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <unordered_set>

namespace origami {
namespace {

constexpr std::int64_t kMaxTilesInView = 1 << 14;  // a wall of screens; more is a mistake in the view
constexpr std::int64_t kCoverTiles = 4;
constexpr double kFlownThroughSeconds = 0.1;  // a level that is ideal for less time is not worth making
// Close enough that a fast diagonal pan leaves out no tile between two of them.
constexpr std::array kAheadSeconds{0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, kMostAheadSeconds};
// A moving view may turn at any time, so it also wants the tiles that it could reach in any direction in this share of
// the time for which it looks ahead, up to one tile far.
constexpr double kTurnShare = 0.1;

// The side of a tile of this level in level 0 pixels.
double tileSide(const Pyramid& pyramid, int level) {
    return static_cast<double>(pyramid.tileSize()) * static_cast<double>(std::int64_t{1} << level);
}

// The tiles of a range that `isKnown` does not know, nearest to `focus` first.
template <class IsKnown>
std::vector<TileId> tilesOf(const Pyramid& pyramid, const TileRange& range, Level0Point focus, IsKnown isKnown) {
    if (range.count() > kMaxTilesInView) {
        return {};
    }
    struct Candidate {
        double distance;
        TileId id;
    };
    const double side = tileSide(pyramid, range.level);
    std::vector<Candidate> candidates;
    candidates.reserve(static_cast<std::size_t>(range.count()));
    for (std::int64_t y = range.top; y < range.bottom; ++y) {
        for (std::int64_t x = range.left; x < range.right; ++x) {
            const TileId id{range.level, static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)};
            if (isKnown(id)) {
                continue;
            }
            const double dx = (static_cast<double>(x) + 0.5) * side - focus.x;
            const double dy = (static_cast<double>(y) + 0.5) * side - focus.y;
            candidates.push_back({dx * dx + dy * dy, id});
        }
    }
    std::ranges::stable_sort(candidates, {}, &Candidate::distance);
    std::vector<TileId> tiles;
    tiles.reserve(candidates.size());
    std::ranges::transform(candidates, std::back_inserter(tiles), &Candidate::id);
    return tiles;
}

// The finest level, from this one on, of which few tiles cover an area.
int coverLevel(const Pyramid& pyramid, const Level0Rect& area, int level) {
    while (level + 1 < pyramid.levelCount() && rangeUnder(pyramid, area, level).count() > kCoverTiles) {
        ++level;
    }
    return level;
}

Level0Rect wholeSlide(const Pyramid& pyramid) {
    const LevelSize size = pyramid.levelSize(0);
    return {0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};
}

Level0Rect grown(const Level0Rect& area, double by) {
    return {area.x - by, area.y - by, area.width + 2 * by, area.height + 2 * by};
}

}  // namespace

TileRange rangeUnder(const Pyramid& pyramid, const Level0Rect& area, int level) {
    const Level0Rect inside = area.intersected(wholeSlide(pyramid));
    if (inside.isEmpty()) {
        return {.level = level};
    }
    const double side = tileSide(pyramid, level);
    const LevelSize grid = pyramid.gridSize(level);
    const auto first = [side](double from) { return static_cast<std::int64_t>(std::floor(from / side)); };
    const auto last = [side](double to, std::int64_t tiles) {
        return std::min(static_cast<std::int64_t>(std::ceil(to / side)), tiles);
    };
    return {level, first(inside.x), first(inside.y), last(inside.right(), grid.width),
            last(inside.bottom(), grid.height)};
}

int overviewLevel(const Pyramid& pyramid) {
    return coverLevel(pyramid, wholeSlide(pyramid), 0);
}

std::vector<TileId> tilesInView(const Pyramid& pyramid, const Viewport& view, int level, Level0Point focus) {
    return tilesOf(pyramid, rangeUnder(pyramid, view.area(), level), focus, [](TileId) { return false; });
}

std::vector<WantedTile> wantedTiles(const Pyramid& pyramid, const Looking& looking,
                                    const std::function<bool(TileId)>& failed,
                                    const std::function<bool(int level)>& isCheap) {
    const Viewport& view = looking.view;
    const Level0Point focus = looking.focus;
    const int ideal = idealLevel(pyramid, view.scale);
    const Level0Rect area = view.area();
    std::vector<WantedTile> wanted;
    if (area.isEmpty()) {
        return wanted;
    }
    std::vector<TileRange> ranges;         // that are wanted already, few
    std::unordered_set<TileId> ancestors;  // and single tiles, of what has failed
    const auto isKnown = [&](TileId id) {
        return std::ranges::any_of(ranges, [id](const TileRange& range) { return range.contains(id); }) ||
               (!ancestors.empty() && ancestors.contains(id));
    };
    const auto add = [&](const TileRange& range, const std::vector<TileId>& tiles, Want why) {
        std::ranges::transform(tiles, std::back_inserter(wanted), [why](TileId id) { return WantedTile{id, why}; });
        if (range.count() <= kMaxTilesInView) {
            ranges.push_back(range);
        }
    };
    const auto want = [&](const Level0Rect& under, int level, Level0Point nearest, Want why) {
        const TileRange range = rangeUnder(pyramid, under, level);
        add(range, tilesOf(pyramid, range, nearest, isKnown), why);
    };
    const TileRange visibleRange = rangeUnder(pyramid, area, ideal);
    const std::vector<TileId> visible = tilesInView(pyramid, view, ideal, focus);
    const auto wantVisible = [&](Want why) {
        std::vector<TileId> tiles = visible;
        std::erase_if(tiles, isKnown);
        add(visibleRange, tiles, why);
    };
    const auto wantAhead = [&](const Viewport& ahead) {
        want(ahead.area(), idealLevel(pyramid, ahead.scale), ahead.centre, Want::Predicted);
    };

    const auto wantOverview = [&] {
        if (looking.overview && !visible.empty()) {
            want(wholeSlide(pyramid), overviewLevel(pyramid), focus, Want::Visible);
        }
    };

    const int cover = coverLevel(pyramid, area, ideal);
    const bool isCoverCheap = isCheap(cover);
    if (isCoverCheap) {
        want(area, cover, focus, Want::Cover);
    }
    std::vector<TileId> dearAncestors;
    for (const TileId id : visible) {
        for (int level = ideal + 1; failed(id) && level < pyramid.levelCount(); ++level) {
            if (const TileId ancestor = Pyramid::ancestor(id, level); !failed(ancestor)) {
                if (!isKnown(ancestor)) {
                    ancestors.insert(ancestor);
                    if (isCheap(level)) {
                        wanted.push_back({ancestor, Want::Cover});
                    } else {
                        dearAncestors.push_back(ancestor);
                    }
                }
                break;
            }
        }
    }
    const auto wantDearCover = [&] {
        if (!isCoverCheap) {
            want(area, cover, focus, Want::Visible);
        }
        std::ranges::transform(dearAncestors, std::back_inserter(wanted), [](TileId id) {
            return WantedTile{id, Want::Visible};
        });
    };

    if (isMoving(view, looking.motion)) {
        const double left = secondsToNextLevel(pyramid, view, looking.motion);
        if (left >= kFlownThroughSeconds) {
            wantVisible(Want::Visible);
        }
        wantDearCover();
        wantOverview();
        if (left < looking.aheadSeconds) {
            constexpr double kBeyond = 1e-3;  // past the border between two levels
            wantAhead(predicted(view, looking.motion, left + kBeyond));
        }
        const double speed = std::hypot(looking.motion.velocity.x, looking.motion.velocity.y);
        const double turn = kTurnShare * looking.aheadSeconds * speed;
        want(grown(area, std::min(turn, tileSide(pyramid, ideal))), ideal, focus, Want::Predicted);
        for (const double seconds : kAheadSeconds) {
            if (seconds <= looking.aheadSeconds) {
                wantAhead(predicted(view, looking.motion, seconds));
            }
        }
        if (looking.motion.target) {
            wantAhead(*looking.motion.target);
        }
        wantVisible(Want::Nearby);
        return wanted;
    }
    wantVisible(Want::Visible);
    wantDearCover();
    wantOverview();
    if (looking.ringTiles <= 0) {
        return wanted;
    }
    want(grown(area, looking.ringTiles * tileSide(pyramid, ideal)), ideal, focus, Want::Ring);
    if (ideal + 1 < pyramid.levelCount()) {
        want(area, ideal + 1, focus, Want::Nearby);
    }
    if (ideal > 0) {
        want({area.x + area.width / 4, area.y + area.height / 4, area.width / 2, area.height / 2}, ideal - 1, focus,
             Want::Nearby);
    }
    return wanted;
}

std::vector<TileId> tilesInPlaceOf(const Pyramid& pyramid, const Viewport& view, TileId ideal,
                                   const std::function<bool(TileId)>& available) {
    if (available(ideal)) {
        return {ideal};
    }
    std::vector<TileId> tiles;
    for (int level = ideal.level + 1; level < pyramid.levelCount() && tiles.empty(); ++level) {
        if (const TileId ancestor = Pyramid::ancestor(ideal, level); available(ancestor)) {
            tiles.push_back(ancestor);
        }
    }
    for (int child = 0; ideal.level > 0 && child < 4; ++child) {
        const TileId finer{ideal.level - 1, 2 * ideal.x + child % 2, 2 * ideal.y + child / 2};
        if (pyramid.contains(finer) && pyramid.tileArea(finer).intersects(view.area()) && available(finer)) {
            tiles.push_back(finer);
        }
    }
    return tiles;
}

std::vector<TileId> tilesToDraw(const Pyramid& pyramid, const Viewport& view,
                                const std::function<bool(TileId)>& available) {
    std::vector<TileId> tiles;
    std::unordered_set<TileId> known;
    for (const TileId ideal : tilesInView(pyramid, view, idealLevel(pyramid, view.scale), view.centre)) {
        for (const TileId id : tilesInPlaceOf(pyramid, view, ideal, available)) {
            if (known.insert(id).second) {
                tiles.push_back(id);
            }
        }
    }
    std::ranges::stable_sort(tiles, std::ranges::greater{}, &TileId::level);
    return tiles;
}

}  // namespace origami
