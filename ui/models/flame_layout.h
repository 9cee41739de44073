// Which thread did what when, laid out for a chart: a row for each thread, time from left to right. Pure.
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
    std::vector<std::uint16_t> threads;  // by row, in the order in which they began
    std::vector<FlameBar> bars;
    std::vector<double> cutsMs;  // where time in which nothing was done is left out
    double shownMs = 0;          // length of the chart
};

// Stretches without work longer than this (a family that is made in parts waits between them, its upload for a frame)
// are cut out but for that much.
inline constexpr double kShownIdleMs = 0.25;

[[nodiscard]] FlameLayout flameLayout(std::span<const StageSpan> spans);

}  // namespace origami
