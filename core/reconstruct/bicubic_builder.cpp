#include "core/reconstruct/bicubic_builder.h"

#include "core/base/parallel.h"
#include "core/base/parallel_meter.h"
#include "core/codec/jpeg_decoder.h"
#include "core/reconstruct/bicubic.h"
#include "core/reconstruct/kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

namespace origami {
namespace {

constexpr int kMcuSide = 16;  // pixels of a 4:2:0 JPEG's unit
constexpr int kAround = 1;    // chroma samples beyond a tile's edge that interpolating its chroma takes

constexpr int half(int size) {
    return (size + 1) / 2;
}

}  // namespace

// One level 0 tile between its residual and its pixels. Planes are as large as the file's tiles, which are whole ones
// also at the slide's edge; views are of what lies in the slide.
class BicubicBuilder::TileSamples {
public:
    TileSamples(const TileWork& tile, int tileSize, LevelRect chromaOfFamily, BufferPool* pool)
        : m_luma(tileSize, tileSize, pool),
          m_chroma{Plane(tileSize / 2 + 2 * kAround, tileSize / 2 + 2 * kAround, pool),
                   Plane(tileSize / 2 + 2 * kAround, tileSize / 2 + 2 * kAround, pool)},
          m_storedSide(tileSize),
          m_width(tile.width),
          m_height(tile.height),
          m_x(tile.x / 2),
          m_y(tile.y / 2),
          m_left(m_x > 0 ? kAround : 0),
          m_top(m_y > 0 ? kAround : 0),
          m_right(m_x + half(m_width) < chromaOfFamily.width ? kAround : 0),
          m_bottom(m_y + half(m_height) < chromaOfFamily.height ? kAround : 0) {}

    // Where a residual goes.
    [[nodiscard]] std::array<MutablePlaneView, 3> stored() {
        const int side = m_storedSide / 2;
        return {m_luma.view(), m_chroma[0].view().sub(kAround, kAround, side, side),
                m_chroma[1].view().sub(kAround, kAround, side, side)};
    }
    [[nodiscard]] MutablePlaneView luma() { return m_luma.view().sub(0, 0, m_width, m_height); }
    // Cb and Cr of the tile.
    [[nodiscard]] MutablePlaneView chroma(std::size_t i) {
        return m_chroma[i].view().sub(kAround, kAround, half(m_width), half(m_height));
    }
    // And with the samples around it, where the family goes on there; the first is sample (aroundX, aroundY) of the
    // family's chroma.
    [[nodiscard]] MutablePlaneView chromaAround(std::size_t i) {
        return m_chroma[i].view().sub(kAround - m_left, kAround - m_top, m_left + half(m_width) + m_right,
                                      m_top + half(m_height) + m_bottom);
    }
    [[nodiscard]] int aroundX() const { return m_x - m_left; }
    [[nodiscard]] int aroundY() const { return m_y - m_top; }
    // Where the tile begins in the enlargement of that, in pixels.
    [[nodiscard]] int leftInEnlarged() const { return 2 * m_left; }
    [[nodiscard]] int topInEnlarged() const { return 2 * m_top; }

    // The format's rule for chroma beyond a tile's edge: the prediction alone, so a residual of nothing. The
    // neighbour's own residual would be a little nearer to the slide (a quarter of it, in the outermost pixels), but a
    // tile could not be had without decoding its eight neighbours.
    void setResidualAround() {
        for (std::size_t i = 0; i < m_chroma.size(); ++i) {
            const MutablePlaneView all = chromaAround(i);
            fill(all.sub(0, 0, all.width, m_top), kNeutral);
            fill(all.sub(0, all.height - m_bottom, all.width, m_bottom), kNeutral);
            fill(all.sub(0, 0, m_left, all.height), kNeutral);
            fill(all.sub(all.width - m_right, 0, m_right, all.height), kNeutral);
        }
    }

