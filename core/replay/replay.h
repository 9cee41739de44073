// What replays of a recorded session (cli.md, "Traces") with and without a window share: the trace, and the report.
#pragma once

#include "core/base/result.h"
#include "core/metrics/metrics.h"
#include "core/view/frame_quality.h"
#include "core/view/view_trace.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace origami {

// Blocks on the disk.
Result<ViewTrace> readViewTrace(const std::filesystem::path& path);
// InvalidArgument if the trace at that path was made for a slide of another size.
Result<void> checkSlideOfTrace(const ViewTrace& trace, const std::filesystem::path& path,
                               const std::filesystem::path& slide, LevelSize size);

struct ReplayReport {
    ReplayScore score;
    std::optional<double> settleMs;    // from the first frame after the last motion to the first ideal one
    std::vector<double> viewChangeMs;  // that the caller's thread spends in the engine
    int framesMissed = 0;
    std::int64_t peakRssBytes = 0;
    std::size_t peakCacheBytes = 0;
    MetricsSnapshot before;
    MetricsSnapshot after;

    // Keeps what is larger than before.
    void sample(const MetricsSnapshot& metrics);
};

// Percentiles {p50, p95, max}; null of no values.
nlohmann::ordered_json spread(std::vector<double> values);

nlohmann::ordered_json toJson(const ReplayReport& report, const ViewTrace& trace, const std::filesystem::path& slide);

}  // namespace origami
