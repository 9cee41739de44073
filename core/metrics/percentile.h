// Percentiles of measured values.
#pragma once

#include <vector>

namespace origami {

// The smallest value that at least this part (0 to 1) of the values does not exceed (nearest rank); 0 of none. Reorders
// `values`.
double percentile(std::vector<double>& values, double part);

}  // namespace origami
