// Slides for tests: painted in memory, or opened from files.
#pragma once

#include "core/make/tile_maker.h"
#include "core/slide/slide.h"

#include <QtGlobal>

#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <utility>

namespace origami::test {

enum class Paint {
    Color,  // fine detail in luma, colour that changes slowly
    Gray,   // the same luma without colour
    Glass,  // nothing
};

class PaintedSlide : public Slide {
public:
    // Called before a tile is read; an error is what reading it gives.
    using Reader = std::function<Result<void>(TileId)>;

    explicit PaintedSlide(LevelSize size, Paint paint = Paint::Color, Reader beforeReading = {})
        : Slide(SlideInfo{.path = "painted slide", .id = "painted", .pyramid = *Pyramid::create(size)}),
          m_paint(paint),
          m_beforeReading(std::move(beforeReading)) {}

    [[nodiscard]] TileOrigin originOf(int level) const noexcept override {
        return level == 0 ? TileOrigin::Pixels : TileOrigin::Derived;
    }
    Result<Rgb32Image> readPixels(TileId id, const StopToken&) const override {
        if (m_beforeReading) {
            if (Result<void> allowed = m_beforeReading(id); !allowed) {
                return std::move(allowed).error();
            }
        }
        return paint(pyramid().tileRect(id));
    }
    [[nodiscard]] Rgb32Image paint(const LevelRect& rect) const {
        Rgb32Image image(static_cast<int>(rect.width), static_cast<int>(rect.height));
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                image.view().row(y)[x] = pixelAt(static_cast<double>(rect.x + x), static_cast<double>(rect.y + y));
            }
        }
        return image;
    }
    [[nodiscard]] Rgb32Image paintAll() const {
        const LevelSize size = pyramid().levelSize(0);
        return paint({0, 0, size.width, size.height});
    }

private:
    [[nodiscard]] std::uint32_t pixelAt(double x, double y) const {
        if (m_paint == Paint::Glass) {
            return rgb32(243, 241, 244);
        }
        const double luma = 128 + 28 * std::sin(x / 5.1 + y / 17) * std::sin(y / 4.3 - x / 31) +
                            24 * std::sin(x / 97) * std::cos(y / 61) + 6 * std::sin(x * 1.9) * std::sin(y * 2.3);
        const double warm = m_paint == Paint::Gray ? 0 : 20 * std::sin((x + y) / 190);
        const auto level = [](double value) { return static_cast<unsigned>(std::lround(value)); };
        return rgb32(level(luma + warm), level(luma - warm / 2), level(luma - warm));
    }

    Paint m_paint;
    Reader m_beforeReading;
};

inline std::shared_ptr<const Slide> opened(const std::filesystem::path& path) {
    Result<std::shared_ptr<const Slide>> slide = openSlide(path);
    if (!slide) {
        qFatal("%s", slide.error().message.c_str());
    }
    return *slide;
}

inline Rgb32Image wholeLevel(const Slide& slide, int level) {
    const LevelSize size = slide.pyramid().levelSize(level);
    Result<Rgb32Image> image = renderRegion(slide, {.rect = {0, 0, size.width, size.height}, .level = level}, nullptr);
    if (!image) {
        qFatal("%s", image.error().message.c_str());
    }
    return *std::move(image);
}

}  // namespace origami::test
