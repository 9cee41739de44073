// ORIGAMI directories: a Deep Zoom pyramid from level 2 up, and residuals for levels 1 and 0 (formats.md, sections 1
// and 2).
#pragma once

#include "core/slide/slide.h"

namespace origami {

inline constexpr const char* kOrigamiDescription = "baseline_pyramid.dzi";

// Whether this is a folder with an ORIGAMI description in it. An error only if the file system cannot tell. Blocks.
Result<bool> isOrigamiDirectory(const std::filesystem::path& folder);

// Whether a folder that is an ORIGAMI directory has residuals of its own; otherwise it is an ordinary Deep Zoom. An
// error only if the folder cannot be read. Blocks.
Result<bool> hasResiduals(const std::filesystem::path& folder);

// Residuals come from the bundle if there is one, otherwise from packs, otherwise from loose files. A folder of packs
// or residuals that is named in `options` must exist; relative names are looked up in the slide's folder first, then in
// the working directory. Blocks.
Result<std::shared_ptr<const Slide>> openOrigamiDirectory(const std::filesystem::path& folder,
                                                          const OpenOptions& options);

}  // namespace origami
