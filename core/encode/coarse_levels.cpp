#include "core/encode/coarse_levels.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace origami {
namespace {

// Every second bit of a Morton code: the column in the even ones.
std::int32_t everySecondBit(std::uint32_t code) noexcept {
    code &= 0x55555555U;
    code = (code | (code >> 1U)) & 0x33333333U;
    code = (code | (code >> 2U)) & 0x0F0F0F0FU;
    code = (code | (code >> 4U)) & 0x00FF00FFU;
    code = (code | (code >> 8U)) & 0x0000FFFFU;
    return static_cast<std::int32_t>(code);
}

}  // namespace

void forEachFamily(const Pyramid& pyramid, const std::function<void(FamilyId)>& body) {
    const LevelSize grid = pyramid.gridSize(kFamilyLevel);
    const auto side = std::bit_ceil(static_cast<std::uint64_t>(std::max(grid.width, grid.height)));
    parallelFor(static_cast<int>(side * side), [&](int code) {
        const FamilyId id{everySecondBit(static_cast<std::uint32_t>(code)),
                          everySecondBit(static_cast<std::uint32_t>(code) >> 1U)};
        if (id.x < grid.width && id.y < grid.height) {
            body(id);
        }
    });
}

CoarseLevels::CoarseLevels(const Pyramid& pyramid, int coarsest, Emit emit)
    : m_pyramid(pyramid), m_coarsest(coarsest), m_emit(std::move(emit)) {}

void CoarseLevels::handUp(TileId id, Rgb32View pixels) {
    Rgb32Image owned;
    while (id.level < m_coarsest) {
        const TileId parentId = Pyramid::ancestor(id, id.level + 1);
        const std::shared_ptr<Parent> parent = parentOf(parentId);
        const int tileSize = m_pyramid.tileSize();
        copy(pixels,
             parent->mosaic.view().sub((id.x & 1) * tileSize, (id.y & 1) * tileSize, pixels.width, pixels.height));
        if (parent->missing.fetch_sub(1) > 1) {
            return;
        }
        {
            const std::lock_guard lock(m_mutex);
            m_parents.erase(parentId);
        }
        owned = halved(std::as_const(parent->mosaic).view());
        pixels = std::as_const(owned).view();
        if (!m_emit(parentId, pixels)) {
            return;
        }
        id = parentId;
    }
}

std::shared_ptr<CoarseLevels::Parent> CoarseLevels::parentOf(TileId id) {
    const std::lock_guard lock(m_mutex);
    std::shared_ptr<Parent>& parent = m_parents[id];
    if (!parent) {
        const LevelSize finer = m_pyramid.levelSize(id.level - 1);
        const std::int64_t side = 2 * std::int64_t{m_pyramid.tileSize()};
        const LevelRect rect =
            LevelRect{id.x * side, id.y * side, side, side}.intersected({0, 0, finer.width, finer.height});
        const int children =
            static_cast<int>(ceilDiv(rect.width, m_pyramid.tileSize()) * ceilDiv(rect.height, m_pyramid.tileSize()));
        parent = std::make_shared<Parent>(static_cast<int>(rect.width), static_cast<int>(rect.height), children);
    }
    return parent;
}

}  // namespace origami
