#include "core/view/tile_cover.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

namespace origami {
namespace {

constexpr std::int64_t kMaxTilesInView = 1 << 14;  // a wall of screens; more is a mistake in the view
constexpr std::int64_t kCoverTiles = 4;
constexpr double kFlownThroughSeconds = 0.1;  // a level that stays ideal for less is not worth making
constexpr std::array kAheadSeconds{0.1, 0.2, 0.3, 0.4};

// Columns and rows of tiles, half open.
struct TileRange {
    std::int64_t left = 0;
    std::int64_t top = 0;
    std::int64_t right = 0;
    std::int64_t bottom = 0;
    [[nodiscard]] std::int64_t count() const noexcept { return (right - left) * (bottom - top); }
};

TileRange tilesUnder(const Pyramid& pyramid, const Level0Rect& area, int level) {
    const LevelSize size = pyramid.levelSize(0);
    const Level0Rect inside =
        area.intersected({0, 0, static_cast<double>(size.width), static_cast<double>(size.height)});
    if (inside.isEmpty()) {
        return {};
    }
    const double side = static_cast<double>(pyramid.tileSize()) * static_cast<double>(std::int64_t{1} << level);
    const LevelSize grid = pyramid.gridSize(level);
    const auto first = [side](double from) { return static_cast<std::int64_t>(std::floor(from / side)); };
    const auto last = [side](double to, std::int64_t tiles) {
        return std::min(static_cast<std::int64_t>(std::ceil(to / side)), tiles);
    };
    return {first(inside.x), first(inside.y), last(inside.right(), grid.width), last(inside.bottom(), grid.height)};
}

std::vector<TileId> tilesOf(const Pyramid& pyramid, const TileRange& range, int level, Level0Point focus) {
    if (range.count() > kMaxTilesInView) {
        return {};
    }
    struct Candidate {
        double distance;
        TileId id;
    };
    const double side = static_cast<double>(pyramid.tileSize()) * static_cast<double>(std::int64_t{1} << level);
    std::vector<Candidate> candidates;
    candidates.reserve(static_cast<std::size_t>(range.count()));
    for (std::int64_t y = range.top; y < range.bottom; ++y) {
        for (std::int64_t x = range.left; x < range.right; ++x) {
            const double dx = (static_cast<double>(x) + 0.5) * side - focus.x;
            const double dy = (static_cast<double>(y) + 0.5) * side - focus.y;
            candidates.push_back(
                {dx * dx + dy * dy, {level, static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)}});
        }
    }
    std::ranges::stable_sort(candidates, {}, &Candidate::distance);
    std::vector<TileId> tiles;
    tiles.reserve(candidates.size());
    for (const Candidate& candidate : candidates) {
        tiles.push_back(candidate.id);
    }
    return tiles;
}

Level0Rect grown(const Level0Rect& area, double by) {
    return {area.x - by, area.y - by, area.width + 2 * by, area.height + 2 * by};
}

}  // namespace

std::vector<TileId> tilesInView(const Pyramid& pyramid, const Viewport& view, int level, Level0Point focus) {
    return tilesOf(pyramid, tilesUnder(pyramid, view.area(), level), level, focus);
}

std::vector<WantedTile> wantedTiles(const Pyramid& pyramid, const Looking& looking,
                                    const std::function<bool(TileId)>& failed) {
    const Viewport& view = looking.view;
    const Level0Point focus = looking.focus;
    const int ideal = idealLevel(pyramid, view.scale);
    const Level0Rect area = view.area();
    std::vector<WantedTile> wanted;
    std::unordered_set<TileId> known;
    const auto want = [&](const std::vector<TileId>& tiles, Want why) {
        for (const TileId id : tiles) {
            if (known.insert(id).second) {
                wanted.push_back({id, why});
            }
        }
    };
    const auto wantAhead = [&](const Viewport& ahead) {
        want(tilesInView(pyramid, ahead, idealLevel(pyramid, ahead.scale), ahead.centre), Want::Predicted);
    };

    int cover = ideal;
    while (cover + 1 < pyramid.levelCount() && tilesUnder(pyramid, area, cover).count() > kCoverTiles) {
        ++cover;
    }
    want(tilesInView(pyramid, view, cover, focus), Want::Cover);
    const std::vector<TileId> visible = tilesInView(pyramid, view, ideal, focus);
    for (const TileId id : visible) {
        for (int level = ideal + 1; failed(id) && level < pyramid.levelCount(); ++level) {
            if (const TileId ancestor = Pyramid::ancestor(id, level); !failed(ancestor)) {
                want({ancestor}, Want::Cover);
                break;
            }
        }
    }
    if (isMoving(view, looking.motion)) {
        const double left = secondsToNextLevel(pyramid, view, looking.motion);
        if (left >= kFlownThroughSeconds) {
            want(visible, Want::Visible);
        }
        if (left < kAheadSeconds.back()) {
            constexpr double kBeyond = 1e-3;  // past the border between two levels
            wantAhead(predicted(view, looking.motion, left + kBeyond));
        }
        for (const double seconds : kAheadSeconds) {
            wantAhead(predicted(view, looking.motion, seconds));
        }
        if (looking.motion.target) {
            wantAhead(*looking.motion.target);
        }
        want(visible, Want::Nearby);
        return wanted;
    }
    want(visible, Want::Visible);
    if (looking.ringTiles <= 0) {
        return wanted;
    }
    const double idealTile = static_cast<double>(pyramid.tileSize()) * static_cast<double>(std::int64_t{1} << ideal);
    want(tilesOf(pyramid, tilesUnder(pyramid, grown(area, looking.ringTiles * idealTile), ideal), ideal, focus),
         Want::Ring);
    if (ideal + 1 < pyramid.levelCount()) {
        want(tilesInView(pyramid, view, ideal + 1, focus), Want::Nearby);
    }
    if (ideal > 0) {
        const Level0Rect middle{area.x + area.width / 4, area.y + area.height / 4, area.width / 2, area.height / 2};
        want(tilesOf(pyramid, tilesUnder(pyramid, middle, ideal - 1), ideal - 1, focus), Want::Nearby);
    }
    return wanted;
}

std::vector<TileId> tilesToDraw(const Pyramid& pyramid, const Viewport& view,
                                const std::function<bool(TileId)>& available) {
    const int ideal = idealLevel(pyramid, view.scale);
    const Level0Rect area = view.area();
    std::vector<TileId> tiles;
    std::unordered_set<TileId> known;
    const auto draw = [&](TileId id) {
        if (known.insert(id).second) {
            tiles.push_back(id);
        }
    };
    for (const TileId id : tilesInView(pyramid, view, ideal, view.centre)) {
        if (available(id)) {
            draw(id);
            continue;
        }
        for (int level = ideal + 1; level < pyramid.levelCount(); ++level) {
            const TileId ancestor = Pyramid::ancestor(id, level);
            if (known.contains(ancestor) || available(ancestor)) {
                draw(ancestor);
                break;
            }
        }
        for (int child = 0; ideal > 0 && child < 4; ++child) {
            const TileId finer{ideal - 1, 2 * id.x + child % 2, 2 * id.y + child / 2};
            if (pyramid.contains(finer) && pyramid.tileArea(finer).intersects(area) && available(finer)) {
                draw(finer);
            }
        }
    }
    std::ranges::stable_sort(tiles, std::ranges::greater{}, &TileId::level);
    return tiles;
}

}  // namespace origami
