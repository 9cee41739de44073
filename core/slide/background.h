// The colour of empty glass, estimated from what little of a slide is cheap to read.
#pragma once

#include "core/image/rgb32.h"
#include "core/slide/slide.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace origami {

// The median of the brighter half, by luma; nothing for no pixels. Reorders `pixels`.
std::optional<std::uint32_t> backgroundOf(std::vector<std::uint32_t> pixels);

// From the border of an image that shows the whole slide.
std::optional<std::uint32_t> backgroundOf(Rgb32View image);

// The same after decoding; nothing if the tile is damaged.
std::optional<std::uint32_t> backgroundOf(const EncodedTile& tile);

}  // namespace origami
