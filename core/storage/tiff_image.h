// Plain TIFF images, read whole through libtiff's RGBA interface.
#pragma once

#include "core/base/result.h"
#include "core/image/rgb32.h"

#include <filesystem>

namespace origami {

// Reads the image of one directory of the file (0 is the first) and composites alpha on white. Unsupported if it has
// more than maxPixels. Errors name the file. Blocks.
Result<Rgb32Image> readTiffImage(const std::filesystem::path& path, std::int64_t maxPixels, int directory = 0);

// From now on libtiff prints nothing on stderr, whoever calls it. OpenSlide calls it, too, and reports errors itself.
void silenceTiffMessages();

}  // namespace origami
