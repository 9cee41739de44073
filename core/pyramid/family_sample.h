// A sample of a slide's families for measurements: spread over the slide, the same on every machine.
#pragma once

#include "core/base/geometry.h"
#include "core/pyramid/tile_id.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace origami {

// The grid of families, row after row, is cut into `count` stretches (one a family where there are fewer) whose lengths
// differ by at most one, and one family of each is taken: without a seed its middle, else one at random. In the order
// of the grid.
std::vector<FamilyId> sampleFamilies(LevelSize grid, int count, std::optional<std::uint64_t> seed = {});

}  // namespace origami
