// The slide behind "Open demo slide".
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace origami {

// Where the demo slide lies; made in the user's cache folder when it is first asked for. Blocks for seconds then.
Result<std::filesystem::path> ensureDemoSlide();

}  // namespace origami
