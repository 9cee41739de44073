// The prediction of version 5 (formats.md, section 4): level 0 from level 2 in one bicubic step, plane by plane.
// Integer throughout, so that every machine gives the same samples: vector code for the processor at hand (Google
// Highway, chosen at run time), bit for bit what reference.h says.
//
// Catmull-Rom with half-pixel centres: output sample 4i + k lies at source position i + (k - 1.5) / 4. Samples beyond
// the source's edge repeat the edge. As in kernels.h, `to` may be a part of the enlargement, whose first sample is
// sample (x, y) of the whole.
#pragma once

#include "core/image/plane.h"

namespace origami {

void up4Bicubic(PlaneView from, MutablePlaneView to, int x = 0, int y = 0);

// `samples` holds a residual and becomes clamp(up4Bicubic(from) + residual - 128, 0, 255).
void up4BicubicAddResidual(PlaneView from, MutablePlaneView samples, int x = 0, int y = 0);

}  // namespace origami
