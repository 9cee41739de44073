// How a view moves, and where it will be. Pure values and arithmetic.
#pragma once

#include "core/view/viewport.h"

#include <optional>

namespace origami {

struct Motion {
    Level0Point velocity{};            // of the view's centre, level 0 pixels per second
    double zoom = 0;                   // octaves per second, > 0 inward
    std::optional<Viewport> target{};  // where an animation under way ends

    bool operator==(const Motion&) const = default;
};

// Whether the view moves faster than a resting hand: by more than a fiftieth of the window or of an octave per second,
// or towards a target.
bool isMoving(const Viewport& view, const Motion& motion) noexcept;

// The view after this many seconds if it keeps moving as it does: a pan at its speed, a zoom about its fixed point. It
// never goes beyond the target's scale.
Viewport predicted(const Viewport& view, const Motion& motion, double seconds) noexcept;

// Seconds until a zoom leaves the ideal level. Infinite if there is no zoom, or no further level in its direction.
double secondsToNextLevel(const Pyramid& pyramid, const Viewport& view, const Motion& motion) noexcept;

// Derives the motion from the views that a window shows one after another.
class MotionTracker {
public:
    // Call this for each view that is shown. `ms` may be the time of any clock. Returns the motion.
    Motion moved(const Viewport& view, double ms) noexcept;

private:
    std::optional<Viewport> m_last;
    double m_lastMs = 0;
    Motion m_motion;
};

}  // namespace origami
