// ORIGAMI TIFFs: level 2 and coarser as an ordinary pyramid, the residuals of level 0 in a SubIFD (formats.md, section
// 4).
#pragma once

#include "core/slide/slide.h"
#include "core/storage/file.h"

#include <memory>

namespace origami {

// Whether the file is a TIFF with the description that makes it an ORIGAMI TIFF. An error only if the file cannot be
// read. Reads little. Blocks.
Result<bool> isOrigamiTiff(const RandomAccessFile& file);

// Opens an ORIGAMI TIFF. Every stream is compared with its checksum when it is read, so that a tile whose bytes were
// changed becomes a problem (Corrupt) instead of wrong pixels. A family takes one read if its streams lie together.
// Blocks.
Result<std::shared_ptr<const Slide>> openOrigamiTiff(const std::filesystem::path& path);

}  // namespace origami
