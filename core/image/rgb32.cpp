#include "core/image/rgb32.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

namespace origami {
namespace {

// Two channels at a time, with room between them for their sums: what the compiler makes vector code of.
constexpr std::uint32_t average(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) noexcept {
    constexpr std::uint32_t kRedBlue = 0x00FF00FF;
    const auto greens = [](std::uint32_t pixel) { return pixel >> 8U & 0xFFU; };
    const std::uint32_t redBlue = (a & kRedBlue) + (b & kRedBlue) + (c & kRedBlue) + (d & kRedBlue) + 0x00020002;
    const std::uint32_t green = greens(a) + greens(b) + greens(c) + greens(d) + 2;
    return 0xFF000000 | (redBlue >> 2U & kRedBlue) | (green >> 2U & 0xFFU) << 8U;
}

// The source samples that one target sample covers, and how much of each.
struct Coverage {
    int first = 0;
    std::vector<float> weights;  // sum to 1
};

std::vector<Coverage> coverages(int from, int to) {
    std::vector<Coverage> result(static_cast<std::size_t>(to));
    const double scale = static_cast<double>(from) / to;
    for (int i = 0; i < to; ++i) {
        const double begin = i * scale;
        const double end = std::min<double>((i + 1) * scale, from);
        Coverage& coverage = result[static_cast<std::size_t>(i)];
        coverage.first = std::min(static_cast<int>(begin), from - 1);
        for (int s = coverage.first; s < from && s < end; ++s) {
            const double covered = std::min<double>(s + 1, end) - std::max<double>(s, begin);
            if (covered > 1e-9 || coverage.weights.empty()) {
                coverage.weights.push_back(static_cast<float>(covered / (end - begin)));
            }
        }
    }
    return result;
}

}  // namespace

void fill(MutableRgb32View image, std::uint32_t pixel) noexcept {
    for (int y = 0; y < image.height; ++y) {
        std::fill_n(image.row(y), image.width, pixel);
    }
}

void copy(Rgb32View from, MutableRgb32View to) noexcept {
    assert(from.width == to.width && from.height == to.height);
    for (int y = 0; y < from.height; ++y) {
        std::memcpy(to.row(y), from.row(y), static_cast<std::size_t>(from.width) * sizeof(std::uint32_t));
    }
}

void halve(Rgb32View from, MutableRgb32View to) noexcept {
    assert(to.width == (from.width + 1) / 2 && to.height == (from.height + 1) / 2);
    for (int y = 0; y < to.height; ++y) {
        const std::uint32_t* top = from.row(2 * y);
        const std::uint32_t* bottom = from.row(std::min(2 * y + 1, from.height - 1));
        std::uint32_t* out = to.row(y);
        const int pairs = from.width / 2;
        for (int x = 0; x < pairs; ++x) {
            out[x] = average(top[2 * x], top[2 * x + 1], bottom[2 * x], bottom[2 * x + 1]);
        }
        if (pairs < to.width) {
            out[pairs] = average(top[2 * pairs], top[2 * pairs], bottom[2 * pairs], bottom[2 * pairs]);
        }
    }
}

Rgb32Image halved(Rgb32View image) {
    Rgb32Image result((image.width + 1) / 2, (image.height + 1) / 2);
    halve(image, result.view());
    return result;
}

void shrink(Rgb32View from, MutableRgb32View to) {
    const std::vector<Coverage> columns = coverages(from.width, to.width);
    const std::vector<Coverage> rows = coverages(from.height, to.height);
    std::vector<float> sums(static_cast<std::size_t>(to.width) * 3);
    for (int y = 0; y < to.height; ++y) {
        const Coverage& vertical = rows[static_cast<std::size_t>(y)];
        std::ranges::fill(sums, 0.0F);
        for (std::size_t v = 0; v < vertical.weights.size(); ++v) {
            const std::uint32_t* source = from.row(vertical.first + static_cast<int>(v));
            float* sum = sums.data();
            for (const Coverage& horizontal : columns) {
                for (std::size_t h = 0; h < horizontal.weights.size(); ++h) {
                    const float weight = vertical.weights[v] * horizontal.weights[h];
                    const std::uint32_t pixel = source[horizontal.first + static_cast<int>(h)];
                    sum[0] += weight * static_cast<float>(red(pixel));
                    sum[1] += weight * static_cast<float>(green(pixel));
                    sum[2] += weight * static_cast<float>(blue(pixel));
                }
                sum += 3;
            }
        }
        const auto toByte = [](float value) { return static_cast<unsigned>(std::clamp(value + 0.5F, 0.0F, 255.0F)); };
        for (int x = 0; x < to.width; ++x) {
            const float* sum = &sums[static_cast<std::size_t>(x) * 3];
            to.row(y)[x] = rgb32(toByte(sum[0]), toByte(sum[1]), toByte(sum[2]));
        }
    }
}

}  // namespace origami
