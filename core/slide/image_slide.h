// A plain image as a slide. It is decoded whole when it is opened; coarser levels are derived from it.
#pragma once

#include "core/slide/slide.h"

namespace origami {

// Opens a PNG, JPEG or TIFF of at most 2^28 pixels; Unsupported if there are more. The first bytes, for which
// looksLikeImage is true, tell which it is. Blocks.
Result<std::shared_ptr<const Slide>> openImage(const std::filesystem::path& path, ByteSpan firstBytes);

// Whether a file that begins with these bytes is an image that openImage reads.
bool looksLikeImage(ByteSpan firstBytes);

}  // namespace origami
