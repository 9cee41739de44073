#include "core/view/viewport.h"

#include <algorithm>
#include <cmath>

namespace origami {
namespace {

constexpr double kMaxMagnification = 8;    // physical pixels per level 0 pixel
constexpr double kMinPartOfWindow = 0.25;  // that the whole slide may shrink to

double fitScale(LevelSize level0, WindowSize window) noexcept {
    if (level0.isEmpty() || window.isEmpty()) {
        return 1;
    }
    return std::min(window.width / static_cast<double>(level0.width),
                    window.height / static_cast<double>(level0.height));
}

// std::clamp that lets no NaN through.
double limited(double value, double low, double high) noexcept {
    return value >= low ? std::min(value, high) : low;
}

}  // namespace

Level0Rect Viewport::area() const noexcept {
    const double width = size.width / scale;
    const double height = size.height / scale;
    return {centre.x - width / 2, centre.y - height / 2, width, height};
}

WindowPoint Viewport::toWindow(Level0Point point) const noexcept {
    return {(point.x - centre.x) * scale + size.width / 2, (point.y - centre.y) * scale + size.height / 2};
}

Level0Point Viewport::toLevel0(WindowPoint point) const noexcept {
    return {(point.x - size.width / 2) / scale + centre.x, (point.y - size.height / 2) / scale + centre.y};
}

Viewport Viewport::zoomedAbout(WindowPoint anchor, double newScale) const noexcept {
    const Level0Point fixed = toLevel0(anchor);
    return {{fixed.x - (anchor.x - size.width / 2) / newScale, fixed.y - (anchor.y - size.height / 2) / newScale},
            newScale,
            size};
}

Viewport fitted(LevelSize level0, WindowSize window, double margin) noexcept {
    return {{static_cast<double>(level0.width) / 2, static_cast<double>(level0.height) / 2},
            fitScale(level0, window) * (1 - 2 * margin),
            window};
}

ScaleRange scaleRange(LevelSize level0, WindowSize window) noexcept {
    return {std::min(1.0, fitScale(level0, window) * kMinPartOfWindow), kMaxMagnification};
}

Viewport constrained(Viewport view, LevelSize level0) noexcept {
    const ScaleRange range = scaleRange(level0, view.size);
    view.scale = limited(view.scale, range.min, range.max);
    view.centre.x = limited(view.centre.x, 0, static_cast<double>(level0.width));
    view.centre.y = limited(view.centre.y, 0, static_cast<double>(level0.height));
    return view;
}

int idealLevel(const Pyramid& pyramid, double scale) noexcept {
    if (!(scale > 0)) {
        return pyramid.levelCount() - 1;
    }
    // A level's pixel is 2^level level 0 pixels; a little slack keeps a scale of exactly 1/2^k at level k.
    const double level = std::floor(-std::log2(scale) + 1e-9);
    return static_cast<int>(limited(level, 0, pyramid.levelCount() - 1));
}

}  // namespace origami
