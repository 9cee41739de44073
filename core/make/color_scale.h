// Colours that stand for numbers. Lightness alone tells them apart, so they read the same with any colour vision and
// without colour.
#pragma once

#include <cstdint>

namespace origami {

// `share` is 0..1 (what lies outside counts as the nearer end): from dark violet over green to light yellow, the colour
// map "viridis" of matplotlib (CC0) at nine places, straight between them. 0xffRRGGBB, as in Rgb32Image.
[[nodiscard]] std::uint32_t sequentialColor(double share) noexcept;

// `share` is -1..1: blue below, nearly white at 0, vermilion above; as dark on both sides.
[[nodiscard]] std::uint32_t divergingColor(double share) noexcept;

}  // namespace origami
