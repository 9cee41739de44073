// Plain TIFF images, read whole through libtiff's RGBA interface. Slides in TIFF are OpenSlide's business.
#pragma once

#include "core/base/result.h"
#include "core/image/rgb32.h"

#include <filesystem>

namespace origami {

// The first image of the file, alpha composited on white. OutOfMemory beyond maxPixels. Errors name the file. Blocks.
Result<Rgb32Image> readTiffImage(const std::filesystem::path& path, std::int64_t maxPixels);

// From now on libtiff prints nothing on stderr, whoever calls it: OpenSlide does, and reports errors itself.
void silenceTiffMessages();

}  // namespace origami
