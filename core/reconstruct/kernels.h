// The arithmetic of reconstruction on whole planes (formats.md, section 1): interpolation, residual addition,
// averaging. Integer throughout, so that every machine gives the same samples.
#pragma once

#include "core/image/plane.h"

namespace origami {

// 2x bilinear interpolation with half-pixel centres; samples beyond the edge repeat the edge:
//   (9 a + 3 b + 3 c + d + 8) >> 4, a the nearest source sample, d the diagonal one.
// `to` is 2w or 2w - 1 wide and 2h or 2h - 1 high (cropped at the right and bottom).
void up2(PlaneView from, MutablePlaneView to);

// 4x bilinear interpolation in one step, half-pixel centres, weights of 1/8: ( ... + 32) >> 6.
// `to` is 4w - 3 .. 4w wide and 4h - 3 .. 4h high.
void up4(PlaneView from, MutablePlaneView to);

// samples = clamp(samples + residual - 128, 0, 255), in place; same sizes.
void addResidual(PlaneView residual, MutablePlaneView samples);

// out = clamp(original - prediction + 128, 0, 255); same sizes. The encoder's side of addResidual.
void subtractPrediction(PlaneView original, PlaneView prediction, MutablePlaneView out);

// Box average of 2 x 2 samples, (sum + 2) >> 2; a last odd row or column is averaged with itself.
// `to` has ceil(w / 2) x ceil(h / 2) samples.
void halve(PlaneView from, MutablePlaneView to);

}  // namespace origami
