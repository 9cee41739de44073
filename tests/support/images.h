// Making and comparing pictures in tests.
#pragma once

#include "core/image/color.h"
#include "core/image/plane.h"
#include "core/image/rgb32.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>

namespace origami::test {

// Opaque random pixels; always the same for the same size.
inline Rgb32Image noise(int width, int height) {
    std::mt19937 random(static_cast<unsigned>(width * 1000 + height));
    Rgb32Image image(width, height);
    for (int y = 0; y < height; ++y) {
        std::generate_n(image.view().row(y), width, [&] { return static_cast<std::uint32_t>(random()) | 0xFF000000U; });
    }
    return image;
}

// Whether both have the same size and samples.
template <class View>
bool areEqualViews(const View& a, const View& b) {
    if (a.width != b.width || a.height != b.height) {
        return false;
    }
    for (int y = 0; y < a.height; ++y) {
        if (!std::equal(a.row(y), a.row(y) + a.width, b.row(y))) {
            return false;
        }
    }
    return true;
}
inline bool areEqual(PlaneView a, PlaneView b) {
    return areEqualViews(a, b);
}
inline bool areEqual(Rgb32View a, Rgb32View b) {
    return areEqualViews(a, b);
}

inline double meanSquareError(PlaneView a, PlaneView b) {
    double sum = 0;
    for (int y = 0; y < a.height; ++y) {
        for (int x = 0; x < a.width; ++x) {
            const double difference = static_cast<double>(a.row(y)[x]) - b.row(y)[x];
            sum += difference * difference;
        }
    }
    return sum / a.width / a.height;
}

inline int largestError(PlaneView a, PlaneView b) {
    int largest = 0;
    for (int y = 0; y < a.height; ++y) {
        for (int x = 0; x < a.width; ++x) {
            largest = std::max(largest, std::abs(a.row(y)[x] - b.row(y)[x]));
        }
    }
    return largest;
}

inline YCbCrImage toYCbCrImage(const Rgb32Image& image) {
    YCbCrImage result(image.width(), image.height());
    toYCbCr(image.view(), result.y.view(), result.cb.view(), result.cr.view());
    return result;
}

inline Rgb32Image halvedImage(Rgb32View image) {
    Rgb32Image result((image.width + 1) / 2, (image.height + 1) / 2);
    halve(image, result.view());
    return result;
}

}  // namespace origami::test
