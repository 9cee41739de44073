// Where a window that shows a slide in two modes is divided, and what each side of the divider sees. Pure arithmetic.
#pragma once

#include "core/view/viewport.h"

namespace origami {

inline constexpr double kMinSplit = 0.05;  // of the window's width, that each side keeps
inline constexpr double kMaxSplit = 1 - kMinSplit;

struct ViewSplit {
    double at = 0;   // physical pixels from the window's left edge, a whole number
    Viewport left;   // the same places of the slide as in the undivided view
    Viewport right;  // whose left edge lies at `at`
};

// `position` is a fraction of the width, kept between kMinSplit and kMaxSplit.
[[nodiscard]] ViewSplit splitView(const Viewport& view, double position) noexcept;

}  // namespace origami
