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

// Faster than a hand that rests: a fiftieth of the window or of an octave a second, or under way to a target.
bool isMoving(const Viewport& view, const Motion& motion) noexcept;

// The view after so many seconds, if it goes on as it does: a pan at its speed, a zoom about the point that stays where
// it is. Never beyond the target's scale.
Viewport predicted(const Viewport& view, const Motion& motion, double seconds) noexcept;

// Seconds until a zoom leaves the ideal level; infinite without one, or where no level follows.
double secondsToNextLevel(const Pyramid& pyramid, const Viewport& view, const Motion& motion) noexcept;

// Tells the motion from the views that a window shows one after the other.
class MotionTracker {
public:
    // The view was shown at that time (ms of any clock).
    Motion moved(const Viewport& view, double ms) noexcept;

private:
    std::optional<Viewport> m_last;
    double m_lastMs = 0;
    Motion m_motion;
};

}  // namespace origami
