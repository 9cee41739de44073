// The timeline as Chrome trace events, which Perfetto, speedscope and chrome://tracing open ("Trace Event Format", the
// JSON object format): threads with their names, a complete event ("X") for each span, and an asynchronous pair
// ("b", "e") for each family from being wanted to its last tile, with the record of metrics.md as its arguments.
#pragma once

#include "core/metrics/metrics.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace origami {

struct TraceSummary {
    std::int64_t events = 0;
    std::int64_t dropped = 0;  // spans and families that had to make room for newer ones
    double seconds = 0;        // from the first event to the last
};

// The spans of all threads, and these families. Gives the file away piece by piece; takes the memory of one thread's
// spans. Stops early if `sink` returns false.
TraceSummary writeTraceEvents(std::span<const FamilyRecord> families, std::int64_t familiesDropped,
                              const std::function<bool(std::string_view)>& sink);

}  // namespace origami
