#include "core/quality/color_difference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>

namespace origami {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;

constexpr float radians(float degrees) {
    return degrees * (kPi / 180);
}

// Linear light of every sRGB sample.
std::array<float, 256> linearLight() {
    std::array<float, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const double value = static_cast<double>(i) / 255;
        table[i] = static_cast<float>(value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4));
    }
    return table;
}

// CIELAB's f: cube root, and a line near black.
float labCurve(float t) noexcept {
    constexpr float kLinearBelow = 216.0F / 24389;  // (6/29)^3
    return t > kLinearBelow ? std::cbrt(t) : t * (841.0F / 108) + 4.0F / 29;
}

// sqrt(C^7 / (C^7 + 25^7)).
float highChroma(float chroma) noexcept {
    const float squared = chroma * chroma;
    const float seventh = squared * squared * squared * chroma;
    return std::sqrt(seventh / (seventh + 6103515625.0F));
}

// A colour after the stretch of a: chroma, and hue in 0..2 pi (0 for gray).
struct Hue {
    float a;
    float b;
    float chroma;
    float angle;

    Hue(float stretchedA, float labB) noexcept
        : a(stretchedA), b(labB), chroma(std::sqrt(a * a + b * b)), angle(chroma == 0 ? 0 : std::atan2(b, a)) {
        if (angle < 0) {
            angle += 2 * kPi;
        }
    }
};

// Whether the angles differ by at most half a turn. From the vectors, as opposite hues must be told from nearly
// opposite ones.
bool isWithinHalfTurn(const Hue& x, const Hue& y) noexcept {
    const float cross = x.a * y.b - x.b * y.a;
    return y.angle >= x.angle ? cross >= 0 : cross <= 0;
}

}  // namespace

Lab toLab(std::uint32_t pixel) noexcept {
    static const std::array<float, 256> kLinear = linearLight();
    const float r = kLinear[red(pixel)];
    const float g = kLinear[green(pixel)];
    const float b = kLinear[blue(pixel)];
    const float x = labCurve((0.4124F * r + 0.3576F * g + 0.1805F * b) / 0.9505F);
    const float y = labCurve(0.2126F * r + 0.7152F * g + 0.0722F * b);
    const float z = labCurve((0.0193F * r + 0.1192F * g + 0.9505F * b) / 1.0890F);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

float ciede2000(const Lab& x, const Lab& y) noexcept {
    const float meanLabChroma = (std::sqrt(x.a * x.a + x.b * x.b) + std::sqrt(y.a * y.a + y.b * y.b)) / 2;
    const float stretch = 1.5F - 0.5F * highChroma(meanLabChroma);
    const Hue hx(stretch * x.a, x.b);
    const Hue hy(stretch * y.a, y.b);

    // Difference and mean of the hues, the short way round.
    float hueDifference = 0;
    float meanHue = hx.angle + hy.angle;
    if (hx.chroma > 0 && hy.chroma > 0) {
        hueDifference = hy.angle - hx.angle;
        meanHue /= 2;
        if (!isWithinHalfTurn(hx, hy)) {
            hueDifference += hueDifference > 0 ? -2 * kPi : 2 * kPi;
            meanHue += meanHue < kPi ? kPi : -kPi;
        }
    }
    const float lightness = y.l - x.l;
    const float chroma = hy.chroma - hx.chroma;
    const float hue = 2 * std::sqrt(hx.chroma * hy.chroma) * std::sin(hueDifference / 2);

    const float meanChroma = (hx.chroma + hy.chroma) / 2;
    const float fromMiddle = ((x.l + y.l) / 2 - 50) * ((x.l + y.l) / 2 - 50);
    const float t = 1 - 0.17F * std::cos(meanHue - radians(30)) + 0.24F * std::cos(2 * meanHue) +
                    0.32F * std::cos(3 * meanHue + radians(6)) - 0.20F * std::cos(4 * meanHue - radians(63));
    const float fromBlue = (meanHue - radians(275)) / radians(25);
    const float rotation = -std::sin(2 * radians(30) * std::exp(-fromBlue * fromBlue)) * 2 * highChroma(meanChroma);
    const float l = lightness / (1 + 0.015F * fromMiddle / std::sqrt(20 + fromMiddle));
    const float c = chroma / (1 + 0.045F * meanChroma);
    const float h = hue / (1 + 0.015F * meanChroma * t);
    return std::sqrt(std::max(0.0F, l * l + c * c + h * h + rotation * c * h));
}

void ColorDifference::add(Rgb32View a, Rgb32View b) noexcept {
    assert(a.width == b.width && a.height == b.height);
    double sum = 0;
    for (int y = 0; y < a.height; ++y) {
        const std::uint32_t* rowA = a.row(y);
        const std::uint32_t* rowB = b.row(y);
        for (int x = 0; x < a.width; ++x) {
            const float difference = rowA[x] == rowB[x] ? 0.0F : ciede2000(toLab(rowA[x]), toLab(rowB[x]));
            sum += difference;
            const long bin = std::min<long>(std::lround(difference * kBinsPerUnit), kLastBin);
            ++m_histogram[static_cast<std::size_t>(bin)];
        }
    }
    m_sum.add(sum);
    m_pixels += std::int64_t{a.width} * a.height;
}

void ColorDifference::add(const ColorDifference& other) noexcept {
    m_sum.add(other.m_sum);
    m_pixels += other.m_pixels;
    std::ranges::transform(m_histogram, other.m_histogram, m_histogram.begin(), std::plus{});
}

double ColorDifference::mean() const noexcept {
    return m_pixels == 0 ? 0.0 : m_sum.value() / static_cast<double>(m_pixels);
}

double ColorDifference::percentile(double share) const noexcept {
    const auto wanted = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(m_pixels)));
    std::int64_t passed = 0;
    for (int bin = 0; bin < kLastBin; ++bin) {
        passed += m_histogram[static_cast<std::size_t>(bin)];
        if (passed >= wanted) {
            return static_cast<double>(bin) / kBinsPerUnit;
        }
    }
    return static_cast<double>(kLastBin) / kBinsPerUnit;
}

}  // namespace origami
