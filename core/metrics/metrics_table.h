// The numbers of a snapshot, under the names of metrics.md, for spreadsheets and programs.
#pragma once

#include "core/metrics/metrics.h"

#include <string>

namespace origami {

// Lines of cells between separators (',' for CSV as RFC 4180 has it, '\t' for a clipboard): the names of the metrics
// and their values, an empty line, then the recent families, a line each, newest last.
std::string metricsTable(const MetricsSnapshot& snapshot, char separator);

// {"metrics": {...}, "families": [{...}]}
std::string metricsJson(const MetricsSnapshot& snapshot);

}  // namespace origami
