#include "core/reconstruct/two_step_builder.h"

#include "core/base/parallel.h"
#include "core/base/parallel_meter.h"
#include "core/codec/jpeg_decoder.h"
#include "core/codec/neutral_jpeg.h"
#include "core/reconstruct/kernels.h"

#include <algorithm>
#include <utility>

namespace origami {
namespace {

// Whether interpolating `child` needs samples of `parent`, of the level above: its own, and those beside its edge.
bool isUnder(const TileWork& child, const TileWork& parent) {
    const auto overlaps = [](int start, int length, int parentStart, int parentLength) {
        return start / 2 - 1 < parentStart + parentLength && (start + length) / 2 + 1 > parentStart;
    };
    return overlaps(child.x, child.width, parent.x, parent.width) &&
           overlaps(child.y, child.height, parent.y, parent.height);
}

// Why nothing can be built on the level 1 tile over this one, or null.
const Error* failedParent(const TileWork& tile, std::span<const TileWork> parents) {
    const auto parent = std::ranges::find(parents, Pyramid::ancestor(tile.id, 1), &TileWork::id);
    return parent != parents.end() && parent->kind == TileKind::Failed ? &*parent->problem : nullptr;
}

// The prediction from the level above, with the residual, if there is one; it may lie in `luma`.
void predict(const TileWork& tile, PlaneView above, PlaneView residual, MutablePlaneView luma) {
    if (tile.hasResidual && !tile.isNeutral) {
        up2AddResidual(above, residual, luma, tile.x, tile.y);
    } else {
        up2(above, luma, tile.x, tile.y);
    }
}

}  // namespace

Result<void> TwoStepBuilder::makeTiles(std::span<TileWork> level1, std::span<TileWork> level0) {
    LevelPlanes planes1 = allocate(1);
    // Tiles that are wanted first, and what they are predicted from, stand first; the rest waits for all of them.
    const SplitTiles parts0 = partitioned(level0, [&](const TileWork& tile) { return isFirst(tile); });
    const SplitTiles parts1 = partitioned(level1, [&](const TileWork& tile) {
        return parts0.first.empty() || m_mode != ViewMode::Reconstructed || isFirst(tile) ||
               std::ranges::any_of(parts0.first, [&](const TileWork& child) { return isUnder(child, tile); });
    });

    if (Result<void> decoded = decodeSeedAndLevel1(parts1.first, planes1.y); !decoded) {
        return decoded;
    }
    if (Result<void> stop = checkStop(); !stop) {
        return stop;
    }
    buildLevel1(parts1.first, planes1);
    if (!parts0.first.empty()) {
        buildLevel0(parts0.first, level1, planes1);
        if (Result<void> stop = checkStop(); !stop) {
            return stop;
        }
        decodeLevel1(parts1.rest, planes1.y);
        buildLevel1(parts1.rest, planes1);
    }
    showLevel1(level1, planes1);
    if (Result<void> stop = checkStop(); !stop) {
        return stop;
    }
    buildLevel0(parts0.rest, level1, planes1);
    m_record.l1Residuals = countResiduals(level1);
    m_record.l0Residuals = countResiduals(level0);
    return checkStop();
}

// The residuals of level 1 need nothing of the seed: their decoding overlaps its.
Result<void> TwoStepBuilder::decodeSeedAndLevel1(std::span<TileWork> level1, Plane& luma1) {
    Result<void> seed;
    Phase phase(m_spans);
    ParallelMeter meter;
    parallelFor(1 + static_cast<int>(level1.size()), [&](int i) {
        if (i == 0) {
            const Phase::Share share(phase, Stage::L2Decode);
            seed = decodeSeed(SeedSize::Exact);
            return;
        }
        const Phase::Share share(phase, Stage::L1Residual);
        const ParallelMeter::Scope scope(meter);
        TileWork& tile = level1[static_cast<std::size_t>(i - 1)];
        decodeResidual(tile, partOf(luma1, tile), m_streams.level1, nullptr);
    });
    phase.addTo(m_record);
    m_record.l1ParallelMax = meter.maximum();
    return seed;
}

void TwoStepBuilder::decodeLevel1(std::span<TileWork> level1, Plane& luma1) {
    Phase phase(m_spans);
    parallelFor(static_cast<int>(level1.size()), [&](int i) {
        const Phase::Share share(phase, Stage::L1Residual);
        TileWork& tile = level1[static_cast<std::size_t>(i)];
        decodeResidual(tile, partOf(luma1, tile), m_streams.level1, nullptr);
    });
    phase.addTo(m_record);
}

void TwoStepBuilder::buildLevel1(std::span<TileWork> level1, LevelPlanes& planes1) {
    Phase phase(m_spans);
    parallelFor(static_cast<int>(level1.size()), [&](int i) {
        TileWork& tile = level1[static_cast<std::size_t>(i)];
        buildLevel1Tile(tile, planes1, phase);
        if (isFirst(tile)) {
            showLevel1Tile(tile, planes1, phase);
            deliver(tile);
        }
    });
    phase.addTo(m_record);
}

void TwoStepBuilder::showLevel1(std::span<TileWork> level1, const LevelPlanes& planes1) {
    Phase phase(m_spans);
    parallelFor(static_cast<int>(level1.size()), [&](int i) {
        TileWork& tile = level1[static_cast<std::size_t>(i)];
        if (!tile.isGiven) {
            showLevel1Tile(tile, planes1, phase);
        }
    });
    phase.addTo(m_record);
}

void TwoStepBuilder::buildLevel0(std::span<TileWork> level0, std::span<const TileWork> level1,
                                 const LevelPlanes& planes1) {
    Phase phase(m_spans);
    ParallelMeter meter;
    parallelFor(static_cast<int>(level0.size()), [&](int i) {
        const ParallelMeter::Scope scope(meter);
        TileWork& tile = level0[static_cast<std::size_t>(i)];
        buildLevel0Tile(tile, level1, planes1, phase);
        if (isFirst(tile)) {
            deliver(tile);
        }
    });
    phase.addTo(m_record);
    m_record.l0ParallelMax = std::max(m_record.l0ParallelMax, meter.maximum());
}

// Predicts and corrects a tile of level 1, all three planes of it. What is to be seen of the way there is made into
// pixels.
void TwoStepBuilder::buildLevel1Tile(TileWork& tile, LevelPlanes& planes, Phase& phase) {
    const MutablePlaneView luma = partOf(planes.y, tile);
    const MutablePlaneView cb = partOf(planes.cb, tile);
    const MutablePlaneView cr = partOf(planes.cr, tile);
    {
        const Phase::Share share(phase, Stage::L1Resize);
        up2(m_seedCb, cb, tile.x, tile.y);
        up2(m_seedCr, cr, tile.x, tile.y);
    }
    if (m_mode == ViewMode::Residual) {
        const Phase::Share share(phase, Stage::Convert);
        showResidual(tile, luma);
    } else if (m_mode == ViewMode::Prediction) {
        const Phase::Share share(phase, Stage::Convert);
        Plane prediction(tile.width, tile.height, m_pool);
        up2(m_seedY, prediction.view(), tile.x, tile.y);
        show(tile, std::as_const(prediction).view(), cb, cr);
    }
    const Phase::Share share(phase, Stage::L1Resize);
    predict(tile, m_seedY, luma, luma);
    if (m_mode == ViewMode::Reconstructed && !tile.hasResidual) {
        fallBack(tile, m_streams.level1Baseline[static_cast<std::size_t>(tile.index)], &luma);
    }
}

void TwoStepBuilder::showLevel1Tile(TileWork& tile, const LevelPlanes& planes, Phase& phase) const {
    const Phase::Share share(phase, Stage::Convert);
    if (m_mode == ViewMode::Reconstructed) {
        show(tile, partOf(planes.y, tile), partOf(planes.cb, tile), partOf(planes.cr, tile));
    }
}

// A tile of level 0 never leaves the cache of its thread between its residual and its pixels.
void TwoStepBuilder::buildLevel0Tile(TileWork& tile, std::span<const TileWork> parents, const LevelPlanes& planes1,
                                     Phase& phase) {
    Plane scratch(tile.width, tile.height, m_pool);
    const MutablePlaneView luma = scratch.view();
    if (m_mode != ViewMode::Prediction) {
        const Phase::Share share(phase, Stage::L0Residual);
        decodeResidual(tile, luma, m_streams.level0,
                       m_mode == ViewMode::Residual ? nullptr : failedParent(tile, parents));
    }
    if (m_mode == ViewMode::Residual) {
        const Phase::Share share(phase, Stage::Convert);
        showResidual(tile, luma);
        return;
    }
    if (m_mode == ViewMode::Reconstructed && !tile.hasResidual) {
        fallBack(tile, m_streams.level0Baseline[static_cast<std::size_t>(tile.index)], nullptr);
        if (tile.kind == TileKind::Failed || !tile.pixels.isEmpty()) {
            return;
        }
    }
    {
        const Phase::Share share(phase, Stage::L0Resize);
        predict(tile, planes1.y.view(), luma, luma);
    }
    const Phase::Share share(phase, Stage::Convert);
    makePixels(tile);
    if (!tile.pixels.isEmpty()) {
        convertToRgb32Up2(luma, planes1.cb.view(), planes1.cr.view(), tile.pixels.view(), tile.x, tile.y);
    }
}

// The residual of a tile of version 1 into `to`, if it has one that is sound and stands on sound ground.
void TwoStepBuilder::decodeResidual(TileWork& tile, MutablePlaneView to, std::span<const StreamSlot> residuals,
                                    const Error* parentProblem) {
    const StreamSlot& residual = residuals[static_cast<std::size_t>(tile.index)];
    if (residual.problem) {
        tile.problem = residual.problem;
    } else if (parentProblem != nullptr) {
        tile.problem = *parentProblem;
    } else if (residual.isPresent()) {
        tile.isNeutral = isNeutralGray(residual.bytes, tile.width, tile.height);
        Result<void> decoded;
        if (!tile.isNeutral) {
            decoded = JpegDecoder::forThisThread().decodeLuma(residual.bytes, to);
        }
        if (decoded) {
            tile.hasResidual = true;
            tile.kind = m_mode == ViewMode::Prediction ? TileKind::Predicted : TileKind::Generated;
        } else {
            tile.problem = std::move(decoded).error().within(nameOfResidual(tile));
        }
    }
}

Result<FamilyPlanes> TwoStepBuilder::buildPlanes() {
    Plane luma1 = allocatePlane(1);
    Plane luma0 = allocatePlane(0);
    TileSet tiles1 = tilesOf(1);
    TileSet tiles0 = tilesOf(0);
    const std::span<TileWork> level1 = tiles1.all();
    const std::span<TileWork> level0 = tiles0.all();
    if (Result<void> decoded = decodeSeedAndLevel1(level1, luma1); !decoded) {
        return std::move(decoded).error();
    }
    for (TileWork& tile : level1) {
        predict(tile, m_seedY, partOf(luma1, tile), partOf(luma1, tile));
    }
    parallelFor(static_cast<int>(level0.size()), [&](int i) {
        TileWork& tile = level0[static_cast<std::size_t>(i)];
        // Through memory that stays in the thread's cache: the large plane is written once and not read.
        Plane residual(tile.width, tile.height, m_pool);
        decodeResidual(tile, residual.view(), m_streams.level0, nullptr);
        predict(tile, luma1.view(), std::as_const(residual).view(), partOf(luma0, tile));
    });
    for (const std::span<TileWork> tiles : {level1, level0}) {
        if (Result<void> sound = checkResiduals(tiles); !sound) {
            return std::move(sound).error();
        }
    }
    return FamilyPlanes{std::move(luma1), std::move(luma0), std::move(m_seedImage.cb), std::move(m_seedImage.cr)};
}

}  // namespace origami
