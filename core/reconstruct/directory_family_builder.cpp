#include "core/reconstruct/directory_family_builder.h"

#include "core/codec/jpeg_decoder.h"
#include "core/reconstruct/kernels.h"

#include <fmt/format.h>

#include <utility>

namespace origami {

Result<void> DirectoryFamilyBuilder::decodeSeed(SeedSize size) {
    const LevelRect rect = m_pyramid.familyRect(m_streams.id, kFamilyLevel);
    const int width = static_cast<int>(rect.width);
    const int height = static_cast<int>(rect.height);
    Result<YCbCrImage> decoded =
        JpegDecoder::forThisThread().decodeYCbCr(m_streams.level2.bytes, m_pyramid.tileSize(), m_pool);
    if (!decoded) {
        return std::move(decoded).error().within(nameOf("level 2 tile"));
    }
    const bool fits = size == SeedSize::Exact ? decoded->width() == width && decoded->height() == height
                                              : decoded->width() >= width && decoded->height() >= height;
    if (!fits) {
        return Error{ErrorCode::Corrupt, fmt::format("{}: {} x {} pixels instead of {} x {}", nameOf("level 2 tile"),
                                                     decoded->width(), decoded->height(), width, height)};
    }
    m_seedImage = std::move(*decoded);
    m_seedY = std::as_const(m_seedImage.y).view().sub(0, 0, width, height);
    m_seedCb = std::as_const(m_seedImage.cb).view().sub(0, 0, width, height);
    m_seedCr = std::as_const(m_seedImage.cr).view().sub(0, 0, width, height);
    return {};
}

void DirectoryFamilyBuilder::emitLevel2(ReconstructedFamily& family) {
    const TileId id{kFamilyLevel, m_streams.id.x, m_streams.id.y};
    if (!m_pyramid.contains(id)) {
        return;
    }
    FamilyTile tile{.id = id,
                    .kind = m_mode == ViewMode::Residual ? TileKind::ResidualView : TileKind::Baseline,
                    .pixels = Rgb32Image(m_seedY.width, m_seedY.height, m_pool),
                    .problem = {}};
    Phase phase(m_spans);
    {
        const Phase::Share share(phase, Stage::Convert);
        if (m_mode == ViewMode::Residual) {
            fill(tile.pixels.view(), rgb32(kNeutral, kNeutral, kNeutral));
        } else {
            convertToRgb32(m_seedY, m_seedCb, m_seedCr, tile.pixels.view());
        }
    }
    phase.addTo(m_record);
    family.tiles.push_back(std::move(tile));
}

void DirectoryFamilyBuilder::fallBack(TileWork& tile, const StreamSlot& baseline, const MutablePlaneView* luma) {
    tile.kind = tile.problem ? TileKind::Failed : TileKind::Predicted;
    if (baseline.problem && !tile.problem) {
        tile.problem = baseline.problem;
    }
    if (!baseline.isPresent()) {
        return;
    }
    Result<YCbCrImage> decoded = JpegDecoder::forThisThread().decodeYCbCr(baseline.bytes, m_pyramid.tileSize(), m_pool);
    if (decoded && decoded->width() == tile.width && decoded->height() == tile.height) {
        tile.kind = TileKind::Fallback;
        if (luma != nullptr) {
            copy(std::as_const(decoded->y).view(), *luma);
        }
        show(tile, std::as_const(decoded->y).view(), std::as_const(decoded->cb).view(),
             std::as_const(decoded->cr).view());
    } else if (!tile.problem) {
        tile.kind = TileKind::Failed;
        const std::string tileName = nameOf(fmt::format("level {} tile {}_{}", tile.id.level, tile.id.x, tile.id.y));
        tile.problem = decoded ? Error{ErrorCode::Corrupt,
                                       fmt::format("{}: {} x {} pixels instead of {} x {}", tileName, decoded->width(),
                                                   decoded->height(), tile.width, tile.height)}
                               : decoded.error().within(tileName);
    }
}

}  // namespace origami
