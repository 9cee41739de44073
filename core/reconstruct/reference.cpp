#include "core/reconstruct/reference.h"

#include "core/image/color.h"

#include <algorithm>
#include <utility>

namespace origami::reference {
namespace {

std::uint8_t clampToByte(int value) noexcept {
    return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

// Of an output sample: the neighbour of its nearest source sample that it leans to, and that nearest one's weight.
struct Phase {
    int neighbour;
    int weight;
};

// Interpolates by `factor`, with weights that add up to `unit` in each direction.
template <int factor, int unit>
void enlarge(const Phase* phases, PlaneView from, MutablePlaneView to, int left, int top) {
    assert(left + to.width <= factor * from.width && top + to.height <= factor * from.height);
    for (int y = 0; y < to.height; ++y) {
        const Phase vertical = phases[(top + y) % factor];
        const int nearY = (top + y) / factor;
        const std::uint8_t* nearRow = from.row(nearY);
        const std::uint8_t* farRow = from.row(std::clamp(nearY + vertical.neighbour, 0, from.height - 1));
        const auto column = [&](int x) { return vertical.weight * nearRow[x] + (unit - vertical.weight) * farRow[x]; };
        for (int x = 0; x < to.width; ++x) {
            const Phase horizontal = phases[(left + x) % factor];
            const int nearX = (left + x) / factor;
            const int farX = std::clamp(nearX + horizontal.neighbour, 0, from.width - 1);
            const int sum = horizontal.weight * column(nearX) + (unit - horizontal.weight) * column(farX);
            to.row(y)[x] = static_cast<std::uint8_t>((sum + unit * unit / 2) / (unit * unit));
        }
    }
}

}  // namespace

void up2(PlaneView from, MutablePlaneView to, int x, int y) {
    // Output sample 2i + k lies at source position i + (k - 0.5) / 2.
    static constexpr Phase kPhases[] = {{-1, 3}, {1, 3}};
    enlarge<2, 4>(kPhases, from, to, x, y);
}

void up4(PlaneView from, MutablePlaneView to, int x, int y) {
    // Output sample 4i + k lies at source position i + (k - 1.5) / 4.
    static constexpr Phase kPhases[] = {{-1, 5}, {-1, 7}, {1, 7}, {1, 5}};
    enlarge<4, 8>(kPhases, from, to, x, y);
}

void up4Bicubic(PlaneView from, MutablePlaneView to, int left, int top) {
    assert(left + to.width <= 4 * from.width && top + to.height <= 4 * from.height);
    // Of output sample 4i + k: its first source sample less i, and the weights of four in a row, in 1/128.
    struct Phase {
        int first;
        int weights[4];
    };
    static constexpr Phase kPhases[] = {
        {-2, {-6, 50, 93, -9}}, {-2, {-1, 12, 123, -6}}, {-1, {-6, 123, 12, -1}}, {-1, {-9, 93, 50, -6}}};
    for (int y = 0; y < to.height; ++y) {
        const Phase& vertical = kPhases[(top + y) % 4];
        for (int x = 0; x < to.width; ++x) {
            const Phase& horizontal = kPhases[(left + x) % 4];
            int sum = 0;
            for (int j = 0; j < 4; ++j) {
                const std::uint8_t* row = from.row(std::clamp((top + y) / 4 + vertical.first + j, 0, from.height - 1));
                int rowSum = 0;
                for (int i = 0; i < 4; ++i) {
                    const int column = std::clamp((left + x) / 4 + horizontal.first + i, 0, from.width - 1);
                    rowSum += (row[column] - 128) * horizontal.weights[i];
                }
                sum += (rowSum * vertical.weights[j] * 256 + (1 << 14)) >> 15;
            }
            to.row(y)[x] = clampToByte(((sum + 64) >> 7) + 128);
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

void up2AddResidual(PlaneView from, PlaneView residual, MutablePlaneView to, int x, int y) {
    Plane prediction(to.width, to.height);
    up2(from, prediction.view(), x, y);
    addResidual(residual, prediction.view());
    copy(std::as_const(prediction).view(), to);
}

void convertToRgb32Up2(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    Plane enlargedCb(out.width, out.height);
    Plane enlargedCr(out.width, out.height);
    up2(cb, enlargedCb.view(), x, y);
    up2(cr, enlargedCr.view(), x, y);
    toRgb32(luma, std::as_const(enlargedCb).view(), std::as_const(enlargedCr).view(), out);
}

void halve(PlaneView from, MutablePlaneView to) {
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

}  // namespace origami::reference
