// The kernels of kernels.h and bicubic.h as plain loops: what they mean, and what the tests hold the vector code
// against.
#pragma once

#include "core/image/plane.h"

namespace origami::reference {

void up2(PlaneView from, MutablePlaneView to, int x = 0, int y = 0);
void up4(PlaneView from, MutablePlaneView to, int x = 0, int y = 0);
void up4Bicubic(PlaneView from, MutablePlaneView to, int x = 0, int y = 0);
void addResidual(PlaneView residual, MutablePlaneView samples);

}  // namespace origami::reference
