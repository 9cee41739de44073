#include "core/reconstruct/two_step_builder.h"

#include "core/base/parallel.h"
#include "core/base/parallel_meter.h"
#include "core/codec/jpeg_decoder.h"
#include "core/codec/neutral_jpeg.h"
#include "core/reconstruct/kernels.h"
#include "core/reconstruct/needed_residuals.h"

#include <algorithm>
#include <utility>

namespace origami {
namespace {

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

Result<void> TwoStepBuilder::makeDueTiles() {
    TileSelection due0(tiles0(), [&](const TileWork& tile) { return isDue(tile); });
    // Level 1 tiles that are new here: those that are due, and those that level 0 is predicted from.
    TileSelection new1(tiles1(), [&](const TileWork& tile) {
        const bool isGround = m_mode != ViewMode::Residual && std::ranges::any_of(due0.all(), [&](TileWork* child) {
                                  return isPredictedFrom(child->id, tile.id);
                              });
        return !m_isInPlanes1[static_cast<std::size_t>(tile.index)] && (isDue(tile) || isGround);
    });
    if (m_planes1.y.width() == 0) {
        m_planes1 = allocate(1);
    }
    if (Result<void> decoded = decodeSeedAndLevel1(new1.all(), m_planes1.y); !decoded) {
        return decoded;
    }
    if (Result<void> stop = checkStop(); !stop) {
        return stop;
    }
    const TileSelection newOrDue1(tiles1(), [&](const TileWork& tile) { return isDue(tile) || new1.contains(tile); });
    Phase phase1(m_spans);
    parallelFor(newOrDue1.count(), [&](int i) {
        TileWork& tile = newOrDue1[i];
        if (new1.contains(tile)) {
            buildLevel1Tile(tile, phase1);
            m_isInPlanes1[static_cast<std::size_t>(tile.index)] = true;
        }
        if (isDue(tile)) {
            showLevel1Tile(tile, phase1);
            give(tile);
        }
    });
    phase1.addTo(m_record);
    Phase phase0(m_spans);
    ParallelMeter meter;
    parallelFor(due0.count(), [&](int i) {
        if (!checkStop()) {
            return;
        }
        const ParallelMeter::Scope scope(meter);
        buildLevel0Tile(due0[i], phase0);
        give(due0[i]);
    });
    phase0.addTo(m_record);
    m_record.l0ParallelMax = std::max(m_record.l0ParallelMax, meter.maximum());
    m_record.l1Residuals = countResiduals(tiles1());
    m_record.l0Residuals = countResiduals(tiles0());
    return checkStop();
}

// The residuals of level 1 need nothing of the seed: their decoding overlaps its.
Result<void> TwoStepBuilder::decodeSeedAndLevel1(std::span<TileWork* const> level1, Plane& luma1) {
    Result<void> seed;
    Phase phase(m_spans);
    ParallelMeter meter;
    const int seeds = m_seedY.width == 0 ? 1 : 0;
    parallelFor(seeds + static_cast<int>(level1.size()), [&](int i) {
        if (i < seeds) {
            const Phase::Share share(phase, Stage::L2Decode);
            seed = decodeSeed(SeedSize::Exact);
            return;
        }
        const Phase::Share share(phase, Stage::L1Residual);
        const ParallelMeter::Scope scope(meter);
        TileWork& tile = *level1[static_cast<std::size_t>(i - seeds)];
        decodeResidual(tile, partOf(luma1, tile), m_streams.level1, nullptr);
    });
    phase.addTo(m_record);
    m_record.l1ParallelMax = std::max(m_record.l1ParallelMax, meter.maximum());
    return seed;
}

// Predicts and corrects a tile of level 1, all three planes of it. What is to be seen of the way there is made into
// pixels.
void TwoStepBuilder::buildLevel1Tile(TileWork& tile, Phase& phase) {
    const MutablePlaneView luma = partOf(m_planes1.y, tile);
    const MutablePlaneView cb = partOf(m_planes1.cb, tile);
    const MutablePlaneView cr = partOf(m_planes1.cr, tile);
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

void TwoStepBuilder::showLevel1Tile(TileWork& tile, Phase& phase) const {
    const Phase::Share share(phase, Stage::Convert);
    if (m_mode == ViewMode::Reconstructed) {
        show(tile, partOf(m_planes1.y, tile), partOf(m_planes1.cb, tile), partOf(m_planes1.cr, tile));
    }
}

// A tile of level 0 never leaves the cache of its thread between its residual and its pixels.
void TwoStepBuilder::buildLevel0Tile(TileWork& tile, Phase& phase) {
    Plane scratch(tile.width, tile.height, m_pool);
    const MutablePlaneView luma = scratch.view();
    if (m_mode != ViewMode::Prediction) {
        const Phase::Share share(phase, Stage::L0Residual);
        decodeResidual(tile, luma, m_streams.level0,
                       m_mode == ViewMode::Residual ? nullptr : failedParent(tile, tiles1()));
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
        predict(tile, m_planes1.y.view(), luma, luma);
    }
    const Phase::Share share(phase, Stage::Convert);
    makePixels(tile);
    if (!tile.pixels.isEmpty()) {
        convertToRgb32Up2(luma, m_planes1.cb.view(), m_planes1.cr.view(), tile.pixels.view(), tile.x, tile.y);
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
    const std::span<TileWork> level1 = tiles1();
    const std::span<TileWork> level0 = tiles0();
    TileSelection all1(level1, [](const TileWork&) { return true; });
    if (Result<void> decoded = decodeSeedAndLevel1(all1.all(), luma1); !decoded) {
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
