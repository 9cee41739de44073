// Estimates the colour of empty glass from the few pixels of a slide that are cheap to read. Colours are RGB32.
#pragma once

#include "core/image/rgb32.h"
#include "core/slide/slide.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace origami {

// The median of the brighter half, by luma. Nothing if there are no pixels.
std::optional<std::uint32_t> backgroundOf(std::vector<std::uint32_t> pixels);

// Looks at the border of an image that shows the whole slide.
std::optional<std::uint32_t> backgroundOf(Rgb32View image);

// The same for an encoded tile that shows the whole slide. Nothing if it is damaged.
std::optional<std::uint32_t> backgroundOf(const EncodedTile& tile);

}  // namespace origami
