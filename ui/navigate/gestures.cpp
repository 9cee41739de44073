#include "ui/navigate/gestures.h"

#include <algorithm>
#include <cmath>

namespace origami {
namespace {

constexpr double kAnglePerNotch = 120;
constexpr double kMovePerNotch = 100;  // item units
constexpr double kAnglePerDoubling = 240;
constexpr double kDistancePerDoubling = 150;  // item units

WindowPoint halfway(WindowPoint a, WindowPoint b) {
    return {(a.x + b.x) / 2, (a.y + b.y) / 2};
}

}  // namespace

ScrollAction actionOf(const Scroll& scroll, bool wheelMoves) noexcept {
    using Kind = ScrollAction::Kind;
    const bool isTrackpad = scroll.hasPhase && (scroll.distanceX != 0 || scroll.distanceY != 0);
    if (isTrackpad) {
        return scroll.control ? ScrollAction{.kind = Kind::ZoomAtOnce,
                                             .factor = std::exp2(scroll.distanceY / kDistancePerDoubling)}
                              : ScrollAction{.kind = Kind::Move, .x = scroll.distanceX, .y = scroll.distanceY};
    }
    if (wheelMoves && !scroll.control) {
        constexpr double kMovePerAngle = kMovePerNotch / kAnglePerNotch;
        return {.kind = Kind::Move,
                .x = (scroll.shift ? scroll.angleY : scroll.angleX) * kMovePerAngle,
                .y = (scroll.shift ? scroll.angleX : scroll.angleY) * kMovePerAngle};
    }
    const double turn = scroll.angleY != 0 ? scroll.angleY : scroll.angleX;
    if (turn == 0) {
        return {};
    }
    return {.kind = Kind::Zoom, .factor = std::exp2(turn / kAnglePerDoubling)};
}

void followTouch(Navigator& navigator, std::span<const TouchPoint> fingers, Navigator::Time now) {
    if (fingers.size() >= 2) {
        navigator.cancelDrag();
        const double distance = std::hypot(fingers[1].now.x - fingers[0].now.x, fingers[1].now.y - fingers[0].now.y);
        navigator.pinch(halfway(fingers[0].before, fingers[1].before), halfway(fingers[0].now, fingers[1].now),
                        std::max(distance, navigator.pixelRatio()), now);
        return;
    }
    navigator.endPinch();
    if (fingers.empty()) {
        navigator.endDrag(now);
    } else if (navigator.isDragging()) {
        navigator.continueDrag(fingers[0].now, now);
    } else {
        navigator.beginDrag(fingers[0].now, now);
    }
}

}  // namespace origami
