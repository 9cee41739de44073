// RGB pixels ready for the screen: one 32-bit word 0xffRRGGBB each (QImage::Format_RGB32, CAIRO_FORMAT_RGB24).
#pragma once

#include "core/image/plane.h"

#include <cstddef>
#include <cstdint>

namespace origami {

template <class Word>
struct BasicRgb32View {
    Word* data = nullptr;
    int width = 0;
    int height = 0;
    std::ptrdiff_t stride = 0;  // words, not bytes, from one row to the next

    [[nodiscard]] Word* row(int y) const noexcept { return data + y * stride; }
    [[nodiscard]] BasicRgb32View sub(int x, int y, int w, int h) const noexcept {
        assert(x >= 0 && y >= 0 && w >= 0 && h >= 0 && x + w <= width && y + h <= height);
        return {data + y * stride + x, w, h, stride};
    }
    operator BasicRgb32View<const Word>() const noexcept { return {data, width, height, stride}; }
};

using Rgb32View = BasicRgb32View<const std::uint32_t>;
using MutableRgb32View = BasicRgb32View<std::uint32_t>;

constexpr std::uint32_t rgb32(unsigned r, unsigned g, unsigned b) noexcept {
    return 0xFF000000U | (r << 16U) | (g << 8U) | b;
}
constexpr std::uint8_t red(std::uint32_t pixel) noexcept {
    return static_cast<std::uint8_t>(pixel >> 16U);
}
constexpr std::uint8_t green(std::uint32_t pixel) noexcept {
    return static_cast<std::uint8_t>(pixel >> 8U);
}
constexpr std::uint8_t blue(std::uint32_t pixel) noexcept {
    return static_cast<std::uint8_t>(pixel);
}

// Owns its pixels; move-only. Rows follow each other without gaps.
class Rgb32Image {
public:
    Rgb32Image() = default;
    // Uninitialised pixels, in memory that goes back to the pool if there is one. Throws std::bad_alloc.
    Rgb32Image(int width, int height, BufferPool* pool = nullptr) : m_width(width), m_height(height) {
        m_buffer = pool != nullptr ? pool->acquire(byteCount(), BufferPool::Use::Keep) : PixelBuffer(byteCount());
    }

    [[nodiscard]] int width() const noexcept { return m_width; }
    [[nodiscard]] int height() const noexcept { return m_height; }
    [[nodiscard]] bool isEmpty() const noexcept { return m_width <= 0 || m_height <= 0; }
    [[nodiscard]] std::size_t byteCount() const noexcept {
        return static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_height) * sizeof(std::uint32_t);
    }
    [[nodiscard]] MutableRgb32View view() noexcept {
        return {reinterpret_cast<std::uint32_t*>(m_buffer.data()), m_width, m_height, m_width};
    }
    [[nodiscard]] Rgb32View view() const noexcept {
        return {reinterpret_cast<const std::uint32_t*>(m_buffer.data()), m_width, m_height, m_width};
    }

private:
    int m_width = 0;
    int m_height = 0;
    PixelBuffer m_buffer;
};

void fill(MutableRgb32View image, std::uint32_t pixel) noexcept;
void copy(Rgb32View from, MutableRgb32View to) noexcept;  // same width and height

// Box average of 2 x 2 pixels, rounded; a last odd row or column is averaged with itself.
// `to` has ceil(w / 2) x ceil(h / 2) pixels.
void halve(Rgb32View from, MutableRgb32View to) noexcept;
Rgb32Image halved(Rgb32View image);

// Area-weighted average: each target pixel is the mean of the source area that it covers. `to` is not larger
// than `from` in either direction; the scales need not be whole.
void shrink(Rgb32View from, MutableRgb32View to);

}  // namespace origami
