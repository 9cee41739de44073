// Where a canvas that shows two view modes is divided, and what each side of the divider sees. Pure arithmetic.
#pragma once

#include "core/view/viewport.h"

namespace origami {

inline constexpr double kMinSplit = 0.05;  // the least fraction of the width for each side
inline constexpr double kMaxSplit = 1 - kMinSplit;

struct ViewSplit {
    double at = 0;   // a whole number of physical pixels from the left edge of the canvas
    Viewport left;   // the same places of the slide as in the undivided view
    Viewport right;  // its left edge is at `at`
};

// `position` is a fraction of the width, kept between kMinSplit and kMaxSplit.
[[nodiscard]] ViewSplit splitView(const Viewport& view, double position) noexcept;

}  // namespace origami
