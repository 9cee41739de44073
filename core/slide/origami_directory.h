// ORIGAMI directories: a Deep Zoom pyramid from level 2 up, and residuals for levels 1 and 0 (formats.md, sections 1
// and 2).
#pragma once

#include "core/slide/slide.h"

namespace origami {

inline constexpr const char* kOrigamiDescription = "baseline_pyramid.dzi";

// True for a folder with an ORIGAMI description in it.
bool isOrigamiDirectory(const std::filesystem::path& folder);

// Whether a folder that is an ORIGAMI directory has residuals of its own, or stands for an ordinary Deep Zoom.
bool hasResiduals(const std::filesystem::path& folder);

// Residuals come from the bundle, else from packs, else from loose files, whichever is there first. A pack or residual
// folder named in `options` must exist; relative names are looked up in the slide's folder first, then in the
// working directory.
Result<std::shared_ptr<const Slide>> openOrigamiDirectory(const std::filesystem::path& folder,
                                                          const OpenOptions& options);

}  // namespace origami
