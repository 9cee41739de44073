#include "core/reconstruct/fused_builder.h"

#include "core/base/parallel.h"
#include "core/codec/jpeg_decoder.h"
#include "core/image/color.h"
#include "core/reconstruct/kernels.h"

#include <fmt/format.h>

#include <utility>

namespace origami {

Result<FamilyPlanes> FusedBuilder::buildPlanes() {
    return Error{ErrorCode::Unsupported, nameOf("residual") + " corrects level 0 as a whole"};
}

Result<void> FusedBuilder::makeDueTiles() {
    Result<void> seed;
    const auto onThisThread = [this](Stage stage, auto work) {
        Phase phase(m_spans);
        {
            const Phase::Share share(phase, stage);
            work();
        }
        phase.addTo(m_record);
    };
    onThisThread(Stage::L2Decode, [&] { seed = decodeSeed(SeedSize::AtLeast); });
    if (!seed) {
        return seed;
    }
    if (Result<void> stop = checkStop(); !stop) {
        return stop;
    }
    LevelPlanes planes0 = allocate(0);
    onThisThread(Stage::L0Resize, [&] {
        up4(m_seedY, planes0.y.view());
        up4(m_seedCb, planes0.cb.view());
        up4(m_seedCr, planes0.cr.view());
    });
    onThisThread(Stage::L0Residual, [&] { correct(planes0); });
    if (Result<void> stop = checkStop(); !stop) {
        return stop;
    }

    LevelPlanes planes1 = allocate(1);
    onThisThread(Stage::L1Resize, [&] {
        if (m_mode == ViewMode::Residual) {
            fill(planes1.y.view(), kNeutral);
        } else {
            halve(std::as_const(planes0.y).view(), planes1.y.view());
            halve(std::as_const(planes0.cb).view(), planes1.cb.view());
            halve(std::as_const(planes0.cr).view(), planes1.cr.view());
        }
    });
    convert(tiles1(), planes1);
    convert(tiles0(), planes0);
    return checkStop();
}

// Adds the residual, and settles with it what became of every tile.
void FusedBuilder::correct(LevelPlanes& planes0) {
    std::optional<Error> problem = m_streams.fused.problem;
    TileKind kind = TileKind::Predicted;
    if (m_mode != ViewMode::Prediction && m_streams.fused.isPresent()) {
        if (Result<void> added = applyResidual(planes0.y.view()); added) {
            kind = m_mode == ViewMode::Residual ? TileKind::ResidualView : TileKind::Generated;
            m_record.l0Residuals = 1;
            m_record.l0ParallelMax = 1;
        } else {
            problem = std::move(added).error();
        }
    } else if (m_mode == ViewMode::Residual) {
        fill(planes0.y.view(), kNeutral);
    }
    settle(tiles0(), kind, problem, m_streams.level0Baseline);
    settle(tiles1(), kind, problem, m_streams.level1Baseline);
}

Result<void> FusedBuilder::applyResidual(MutablePlaneView luma) {
    JpegDecoder& decoder = JpegDecoder::forThisThread();
    const Result<JpegHeader> header = decoder.readHeader(m_streams.fused.bytes);
    if (!header) {
        return header.error().within(nameOf("fused residual"));
    }
    const int maxSide = kFamilyLevel0Side * m_pyramid.tileSize();
    if (header->width < luma.width || header->height < luma.height || header->width > maxSide ||
        header->height > maxSide) {
        return Error{ErrorCode::Corrupt, fmt::format("{}: {} x {} pixels instead of {} x {}", nameOf("fused residual"),
                                                     header->width, header->height, luma.width, luma.height)};
    }
    Plane residual(header->width, header->height, m_pool);
    if (Result<void> decoded = decoder.decodeLuma(m_streams.fused.bytes, residual.view()); !decoded) {
        return std::move(decoded).error().within(nameOf("fused residual"));
    }
    const PlaneView visible = std::as_const(residual).view().sub(0, 0, luma.width, luma.height);
    if (m_mode == ViewMode::Residual) {
        copy(visible, luma);
    } else {
        addResidual(visible, luma);
    }
    return {};
}

void FusedBuilder::settle(std::span<TileWork> tiles, TileKind kind, const std::optional<Error>& problem,
                          std::span<const StreamSlot> baselines) {
    for (TileWork& tile : tiles) {
        tile.kind = kind;
        if (m_mode == ViewMode::Residual) {
            tile.kind = problem ? TileKind::Failed : TileKind::ResidualView;
            tile.problem = problem;
        } else if (kind == TileKind::Predicted && m_mode == ViewMode::Reconstructed) {
            tile.problem = problem;
            fallBack(tile, baselines[static_cast<std::size_t>(tile.index)], nullptr);
        }
    }
}

void FusedBuilder::convert(std::span<TileWork> tiles, const LevelPlanes& planes) {
    Phase phase(m_spans);
    parallelFor(static_cast<int>(tiles.size()), [&](int i) {
        const Phase::Share share(phase, Stage::Convert);
        TileWork& tile = tiles[static_cast<std::size_t>(i)];
        if (m_mode == ViewMode::Residual) {
            makePixels(tile);
            if (!tile.pixels.isEmpty()) {
                grayToRgb32(partOf(planes.y, tile), tile.pixels.view());
            }
            return;
        }
        show(tile, partOf(planes.y, tile), partOf(planes.cb, tile), partOf(planes.cr, tile));
    });
    phase.addTo(m_record);
}

}  // namespace origami
