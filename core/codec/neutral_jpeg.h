// Tells from a JPEG's bytes alone that all of its samples are 128: the residual of a tile that was predicted perfectly,
// glass mostly. Microseconds, where decoding takes a hundred times as long.
#pragma once

#include "core/base/bytes.h"

namespace origami {

// True if `stream` is a whole baseline gray JPEG (ITU-T T.81) of exactly width x height pixels whose every coefficient
// is zero. False if it is not, or is written in a way that this does not look into (restart intervals, several scans).
bool isNeutralGray(ByteSpan stream, int width, int height);

}  // namespace origami
