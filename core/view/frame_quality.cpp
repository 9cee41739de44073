#include "core/view/frame_quality.h"

#include "core/view/tile_cover.h"

#include <algorithm>

namespace origami {
namespace {

// The next finer tiles show all of this one that is in view.
bool isCoveredByFiner(const Pyramid& pyramid, TileId id, const Level0Rect& area,
                      const std::function<bool(TileId)>& isOnScreen) {
    for (int child = 0; child < 4; ++child) {
        const TileId finer{id.level - 1, 2 * id.x + child % 2, 2 * id.y + child / 2};
        if (pyramid.contains(finer) && pyramid.tileArea(finer).intersects(area) && !isOnScreen(finer)) {
            return false;
        }
    }
    return id.level > 0;
}

}  // namespace

FrameQuality frameQuality(const Pyramid& pyramid, const Viewport& view, const std::function<bool(TileId)>& isOnScreen) {
    const LevelSize size = pyramid.levelSize(0);
    const Level0Rect area =
        view.area().intersected({0, 0, static_cast<double>(size.width), static_cast<double>(size.height)});
    const int ideal = idealLevel(pyramid, view.scale);
    double allArea = 0;
    double idealArea = 0;
    double badArea = 0;
    FrameQuality quality;
    for (const TileId id : tilesInView(pyramid, view, ideal, view.centre)) {
        const Level0Rect part = pyramid.tileArea(id).intersected(area);
        const double pixels = part.width * part.height;
        allArea += pixels;
        if (isOnScreen(id)) {
            idealArea += pixels;
            continue;
        }
        quality.isIdeal = false;
        const bool isClose = (ideal + 1 < pyramid.levelCount() && isOnScreen(Pyramid::ancestor(id, ideal + 1))) ||
                             isCoveredByFiner(pyramid, id, area, isOnScreen);
        if (!isClose) {
            quality.isBad = true;
            badArea += pixels;
        }
    }
    if (allArea > 0) {
        quality.idealShare = idealArea / allArea;
        quality.badShare = badArea / allArea;
    }
    return quality;
}

void ReplayScore::addJump(double ms) {
    m_jumpMs = ms;
    m_awaitsIdeal = true;
    m_awaitsNotBad = true;
}

void ReplayScore::addFrame(double ms, const FrameQuality& quality) {
    ++m_frames;
    m_ideal += quality.isIdeal ? 1 : 0;
    m_bad += quality.isBad ? 1 : 0;
    m_idealArea += quality.idealShare;
    m_badArea += quality.badShare;
    if (m_awaitsIdeal && quality.isIdeal) {
        m_msToIdeal.push_back(ms - m_jumpMs);
        m_awaitsIdeal = false;
    }
    if (m_awaitsNotBad && !quality.isBad) {
        m_msToNotBad.push_back(ms - m_jumpMs);
        m_awaitsNotBad = false;
    }
}

}  // namespace origami
