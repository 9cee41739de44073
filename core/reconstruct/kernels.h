// The arithmetic of reconstruction on whole planes (formats.md, section 1): interpolation, residual addition, colour,
// averaging. Integer throughout, so that every machine gives the same samples: vector code for the processor at hand
// (Google Highway, chosen at run time), bit for bit what reference.h says.
//
// An enlargement may be asked for in part: `to` is then the part whose first sample is sample (x, y) of the whole
// enlargement, which it must not leave. Samples beyond the source's edge repeat the edge.
#pragma once

#include "core/image/plane.h"
#include "core/image/rgb32.h"

namespace origami {

// 2x bilinear interpolation with half-pixel centres:
//   (9 a + 3 b + 3 c + d + 8) >> 4, a the nearest source sample, d the diagonal one.
void up2(PlaneView from, MutablePlaneView to, int x = 0, int y = 0);

// clamp(up2(from) + residual - 128, 0, 255). `residual` is as large as `to`, and may be `to`.
void up2AddResidual(PlaneView from, PlaneView residual, MutablePlaneView to, int x = 0, int y = 0);

// 4x bilinear interpolation in one step, half-pixel centres, weights of 1/8: ( ... + 32) >> 6.
void up4(PlaneView from, MutablePlaneView to, int x = 0, int y = 0);

// samples = clamp(samples + residual - 128, 0, 255), in place; same sizes.
void addResidual(PlaneView residual, MutablePlaneView samples);

// The colours of YCbCr samples (core/image/color.h); same sizes. The chroma planes of the second are half as fine as
// the luma: they are enlarged by up2 on the way, row by row.
void convertToRgb32(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out);
void convertToRgb32Up2(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x = 0, int y = 0);

// out = clamp(original - prediction + 128, 0, 255); same sizes. The encoder's side of addResidual.
void subtractPrediction(PlaneView original, PlaneView prediction, MutablePlaneView out);

// Box average of 2 x 2 samples, (sum + 2) >> 2; a last odd row or column is averaged with itself.
// `to` has ceil(w / 2) x ceil(h / 2) samples.
void halve(PlaneView from, MutablePlaneView to);

}  // namespace origami
