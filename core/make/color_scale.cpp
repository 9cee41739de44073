#include "core/make/color_scale.h"

#include "core/image/rgb32.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace origami {
namespace {

constexpr std::array<std::uint32_t, 9> kSequential{0xFF440154, 0xFF472D7B, 0xFF3B528B, 0xFF2C728E, 0xFF21918C,
                                                   0xFF28AE80, 0xFF5EC962, 0xFFADDC30, 0xFFFDE725};
constexpr std::array<std::uint32_t, 5> kDiverging{0xFF003F7F, 0xFF5AA0D6, 0xFFF4F4F4, 0xFFEB9458, 0xFF8C2D04};

// `share` of the way along the colours.
std::uint32_t along(std::span<const std::uint32_t> colors, double share) noexcept {
    const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(colors.size() - 1);
    const auto index = std::min(static_cast<std::size_t>(place), colors.size() - 2);
    const double rest = place - static_cast<double>(index);
    const auto mix = [rest](std::uint8_t from, std::uint8_t to) {
        return static_cast<unsigned>(std::lround(from + (to - from) * rest));
    };
    const std::uint32_t a = colors[index];
    const std::uint32_t b = colors[index + 1];
    return rgb32(mix(red(a), red(b)), mix(green(a), green(b)), mix(blue(a), blue(b)));
}

}  // namespace

std::uint32_t sequentialColor(double share) noexcept {
    return along(kSequential, share);
}

std::uint32_t divergingColor(double share) noexcept {
    return along(kDiverging, (share + 1) / 2);
}

}  // namespace origami
