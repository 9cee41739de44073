// Slides that OpenSlide reads, seen through our pyramid of halved levels and 256-pixel tiles.
#pragma once

#include "core/slide/slide.h"

#include <memory>
#include <string>

namespace origami {

// The scanner's vendor as OpenSlide sees it in this file; "" if OpenSlide does not know the format. An error only if
// the file cannot be read. Blocks.
Result<std::string> openSlideVendor(const std::filesystem::path& path);

// `decodesTiffTiles` as in OpenOptions. Blocks.
Result<std::shared_ptr<const Slide>> openWithOpenSlide(const std::filesystem::path& path, bool decodesTiffTiles = true);

}  // namespace origami
