#include "core/view/motion.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace origami {
namespace {

constexpr double kRest = 0.02;        // of a window's width, or octaves, a second
constexpr double kForgottenMs = 150;  // a view that has stood so long stood still
constexpr double kMaxOctaves = 16;    // that a prediction may zoom
constexpr double kJump = 0.5;         // of a window, or octaves, between two views: nobody moves like that
constexpr double kNewest = 0.5;       // weight of the newest step; hands and clocks are not steady
constexpr double kTurnCosine = 0.7;   // of the angle, 45 degrees, from which on a step is a turn

bool isJump(const Viewport& from, const Viewport& to) noexcept {
    return from.size != to.size || std::abs(to.centre.x - from.centre.x) * to.scale > kJump * to.size.width ||
           std::abs(to.centre.y - from.centre.y) * to.scale > kJump * to.size.height ||
           std::abs(std::log2(to.scale / from.scale)) > kJump;
}

// What was before says nothing any more about where it goes.
bool isTurn(Level0Point before, Level0Point now) noexcept {
    return before.x * now.x + before.y * now.y <
           kTurnCosine * std::hypot(before.x, before.y) * std::hypot(now.x, now.y);
}

}  // namespace

bool isMoving(const Viewport& view, const Motion& motion) noexcept {
    const double speed = std::hypot(motion.velocity.x, motion.velocity.y) * view.scale;
    return motion.target || speed > kRest * view.size.width || std::abs(motion.zoom) > kRest;
}

// With a zoom of z octaves a second about a point at distance d from the centre, the centre moves at d ln 2 z, and d
// shrinks as 2^-zt: after t it has moved by d (1 - 2^-zt).
Viewport predicted(const Viewport& view, const Motion& motion, double seconds) noexcept {
    double octaves = std::clamp(motion.zoom * seconds, -kMaxOctaves, kMaxOctaves);
    if (motion.target) {
        const double left = std::log2(motion.target->scale / view.scale);
        if (std::abs(octaves) >= std::abs(left) && octaves * left > 0) {
            return *motion.target;
        }
    }
    if (!std::isfinite(octaves)) {
        octaves = 0;
    }
    const double rate = std::numbers::ln2 * motion.zoom;
    const double effective = std::abs(rate * seconds) > 1e-6 ? (1 - std::exp2(-octaves)) / rate : seconds;
    Viewport ahead = view;
    ahead.centre.x += motion.velocity.x * effective;
    ahead.centre.y += motion.velocity.y * effective;
    ahead.scale *= std::exp2(octaves);
    return ahead;
}

double secondsToNextLevel(const Pyramid& pyramid, const Viewport& view, const Motion& motion) noexcept {
    const int ideal = idealLevel(pyramid, view.scale);
    const bool inward = motion.zoom > 0;
    if (std::abs(motion.zoom) <= kRest || (inward ? ideal == 0 : ideal + 1 >= pyramid.levelCount())) {
        return std::numeric_limits<double>::infinity();
    }
    // Level k is ideal for scales of 2^-(k + 1), not included, to 2^-k.
    const double above = -ideal - std::log2(view.scale);
    const double octaves = inward ? above : 1 - above;
    return std::max(octaves, 0.0) / std::abs(motion.zoom);
}

Motion MotionTracker::moved(const Viewport& view, double ms) noexcept {
    const double seconds = (ms - m_lastMs) / 1000;
    if (!m_last || isJump(*m_last, view) || ms - m_lastMs > kForgottenMs) {
        m_motion = {};
    } else if (seconds > 0) {
        const Motion step{
            .velocity = {(view.centre.x - m_last->centre.x) / seconds, (view.centre.y - m_last->centre.y) / seconds},
            .zoom = std::log2(view.scale / m_last->scale) / seconds,
            .target = {}};
        const auto mixed = [](double before, double now) {
            return before == 0 ? now : std::lerp(before, now, kNewest);
        };
        if (view == *m_last) {
            m_motion = {};
        } else {
            m_motion.zoom = mixed(m_motion.zoom, step.zoom);
            m_motion.velocity = isTurn(m_motion.velocity, step.velocity)
                                    ? step.velocity
                                    : Level0Point{mixed(m_motion.velocity.x, step.velocity.x),
                                                  mixed(m_motion.velocity.y, step.velocity.y)};
        }
    }
    m_last = view;
    m_lastMs = ms;
    return m_motion;
}

}  // namespace origami
