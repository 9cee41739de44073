// 8-bit image planes. A Plane owns its pixels (move-only); a PlaneView looks at some of a plane's pixels.
// Rows are `stride` bytes apart, stride >= width; owned planes start at kPixelAlignment and have strides
// that are multiples of it. Samples are full-range JFIF (0..255).
#pragma once

#include "core/image/buffer_pool.h"

#include <cassert>
#include <cstddef>
#include <cstdint>

namespace origami {

template <class Sample>
struct BasicPlaneView {
    Sample* data = nullptr;
    int width = 0;
    int height = 0;
    std::ptrdiff_t stride = 0;  // bytes from one row to the next

    [[nodiscard]] Sample* row(int y) const noexcept { return data + y * stride; }
    [[nodiscard]] bool isEmpty() const noexcept { return width <= 0 || height <= 0; }
    // The given pixels of this view, which must lie inside it.
    [[nodiscard]] BasicPlaneView sub(int x, int y, int w, int h) const noexcept {
        assert(x >= 0 && y >= 0 && w >= 0 && h >= 0 && x + w <= width && y + h <= height);
        return {data + y * stride + x, w, h, stride};
    }
    operator BasicPlaneView<const Sample>() const noexcept { return {data, width, height, stride}; }
};

using PlaneView = BasicPlaneView<const std::uint8_t>;
using MutablePlaneView = BasicPlaneView<std::uint8_t>;

class Plane {
public:
    Plane() = default;
    // Uninitialised pixels, from the pool if there is one. Throws std::bad_alloc.
    Plane(int width, int height, BufferPool* pool = nullptr)
        : m_width(width), m_height(height), m_stride(alignedStride(width)) {
        const auto bytes = static_cast<std::size_t>(m_stride) * static_cast<std::size_t>(height);
        m_buffer = pool != nullptr ? pool->acquire(bytes) : PixelBuffer(bytes);
    }

    [[nodiscard]] int width() const noexcept { return m_width; }
    [[nodiscard]] int height() const noexcept { return m_height; }
    [[nodiscard]] MutablePlaneView view() noexcept { return {m_buffer.data(), m_width, m_height, m_stride}; }
    [[nodiscard]] PlaneView view() const noexcept { return {m_buffer.data(), m_width, m_height, m_stride}; }

private:
    static std::ptrdiff_t alignedStride(int width) noexcept {
        constexpr auto kAlign = static_cast<std::ptrdiff_t>(kPixelAlignment);
        return (width + kAlign - 1) / kAlign * kAlign;
    }
    int m_width = 0;
    int m_height = 0;
    std::ptrdiff_t m_stride = 0;
    PixelBuffer m_buffer;
};

void fill(MutablePlaneView plane, std::uint8_t value) noexcept;
void copy(PlaneView from, MutablePlaneView to) noexcept;  // same width and height

// Three planes of JFIF YCbCr (ITU-R BT.601, full range; JFIF 1.02), each of full size (4:4:4).
struct YCbCrImage {
    Plane y;
    Plane cb;
    Plane cr;

    YCbCrImage() = default;
    YCbCrImage(int width, int height, BufferPool* pool = nullptr)
        : y(width, height, pool), cb(width, height, pool), cr(width, height, pool) {}
    [[nodiscard]] int width() const noexcept { return y.width(); }
    [[nodiscard]] int height() const noexcept { return y.height(); }
};

}  // namespace origami
