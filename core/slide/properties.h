// What readers make of the properties that files carry.
#pragma once

#include "core/slide/slide.h"

#include <optional>
#include <string_view>

namespace origami {

// A positive finite number written with a decimal point, whatever the locale.
std::optional<double> positiveNumber(std::string_view text);

// Sets microns per pixel and objective power from the properties "openslide.mpp-x", "openslide.mpp-y" and
// "openslide.objective-power", where they are believable.
void takeScale(SlideInfo& info);

}  // namespace origami