    // Its part of level 1: the average of its luma, and its chroma.
    void addTo(LevelPlanes& planes1) {
        const auto part = [&](Plane& plane) { return plane.view().sub(m_x, m_y, half(m_width), half(m_height)); };
        halve(luma(), part(planes1.y));
        copy(chroma(0), part(planes1.cb));
        copy(chroma(1), part(planes1.cr));
    }

private:
    Plane m_luma;
    std::array<Plane, 2> m_chroma;
    int m_storedSide;
    int m_width;
    int m_height;
    int m_x;  // of its chroma, in the family's
    int m_y;
    int m_left;  // chroma samples around it, by side
    int m_top;
    int m_right;
    int m_bottom;
};

BicubicBuilder::TileSamples BicubicBuilder::samplesOf(const TileWork& tile) const {
    return {tile, m_pyramid.tileSize(), m_pyramid.familyRect(m_streams.id, 1), m_pool};
}

Result<void> BicubicBuilder::decodeSeed() {
    const int side = m_pyramid.tileSize();
    if (side % kMcuSide != 0) {
        return Error{ErrorCode::Unsupported, fmt::format("{}: tiles of {} pixels are not whole blocks of {}",
                                                         nameOf("residual"), side, kMcuSide)};
    }
    m_seed = {Plane(side, side, m_pool), Plane(side / 2, side / 2, m_pool), Plane(side / 2, side / 2, m_pool)};
    Result<void> decoded = JpegDecoder::forThisThread().decodeComponents(
        m_streams.level2.bytes, std::array{m_seed.y.view(), m_seed.cb.view(), m_seed.cr.view()});
    if (!decoded) {
        return std::move(decoded).error().within(nameOf("level 2 tile"));
    }
    const LevelRect rect = m_pyramid.familyRect(m_streams.id, kFamilyLevel);
    const auto width = static_cast<int>(rect.width);
    const auto height = static_cast<int>(rect.height);
    m_seedViews = {std::as_const(m_seed.y).view().sub(0, 0, width, height),
                   std::as_const(m_seed.cb).view().sub(0, 0, half(width), half(height)),
                   std::as_const(m_seed.cr).view().sub(0, 0, half(width), half(height))};
    return checkStop();
}

Result<void> BicubicBuilder::makeDueTiles() {
    const auto parentOf = [&](const TileWork& tile) -> TileWork& {
        return *std::ranges::find(tiles1(), Pyramid::ancestor(tile.id, 1), &TileWork::id);
    };
    TileSelection needed(tiles0(), [&](const TileWork& tile) {
        return isDue(tile) || (!m_isInPlanes1[static_cast<std::size_t>(tile.index)] && isDue(parentOf(tile)));
    });
    // Those of one level 1 tile one after the other: it is still in the cache when the last is made.
    std::ranges::sort(needed.all(), {},
                      [&](const TileWork* tile) { return std::pair(parentOf(*tile).index, tile->index); });
    std::array<std::atomic<int>, kFamilyLevel1Tiles> missing{};  // of `needed`, by level 1 tile
    for (const TileWork* const tile : needed.all()) {
        ++missing[static_cast<std::size_t>(parentOf(*tile).index)];
    }
    const TileSelection ready(tiles1(), [&](const TileWork& tile) {
        return isDue(tile) && missing[static_cast<std::size_t>(tile.index)] == 0;
    });
    if (m_planes1.y.width() == 0) {
        m_planes1 = allocate(1);
    }

    Phase phase(m_spans);
    ParallelMeter meter;
    const auto finishLevel1 = [&](TileWork& tile) {
        buildLevel1Tile(tile, phase);
        give(tile);
    };
    const auto finish = [&](TileWork& tile, TileSamples& samples) {
        const bool isToBeGiven = isDue(tile);
        buildLevel0Tile(tile, samples, phase, isToBeGiven ? Pixels::Made : Pixels::NotNeeded);
        if (isToBeGiven) {
            give(tile);
        }
        if (TileWork& parent = parentOf(tile);
            --missing[static_cast<std::size_t>(parent.index)] == 0 && isDue(parent)) {
            finishLevel1(parent);
        }
    };
    // A residual needs nothing of level 2: while one thread decodes that, others decode residuals, and put them aside
    // if they are faster.
    Result<void> seed;
    const int seeds = m_seedViews[0].width == 0 ? 1 : 0;
    std::atomic<bool> hasSeed{seeds == 0};
    std::array<std::optional<TileSamples>, kFamilyLevel0Tiles> aside;
    parallelFor(seeds + needed.count(), [&](int i) {
        if (i < seeds) {
            const Phase::Share share(phase, Stage::L2Decode);
            seed = decodeSeed();
            hasSeed = true;
            return;
        }
        if (!checkStop()) {
            return;
        }
        const ParallelMeter::Scope scope(meter);
        TileWork& tile = needed[i - seeds];
        TileSamples samples = decodedSamples(tile, phase);
        if (!hasSeed) {
            aside[static_cast<std::size_t>(i - seeds)] = std::move(samples);
        } else if (seed) {
            finish(tile, samples);
        }
    });
    const auto finishAside = [&](int i) {
        if (auto& samples = aside[static_cast<std::size_t>(i)]; samples && checkStop()) {
            finish(needed[i], *samples);
        }
    };
    const auto finishReady = [&](int i) {
        if (checkStop()) {
            finishLevel1(ready[i]);
        }
    };
    if (seed) {
        parallelFor(seeds * needed.count(), finishAside);
        parallelFor(ready.count(), finishReady);
    }
    phase.addTo(m_record);
    m_record.l0ParallelMax = std::max(m_record.l0ParallelMax, meter.maximum());
    m_record.l0Residuals = countResiduals(tiles0());
    return seed ? checkStop() : seed;
}

BicubicBuilder::TileSamples BicubicBuilder::decodedSamples(TileWork& tile, Phase& phase) const {
    const Phase::Share share(phase, Stage::L0Residual);
    TileSamples samples = samplesOf(tile);
    if (m_mode != ViewMode::Prediction) {
        decodeResidual(tile, samples);
    }
    return samples;
}

void BicubicBuilder::buildLevel0Tile(TileWork& tile, TileSamples& samples, Phase& phase, Pixels pixels) {
    m_isInPlanes1[static_cast<std::size_t>(tile.index)] = true;
    if (m_mode == ViewMode::Residual) {
        const Phase::Share share(phase, Stage::Convert);
        showResidual(tile, samples.luma());
        return;
    }
    if (tile.kind == TileKind::Failed) {
        return;
    }
    {
        const Phase::Share share(phase, Stage::L0Resize);
        predict(tile, samples);
    }
    {
        const Phase::Share share(phase, Stage::L1Resize);
        samples.addTo(m_planes1);
    }
    if (pixels == Pixels::NotNeeded) {
        return;
    }
    const Phase::Share share(phase, Stage::Convert);
    makePixels(tile);
    if (!tile.pixels.isEmpty()) {
        convertToRgb32Up2(samples.luma(), samples.chromaAround(0), samples.chromaAround(1), tile.pixels.view(),
                          samples.leftInEnlarged(), samples.topInEnlarged());
    }
}

void BicubicBuilder::buildLevel1Tile(TileWork& tile, Phase& phase) {
    const Phase::Share share(phase, Stage::Convert);
    const std::span<TileWork> level0 = tiles0();
    const auto failed = std::ranges::find_if(level0, [&](const TileWork& child) {
        // In this order: tiles of others may be in the making.
        return Pyramid::ancestor(child.id, 1) == tile.id && child.kind == TileKind::Failed;
    });
    if (failed != level0.end()) {
        tile.kind = TileKind::Failed;
        tile.problem = failed->problem;
        return;
    }
    switch (m_mode) {
        case ViewMode::Reconstructed: tile.kind = TileKind::Generated; break;
        case ViewMode::Prediction: tile.kind = TileKind::Predicted; break;
        default:
            tile.kind = TileKind::ResidualView;
            makePixels(tile);
            if (!tile.pixels.isEmpty()) {
                fill(tile.pixels.view(), rgb32(kNeutral, kNeutral, kNeutral));
            }
            return;
    }
    const LevelPlanes& planes = m_planes1;
    show(tile, partOf(planes.y, tile), partOf(planes.cb, tile), partOf(planes.cr, tile));
}

void BicubicBuilder::decodeResidual(TileWork& tile, TileSamples& samples) const {
    const StreamSlot& residual = m_streams.level0[static_cast<std::size_t>(tile.index)];
    tile.problem = residual.problem;
    tile.isNeutral = residual.isAbsent();
    if (residual.isPresent()) {
        Result<void> decoded = JpegDecoder::forThisThread().decodeComponents(residual.bytes, samples.stored());
        if (!decoded) {
            tile.problem = std::move(decoded).error().within(nameOfResidual(tile));
        }
    }
    tile.hasResidual = !tile.problem;
    tile.kind = tile.problem ? TileKind::Failed : TileKind::Generated;
}

void BicubicBuilder::predict(const TileWork& tile, TileSamples& samples) const {
    const bool hasResidual = tile.hasResidual && !tile.isNeutral;
    const auto enlarge = hasResidual ? up4BicubicAddResidual : up4Bicubic;
    if (hasResidual) {
        samples.setResidualAround();
    }
    enlarge(m_seedViews[0], samples.luma(), tile.x, tile.y);
    enlarge(m_seedViews[1], samples.chromaAround(0), samples.aroundX(), samples.aroundY());
    enlarge(m_seedViews[2], samples.chromaAround(1), samples.aroundX(), samples.aroundY());
}

Result<FamilyPlanes> BicubicBuilder::buildPlanes() {
    if (Result<void> decoded = decodeSeed(); !decoded) {
        return std::move(decoded).error();
    }
    Plane luma0 = allocatePlane(0);
    LevelPlanes planes1 = allocate(1);
    const std::span<TileWork> level0 = tiles0();
    parallelFor(static_cast<int>(level0.size()), [&](int i) {
        TileWork& tile = level0[static_cast<std::size_t>(i)];
        TileSamples samples = samplesOf(tile);
        decodeResidual(tile, samples);
        if (tile.hasResidual) {
            predict(tile, samples);
            samples.addTo(planes1);
            copy(samples.luma(), partOf(luma0, tile));
        }
    });
    if (Result<void> sound = checkResiduals(level0); !sound) {
        return std::move(sound).error();
    }
    return FamilyPlanes{std::move(planes1.y), std::move(luma0), std::move(planes1.cb), std::move(planes1.cr)};
}

}  // namespace origami
