// A plain image as a slide: decoded whole when it is opened, coarser levels derived.
#pragma once

#include "core/slide/slide.h"

namespace origami {

// A PNG, JPEG or TIFF of at most 2^28 pixels, told apart by its first bytes (looksLikeImage).
Result<std::shared_ptr<const Slide>> openImage(const std::filesystem::path& path, ByteSpan firstBytes);

// Whether these are the first bytes of an image that openImage reads.
bool looksLikeImage(ByteSpan firstBytes);

}  // namespace origami
