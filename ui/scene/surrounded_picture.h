// A picture with those around it, so that interpolation runs on across its edges.
#pragma once

#include "core/image/rgb32.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace origami {

// Row by row, the picture itself in the middle. Those around it may be missing (without pixels). Where one is, or does
// not fit to the picture's side, the picture's own edge is repeated.
struct SurroundedPicture {
    static constexpr int kSide = 3;
    static constexpr int kCount = kSide * kSide;
    static constexpr int kMiddle = kCount / 2;

    std::array<Rgb32View, kCount> pictures{};

    // A row of the picture, which has pixels, and the pixels before and behind it.
    struct Row {
        std::uint32_t before;
        const std::uint32_t* pixels;
        std::uint32_t behind;
    };

    [[nodiscard]] const Rgb32View& picture() const noexcept { return pictures[kMiddle]; }
    // From -1, of what is above, to the picture's height, of what is below.
    [[nodiscard]] Row row(int y) const noexcept;
};

// The picture within a border of one pixel. `to` is as much larger than the picture.
void copyBordered(const SurroundedPicture& from, MutableRgb32View to) noexcept;

}  // namespace origami
