// Where the user looks: a rectangle of the slide shown in a window. Pure values and arithmetic.
#pragma once

#include "core/base/geometry.h"
#include "core/pyramid/pyramid.h"

namespace origami {

struct Viewport {
    Level0Point centre;  // shown in the middle of the window
    double scale = 1.0;  // physical pixels per level 0 pixel, > 0
    WindowSize size;     // physical pixels

    [[nodiscard]] Level0Rect area() const noexcept;
    [[nodiscard]] WindowPoint toWindow(Level0Point point) const noexcept;
    [[nodiscard]] Level0Point toLevel0(WindowPoint point) const noexcept;
    // The same view zoomed to `newScale` with `anchor` staying where it is in the window.
    [[nodiscard]] Viewport zoomedAbout(WindowPoint anchor, double newScale) const noexcept;
    bool operator==(const Viewport&) const = default;
};

// The whole level 0 area centred in the window with `margin` (a fraction of the window) left on every side.
Viewport fitted(LevelSize level0, WindowSize window, double margin = 0.02) noexcept;

// Scales that the view may take: from the whole slide at a quarter of the window up to 8 physical pixels per
// level 0 pixel (never less than 1:1).
struct ScaleRange {
    double min;
    double max;
};
ScaleRange scaleRange(LevelSize level0, WindowSize window) noexcept;

// The same view with scale in range and moved so that some of the slide stays in the middle of the window.
Viewport constrained(Viewport view, LevelSize level0) noexcept;

// The coarsest level that still has at least one pixel per physical pixel.
int idealLevel(const Pyramid& pyramid, double scale) noexcept;

}  // namespace origami
