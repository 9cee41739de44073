#include "core/image/plane.h"

#include <cstring>

namespace origami {

void fill(MutablePlaneView plane, std::uint8_t value) noexcept {
    if (plane.width == 1) {
        // There a call for each row costs more than the sample.
        for (int y = 0; y < plane.height; ++y) {
            *plane.row(y) = value;
        }
        return;
    }
    for (int y = 0; y < plane.height; ++y) {
        std::memset(plane.row(y), value, static_cast<std::size_t>(plane.width));
    }
}

void copy(PlaneView from, MutablePlaneView to) noexcept {
    assert(from.width == to.width && from.height == to.height);
    for (int y = 0; y < from.height; ++y) {
        std::memcpy(to.row(y), from.row(y), static_cast<std::size_t>(from.width));
    }
}

}  // namespace origami
