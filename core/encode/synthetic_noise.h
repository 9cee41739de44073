// The numbers that a synthetic slide is made of: hashes, gradient noise, directions. Private to encode/. Integers and
// IEEE single and double precision with + - * / and sqrt only, compiled without contraction: bit for bit the same
// everywhere.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

namespace origami::synthetic {

struct Vector {
    float x = 0;
    float y = 0;
};

[[nodiscard]] constexpr std::uint32_t mix(std::uint32_t h) noexcept {
    h ^= h >> 16U;
    h *= 0x7FEB352DU;
    h ^= h >> 15U;
    h *= 0x846CA68BU;
    h ^= h >> 16U;
    return h;
}

[[nodiscard]] constexpr std::uint32_t hash(std::uint32_t seed, std::int32_t x, std::int32_t y) noexcept {
    return mix(seed ^ (static_cast<std::uint32_t>(x) * 0x9E3779B1U) ^ (static_cast<std::uint32_t>(y) * 0x85EBCA77U));
}

// The next number of a sequence of random words.
class Random {
public:
    explicit constexpr Random(std::uint32_t state) noexcept : m_state(state) {}
    constexpr std::uint32_t next() noexcept {
        m_state += 0x9E3779B9U;
        return mix(m_state);
    }
    // In [0, 1), a multiple of 2^-16.
    constexpr float unit() noexcept { return static_cast<float>(next() >> 16U) * (1.0F / 65536.0F); }
    constexpr float between(float low, float high) noexcept { return low + (high - low) * unit(); }

private:
    std::uint32_t m_state;
};

// Gradient noise on an integer lattice: roughly -1 .. 1, mean 0, smooth. Most of its cost is the hashing of the
// gradients at the corners of a cell, so it remembers those of the last cell that it was asked for: keep one for each
// noise in a loop over neighbouring pixels.
class Noise {
public:
    explicit constexpr Noise(std::uint32_t seed) noexcept : m_seed(seed) {}

    // At pixel (x, y), x and y >= 0, with features about `wavelength` pixels in size.
    [[nodiscard]] float atPixel(std::int32_t x, std::int32_t y, std::int32_t wavelength) noexcept {
        const std::int32_t cx = x / wavelength;
        const std::int32_t cy = y / wavelength;
        const float scale = 1.0F / static_cast<float>(wavelength);
        return inCell(cx, cy, static_cast<float>(x - cx * wavelength) * scale,
                      static_cast<float>(y - cy * wavelength) * scale);
    }

    // At a point in units of the wavelength; |x| and |y| below 2^30.
    [[nodiscard]] float atPoint(double x, double y) noexcept {
        auto cx = static_cast<std::int32_t>(x);
        auto cy = static_cast<std::int32_t>(y);
        cx -= x < cx ? 1 : 0;
        cy -= y < cy ? 1 : 0;
        return inCell(cx, cy, static_cast<float>(x - cx), static_cast<float>(y - cy));
    }

private:
    [[nodiscard]] Vector gradientAt(std::int32_t x, std::int32_t y) const noexcept {
        const std::uint32_t h = hash(m_seed, x, y);
        return {static_cast<float>(static_cast<std::int32_t>(h & 0xFFFFU) - 32768),
                static_cast<float>(static_cast<std::int32_t>(h >> 16U) - 32768)};
    }
    void enter(std::int32_t cx, std::int32_t cy) noexcept {
        m_cx = cx;
        m_cy = cy;
        m_gradients = {gradientAt(cx, cy), gradientAt(cx + 1, cy), gradientAt(cx, cy + 1), gradientAt(cx + 1, cy + 1)};
    }
    [[nodiscard]] float inCell(std::int32_t cx, std::int32_t cy, float fx, float fy) noexcept {
        if (cx != m_cx || cy != m_cy) {
            enter(cx, cy);
        }
        const auto corner = [](const Vector& gradient, float dx, float dy) {
            return gradient.x * dx + gradient.y * dy;
        };
        const float sx = fx * fx * (3.0F - 2.0F * fx);
        const float sy = fy * fy * (3.0F - 2.0F * fy);
        const float a = corner(m_gradients[0], fx, fy);
        const float b = corner(m_gradients[1], fx - 1.0F, fy);
        const float c = corner(m_gradients[2], fx, fy - 1.0F);
        const float d = corner(m_gradients[3], fx - 1.0F, fy - 1.0F);
        const float top = a + (b - a) * sx;
        const float bottom = c + (d - c) * sx;
        return (top + (bottom - top) * sy) * (1.7F / 32768.0F);
    }

    std::uint32_t m_seed;
    std::int32_t m_cx = std::numeric_limits<std::int32_t>::min();  // no cell yet
    std::int32_t m_cy = 0;
    std::array<Vector, 4> m_gradients{};
};

// A single value of such a noise.
[[nodiscard]] inline float pixelNoise(std::uint32_t seed, std::int32_t x, std::int32_t y,
                                      std::int32_t wavelength) noexcept {
    return Noise(seed).atPixel(x, y, wavelength);
}

// The direction at `turn` (1 is a full turn, any value >= 0), within 0.001 of unit length.
[[nodiscard]] inline Vector direction(float turn) noexcept {
    const auto wave = [](float t) {  // sine of t turns
        t -= static_cast<float>(static_cast<std::int32_t>(t));
        const bool negative = t >= 0.5F;
        const float h = negative ? t - 0.5F : t;      // half a turn
        const float p = 16.0F * h * (0.5F - h);       // parabola through 0, 1, 0
        const float s = 0.775F * p + 0.225F * p * p;  // sharpened towards the sine
        return negative ? -s : s;
    };
    return {wave(turn + 0.25F), wave(turn)};
}

[[nodiscard]] constexpr float clamp01(float v) noexcept {
    return v < 0.0F ? 0.0F : (v > 1.0F ? 1.0F : v);
}
// 0 below `low`, 1 above `high`, smooth between.
[[nodiscard]] constexpr float ramp(float low, float high, float v) noexcept {
    const float t = clamp01((v - low) / (high - low));
    return t * t * (3.0F - 2.0F * t);
}

}  // namespace origami::synthetic
