// Makes the slide that "Open demo slide" shows.
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace origami {

// The path of the demo slide, in the user's cache folder. The first call makes the slide and blocks for seconds; later
// calls block for a moment.
Result<std::filesystem::path> ensureDemoSlide();

}  // namespace origami
