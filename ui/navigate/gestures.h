// Translates events of wheels, trackpads and fingers into movements of the view. An event goes in; the action for the
// navigator comes out, or is carried out.
#pragma once

#include "ui/navigate/navigator.h"

#include <span>

namespace origami {

// One event of a wheel or of two fingers on a trackpad. Angles are in eighths of a degree: an ordinary wheel
// sends 120 per notch, a fine wheel or a trackpad less. Distances are in item units.
struct Scroll {
    double angleX = 0;
    double angleY = 0;
    double distanceX = 0;
    double distanceY = 0;
    bool hasPhase = false;  // part of a gesture with a beginning and an end, which only trackpads send
    bool control = false;   // modifier keys that are held
    bool shift = false;
};

struct ScrollAction {
    enum class Kind { None, Move, Zoom, ZoomAtOnce };
    Kind kind = Kind::None;
    double x = 0;  // Move: how far the slide moves, item units
    double y = 0;
    double factor = 1;  // Zoom and ZoomAtOnce
};

// A trackpad moves the slide and zooms while Control is held. A wheel zooms; where the user prefers that (`wheelMoves`)
// it moves the slide instead, sideways while Shift is held, and zooms while Control is held.
[[nodiscard]] ScrollAction actionOf(const Scroll& scroll, bool wheelMoves) noexcept;

// One finger on the canvas, in physical pixels: where it was in the event before (where it is if it has just come down)
// and where it is.
struct TouchPoint {
    WindowPoint before;
    WindowPoint now;
};

// All fingers that are on the canvas after an event. One finger drags the slide, two drag and zoom it.
void followTouch(Navigator& navigator, std::span<const TouchPoint> fingers, Navigator::Time now);

}  // namespace origami
