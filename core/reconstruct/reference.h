// The kernels of kernels.h and bicubic.h as plain loops: what they mean, and what the tests hold the vector code
// against.
#pragma once

#include "core/image/plane.h"
#include "core/image/rgb32.h"

namespace origami::reference {

void up2(PlaneView from, MutablePlaneView to, int x = 0, int y = 0);
void up4(PlaneView from, MutablePlaneView to, int x = 0, int y = 0);
void up4Bicubic(PlaneView from, MutablePlaneView to, int x = 0, int y = 0);
void addResidual(PlaneView residual, MutablePlaneView samples);
void halve(PlaneView from, MutablePlaneView to);
void up2AddResidual(PlaneView from, PlaneView residual, MutablePlaneView to, int x = 0, int y = 0);
void convertToRgb32Up2(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x = 0, int y = 0);

}  // namespace origami::reference
