#include "core/slide/properties.h"

#include <cmath>
#include <locale>
#include <sstream>
#include <string>

namespace origami {

std::optional<double> positiveNumber(std::string_view text) {
    // std::from_chars for double is missing from Apple's C++ library.
    std::istringstream stream{std::string(text)};
    stream.imbue(std::locale::classic());
    double value = 0;
    stream >> value;
    return !stream.fail() && std::isfinite(value) && value > 0 ? std::optional(value) : std::nullopt;
}

void takeScale(SlideInfo& info) {
    const auto property = [&info](const char* name) -> std::optional<double> {
        const auto found = info.properties.find(name);
        return found != info.properties.end() ? positiveNumber(found->second) : std::nullopt;
    };
    const auto believable = [](std::optional<double> value, double min, double max) {
        return value && *value >= min && *value <= max ? value : std::nullopt;
    };
    info.micronsPerPixelX = believable(property("openslide.mpp-x"), 1e-3, 1e3);
    info.micronsPerPixelY = believable(property("openslide.mpp-y"), 1e-3, 1e3);
    info.objectivePower = believable(property("openslide.objective-power"), 0.1, 1000);
}

}  // namespace origami
