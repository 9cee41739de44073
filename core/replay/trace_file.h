// Writes what the threads did of late (metrics/timeline.h) into a file of trace events.
#pragma once

#include "core/base/result.h"
#include "core/metrics/trace_events.h"

#include <filesystem>
#include <span>

namespace origami {

// With these families. Replaces the file if it exists, once the new one is complete. Blocks on the disk, and no
// recording thread for longer than its spans take to be copied.
Result<TraceSummary> writeTraceFile(const std::filesystem::path& path, std::span<const FamilyRecord> families,
                                    std::int64_t familiesDropped = 0);

// Makes room for a long trace, before anything is recorded, and says whether the file can be written: InvalidArgument,
// NotFound or Io as for any file. Blocks.
Result<void> prepareTrace(const std::filesystem::path& path);

}  // namespace origami
