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

void up2AddResidual(PlaneView from, MutablePlaneView samples, int x, int y) {
    Plane prediction(samples.width, samples.height);
    up2(from, prediction.view(), x, y);
    addResidual(samples, prediction.view());
    copy(std::as_const(prediction).view(), samples);
}

void convertToRgb32Up2(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    Plane enlargedCb(out.width, out.height);
    Plane enlargedCr(out.width, out.height);
    up2(cb, enlargedCb.view(), x, y);
    up2(cr, enlargedCr.view(), x, y);
    toRgb32(luma, std::as_const(enlargedCb).view(), std::as_const(enlargedCr).view(), out);
}

}  // namespace origami::reference
