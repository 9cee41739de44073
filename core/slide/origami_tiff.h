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

// Every stream is held against its checksum when it is read: a tile whose bytes were changed has a problem (Corrupt)
// instead of wrong pixels. A family is one positioned read where its streams lie together.
Result<std::shared_ptr<const Slide>> openOrigamiTiff(const std::filesystem::path& path);

}  // namespace origami
