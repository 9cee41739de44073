// What people have today, as the coder that ours is measured against: a pyramid of ordinary JPEG tiles.
#pragma once

#include "core/base/result.h"
#include "core/image/rgb32.h"

#include <cstdint>

namespace origami {

struct JpegPyramidArea {
    std::int64_t bytes = 0;  // of all tiles of levels 0, 1 and 2
    Rgb32Image level0;       // as decoded
    Rgb32Image level1;
};

// Codes an area, given at level 0, as whole JPEG files of 256 x 256 pixels (less at the right and bottom edges), 4:2:0,
// optimised Huffman tables, `quality` 1..100, on three levels: levels 1 and 2 are box averages of the original. Takes
// about the time of one encoding and one decoding of the area on the calling thread. InvalidArgument if it is empty.
Result<JpegPyramidArea> codeAsJpegPyramid(Rgb32View area, int quality);

}  // namespace origami
