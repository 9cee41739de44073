// Points, sizes and rectangles, typed by the frame they are measured in, so that a window point cannot
// be passed where a slide point is meant. The origin is the top left corner everywhere, y grows down,
// and pixel (0, 0) covers [0, 1) x [0, 1).
#pragma once

#include <algorithm>
#include <cstdint>

namespace origami {

struct Level0Frame {};  // pixels of the slide's full resolution
struct LevelFrame {};   // pixels of one pyramid level
struct WindowFrame {};  // physical (device) pixels of the view

template <class T, class Frame>
struct Point {
    T x{};
    T y{};
    bool operator==(const Point&) const = default;
};

template <class T, class Frame>
struct Size {
    T width{};
    T height{};
    [[nodiscard]] constexpr bool isEmpty() const noexcept { return !(width > T{} && height > T{}); }
    bool operator==(const Size&) const = default;
};

// Half open: covers [x, x + width) x [y, y + height).
template <class T, class Frame>
struct Rect {
    T x{};
    T y{};
    T width{};
    T height{};

    [[nodiscard]] constexpr T right() const noexcept { return x + width; }
    [[nodiscard]] constexpr T bottom() const noexcept { return y + height; }
    [[nodiscard]] constexpr bool isEmpty() const noexcept { return !(width > T{} && height > T{}); }
    [[nodiscard]] constexpr Rect intersected(const Rect& other) const noexcept {
        const T left = std::max(x, other.x);
        const T top = std::max(y, other.y);
        const T w = std::min(right(), other.right()) - left;
        const T h = std::min(bottom(), other.bottom()) - top;
        return w > T{} && h > T{} ? Rect{left, top, w, h} : Rect{left, top, T{}, T{}};
    }
    [[nodiscard]] constexpr bool intersects(const Rect& other) const noexcept { return !intersected(other).isEmpty(); }
    bool operator==(const Rect&) const = default;
};

using Level0Point = Point<double, Level0Frame>;
using Level0Rect = Rect<double, Level0Frame>;
using LevelSize = Size<std::int64_t, LevelFrame>;
using LevelRect = Rect<std::int64_t, LevelFrame>;
using WindowPoint = Point<double, WindowFrame>;
using WindowSize = Size<double, WindowFrame>;
using WindowRect = Rect<double, WindowFrame>;

[[nodiscard]] constexpr std::int64_t ceilDiv(std::int64_t value, std::int64_t divisor) noexcept {
    return (value + divisor - 1) / divisor;
}

}  // namespace origami
