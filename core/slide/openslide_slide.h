// Slides that OpenSlide reads, seen through our pyramid of halved levels and 256-pixel tiles.
#pragma once

#include "core/slide/slide.h"

#include <memory>
#include <string>

namespace origami {

// The vendor that OpenSlide sees in this file, or "".
std::string openSlideVendor(const std::filesystem::path& path);

Result<std::shared_ptr<const Slide>> openWithOpenSlide(const std::filesystem::path& path, bool decodesTiffTiles = true);

}  // namespace origami
