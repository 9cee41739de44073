// Comparing pictures in tests.
#pragma once

#include "core/image/plane.h"
#include "core/image/rgb32.h"

#include <algorithm>

namespace origami::test {

// Whether both have the same size and samples.
template <class View>
bool areEqualViews(const View& a, const View& b) {
    if (a.width != b.width || a.height != b.height) {
        return false;
    }
    for (int y = 0; y < a.height; ++y) {
        if (!std::equal(a.row(y), a.row(y) + a.width, b.row(y))) {
            return false;
        }
    }
    return true;
}
inline bool areEqual(PlaneView a, PlaneView b) {
    return areEqualViews(a, b);
}
inline bool areEqual(Rgb32View a, Rgb32View b) {
    return areEqualViews(a, b);
}

}  // namespace origami::test
