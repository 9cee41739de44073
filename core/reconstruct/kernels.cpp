#include "core/reconstruct/kernels.h"

#include <algorithm>
#include <array>

namespace origami {
namespace {

std::uint8_t clampToByte(int value) noexcept {
    return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

// One output row from the nearer source row (weight 3) and the farther one (weight 1).
void up2Row(const std::uint8_t* nearRow, const std::uint8_t* farRow, int width, std::uint8_t* out, int outWidth) {
    const auto column = [=](int x) { return 3 * nearRow[x] + farRow[x]; };
    const auto put = [=](int x, int nearSum, int farSum) {
        out[x] = static_cast<std::uint8_t>((3 * nearSum + farSum + 8) >> 4);
    };
    put(0, column(0), column(0));
    for (int x = 0; x + 1 < width; ++x) {
        const int left = column(x);
        const int right = column(x + 1);
        put(2 * x + 1, left, right);
        put(2 * x + 2, right, left);
    }
    if (outWidth == 2 * width) {
        put(outWidth - 1, column(width - 1), column(width - 1));
    }
}

}  // namespace

void up2(PlaneView from, MutablePlaneView to) {
    assert(to.width == 2 * from.width || to.width == 2 * from.width - 1);
    assert(to.height == 2 * from.height || to.height == 2 * from.height - 1);
    for (int y = 0; y < to.height; ++y) {
        const int nearY = y / 2;
        const int farY = std::clamp(nearY + (y % 2 == 0 ? -1 : 1), 0, from.height - 1);
        up2Row(from.row(nearY), from.row(farY), from.width, to.row(y), to.width);
    }
}

void up4(PlaneView from, MutablePlaneView to) {
    assert(to.width <= 4 * from.width && to.width > 4 * (from.width - 1));
    assert(to.height <= 4 * from.height && to.height > 4 * (from.height - 1));
    // Output sample 4i + k lies at source position i + (k - 1.5) / 4: eighths of the nearest sample i and of its
    // neighbour on that side.
    struct Phase {
        int neighbour;
        int nearWeight;
    };
    static constexpr std::array<Phase, 4> kPhases{{{-1, 5}, {-1, 7}, {1, 7}, {1, 5}}};
    for (int y = 0; y < to.height; ++y) {
        const Phase& vertical = kPhases[static_cast<std::size_t>(y % 4)];
        const std::uint8_t* nearRow = from.row(y / 4);
        const std::uint8_t* farRow = from.row(std::clamp(y / 4 + vertical.neighbour, 0, from.height - 1));
        const auto column = [&](int x) {
            return vertical.nearWeight * nearRow[x] + (8 - vertical.nearWeight) * farRow[x];
        };
        for (int x = 0; x < to.width; ++x) {
            const Phase& horizontal = kPhases[static_cast<std::size_t>(x % 4)];
            const int other = std::clamp(x / 4 + horizontal.neighbour, 0, from.width - 1);
            to.row(y)[x] = static_cast<std::uint8_t>(
                (horizontal.nearWeight * column(x / 4) + (8 - horizontal.nearWeight) * column(other) + 32) >> 6);
        }
    }
}

void addResidual(PlaneView residual, MutablePlaneView samples) {
    assert(residual.width == samples.width && residual.height == samples.height);
    for (int y = 0; y < samples.height; ++y) {
        const std::uint8_t* r = residual.row(y);
        std::uint8_t* s = samples.row(y);
        for (int x = 0; x < samples.width; ++x) {
            s[x] = clampToByte(s[x] + r[x] - 128);
        }
    }
}

void subtractPrediction(PlaneView original, PlaneView prediction, MutablePlaneView out) {
    assert(original.width == out.width && original.height == out.height);
    assert(prediction.width == out.width && prediction.height == out.height);
    for (int y = 0; y < out.height; ++y) {
        const std::uint8_t* o = original.row(y);
        const std::uint8_t* p = prediction.row(y);
        std::uint8_t* to = out.row(y);
        for (int x = 0; x < out.width; ++x) {
            to[x] = clampToByte(o[x] - p[x] + 128);
        }
    }
}

void halve(PlaneView from, MutablePlaneView to) {
    assert(to.width == (from.width + 1) / 2 && to.height == (from.height + 1) / 2);
    for (int y = 0; y < to.height; ++y) {
        const std::uint8_t* top = from.row(2 * y);
        const std::uint8_t* bottom = from.row(std::min(2 * y + 1, from.height - 1));
        for (int x = 0; x < to.width; ++x) {
            const int left = 2 * x;
            const int right = std::min(left + 1, from.width - 1);
            to.row(y)[x] = static_cast<std::uint8_t>((top[left] + top[right] + bottom[left] + bottom[right] + 2) >> 2);
        }
    }
}

}  // namespace origami
