// Typed values from the properties that slide files carry as text.
#pragma once

#include "core/slide/slide.h"

#include <optional>
#include <string_view>

namespace origami {

// The positive finite number that the text is, with a decimal point whatever the locale; nothing if it is something
// else.
std::optional<double> positiveNumber(std::string_view text);

// Sets microns per pixel and objective power from the properties "openslide.mpp-x", "openslide.mpp-y" and
// "openslide.objective-power", as far as these are believable.
void takeScale(SlideInfo& info);

}  // namespace origami
