#include "core/reconstruct/needed_residuals.h"

#include <algorithm>

namespace origami {
namespace {

bool isNeeded(ResidualScheme scheme, TileId residual, TileId tile) {
    switch (scheme) {
        case ResidualScheme::TwoStep:
            return residual == tile || (residual.level == 1 && tile.level == 0 && isPredictedFrom(tile, residual));
        case ResidualScheme::Fused: break;
        case ResidualScheme::Bicubic:
            return residual.level <= tile.level && Pyramid::ancestor(residual, tile.level) == tile;
    }
    return true;
}

}  // namespace

bool isPredictedFrom(TileId level0, TileId level1) noexcept {
    const auto isNear = [](std::int32_t child, std::int32_t parent) {
        return child + 1 >= 2 * parent && child - 1 <= 2 * parent + 1;
    };
    return isNear(level0.x, level1.x) && isNear(level0.y, level1.y);
}

void dropUnneededResiduals(const Pyramid& pyramid, FamilyStreams& streams, std::span<const TileId> tiles) {
    const auto drop = [&](int level, std::span<StreamSlot> residuals, std::span<StreamSlot> baselines) {
        forEachFamilyTile(pyramid, streams.id, level, [&](std::size_t slot, TileId residual) {
            if (std::ranges::none_of(tiles, [&](TileId tile) { return isNeeded(streams.scheme, residual, tile); })) {
                residuals[slot] = {};
                baselines[slot] = {};
            }
        });
    };
    drop(1, streams.level1, streams.level1Baseline);
    drop(0, streams.level0, streams.level0Baseline);
}

}  // namespace origami
