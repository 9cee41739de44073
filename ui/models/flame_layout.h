// Lays out for a chart what each thread did at which time: a row for each thread, time from left to right. Pure.
#pragma once

#include "core/metrics/metrics.h"

#include <cstdint>
#include <span>
#include <vector>

namespace origami {

struct FlameBar {
    int row = 0;
    double startMs = 0;
    double endMs = 0;
    double ms = 0;
    Stage stage = Stage::Read;
};

struct FlameLayout {
    std::vector<std::uint16_t> threads;  // of each row, in the order in which they began
    std::vector<FlameBar> bars;
    std::vector<double> cutsMs;  // where idle time is left out
    double shownMs = 0;          // length of the chart
};

// Idle time that is longer than this is shortened to this length. A family that is made in parts waits between them,
// and its upload waits for a frame.
inline constexpr double kShownIdleMs = 0.25;

[[nodiscard]] FlameLayout flameLayout(std::span<const StageSpan> spans);

}  // namespace origami
