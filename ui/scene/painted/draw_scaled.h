// A picture drawn into another at any scale and place, as a graphics card does it: bilinear. Several pixels at once
// (Google Highway, chosen at run time), with the results of the plain functions here.
#pragma once

#include "ui/scene/surrounded_picture.h"

#include <cstdint>

namespace origami {

// Where a target's pixels lie in a source: the centre of target pixel (i, j) at (x + i * step, y + j * step), in pixels
// of the source, whose centres are at whole numbers.
struct Sampling {
    double x = 0;
    double y = 0;
    double step = 1;  // > 0

    // The same, seen from that target pixel.
    [[nodiscard]] constexpr Sampling from(int column, int row) const noexcept {
        return {x + column * step, y + row * step, step};
    }
    bool operator==(const Sampling&) const = default;
};

constexpr unsigned kWholeWeight = 256;

// A pixel between two, each channel by itself (alpha, too): rounded, `weight` of the second in 256ths.
constexpr std::uint32_t between(std::uint32_t first, std::uint32_t second, unsigned weight) noexcept {
    constexpr std::uint32_t kEven = 0x00FF00FF;
    constexpr std::uint32_t kHalf = 0x00800080;
    const std::uint32_t even = (first & kEven) * (kWholeWeight - weight) + (second & kEven) * weight + kHalf;
    const std::uint32_t odd =
        ((first >> 8U) & kEven) * (kWholeWeight - weight) + ((second >> 8U) & kEven) * weight + kHalf;
    return ((even >> 8U) & kEven) | (odd & ~kEven);
}

// Target pixels are between the four source pixels around their centre, of the picture or the nearest ones around it
// (beyond their centres: between those that there are): rows first, both with weights of 8 bits. With `opacity` less
// than 1 they are between what the target shows and that. Throws std::bad_alloc.
void drawScaled(const SurroundedPicture& from, const Sampling& sampling, MutableRgb32View to, double opacity = 1);

}  // namespace origami
