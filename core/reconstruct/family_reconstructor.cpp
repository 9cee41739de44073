#include "core/reconstruct/family_reconstructor.h"

#include "core/base/parallel.h"
#include "core/codec/jpeg_decoder.h"
#include "core/image/color.h"
#include "core/reconstruct/kernels.h"
#include "core/reconstruct/stage_clock.h"

#include <fmt/format.h>

#include <span>
#include <utility>

namespace origami {
namespace {

constexpr std::uint8_t kNeutral = 128;  // a residual of nothing

// One tile of the family on its way: where it lies in the family's planes of its level, and what became of it.
struct TileWork {
    TileId id;
    int index = 0;      // in the family, row-major
    bool shown = true;  // false for tiles below the pyramid's last level, which are only predicted from
    int x = 0;          // pixels of its level, from the family's top left corner
    int y = 0;
    int width = 0;
    int height = 0;
    TileKind kind = TileKind::Predicted;
    std::optional<Error> problem;
    Rgb32Image pixels;
};

// The family's mosaic of one level.
struct LevelPlanes {
    Plane y;
    Plane cb;
    Plane cr;
};

class FamilyBuilder {
public:
    FamilyBuilder(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode, BufferPool* pool,
                  const StopToken& stop)
        : m_pyramid(pyramid), m_streams(streams), m_mode(mode), m_pool(pool), m_stop(stop) {
        m_record.id = streams.id;
        m_record.bytesRead = streams.bytesRead;
        m_record.residualBytes = streams.residualBytes;
    }

    Result<ReconstructedFamily> build() {
        const StageClock total;
        if (Result<void> seed = decodeSeed(); !seed) {
            return std::move(seed).error();
        }
        std::vector<TileWork> level1 = tilesOf(1);
        std::vector<TileWork> level0 = tilesOf(0);
        const Result<void> built =
            m_streams.scheme == ResidualScheme::TwoStep ? buildTwoStep(level1, level0) : buildFused(level1, level0);
        if (!built) {
            return built.error();
        }
        ReconstructedFamily family;
        emitSeed(family);
        emit(level1, family);
        emit(level0, family);
        m_record.totalMs = total.elapsedMs();
        family.record = std::move(m_record);
        return family;
    }

private:
    [[nodiscard]] Result<void> checkStop() const {
        if (m_stop.stop_requested()) {
            return Error{ErrorCode::Cancelled, "stopped"};
        }
        return {};
    }

    // "slide: the stream", the start of every message.
    [[nodiscard]] std::string nameOf(std::string_view stream) const {
        return fmt::format("{}: {} of family {}_{}", m_streams.source, stream, m_streams.id.x, m_streams.id.y);
    }

    Result<void> decodeSeed() {
        const StageClock clock;
        const LevelRect rect = m_pyramid.familyRect(m_streams.id, kFamilyLevel);
        const int width = static_cast<int>(rect.width);
        const int height = static_cast<int>(rect.height);
        Result<YCbCrImage> decoded =
            JpegDecoder::forThisThread().decodeYCbCr(m_streams.level2.bytes, m_pyramid.tileSize(), m_pool);
        if (!decoded) {
            return std::move(decoded).error().within(nameOf("level 2 tile"));
        }
        // Fused packs may keep whole tiles at the slide's edge; the pixels beyond the edge mean nothing.
        const bool fits = m_streams.scheme == ResidualScheme::TwoStep
                              ? decoded->width() == width && decoded->height() == height
                              : decoded->width() >= width && decoded->height() >= height;
        if (!fits) {
            return Error{ErrorCode::Corrupt,
                         fmt::format("{}: {} x {} pixels instead of {} x {}", nameOf("level 2 tile"), decoded->width(),
                                     decoded->height(), width, height)};
        }
        m_seedImage = std::move(*decoded);
        m_seedY = std::as_const(m_seedImage.y).view().sub(0, 0, width, height);
        m_seedCb = std::as_const(m_seedImage.cb).view().sub(0, 0, width, height);
        m_seedCr = std::as_const(m_seedImage.cr).view().sub(0, 0, width, height);
        m_record.l2Decode = clock.onOneThread();
        return checkStop();
    }

    // Version 1: residuals on both levels, level 0 predicted from the corrected level 1.
    Result<void> buildTwoStep(std::vector<TileWork>& level1, std::vector<TileWork>& level0) {
        const StageClock predict1;
        LevelPlanes planes1 = allocate(1);
        up2(m_seedY, planes1.y.view());
        up2(m_seedCb, planes1.cb.view());
        up2(m_seedCr, planes1.cr.view());
        m_record.l1Resize = predict1.onOneThread();
        if (m_mode == ViewMode::Prediction) {
            convert(level1, planes1);
        }
        m_record.l1Residual = correct(level1, planes1, m_streams.level1, m_streams.level1Baseline, {},
                                      m_record.l1Residuals, m_record.l1ParallelMax);
        if (m_mode == ViewMode::Reconstructed) {
            convert(level1, planes1);
        }
        if (Result<void> stop = checkStop(); !stop) {
            return stop;
        }

        const StageClock predict0;
        LevelPlanes planes0 = allocate(0);
        up2(std::as_const(planes1.y).view(), planes0.y.view());
        up2(std::as_const(planes1.cb).view(), planes0.cb.view());
        up2(std::as_const(planes1.cr).view(), planes0.cr.view());
        m_record.l0Resize = predict0.onOneThread();
        if (m_mode == ViewMode::Prediction) {
            convert(level0, planes0);
            return checkStop();
        }
        // A residual can be looked at whatever became of the level below it.
        const std::span<const TileWork> parents = m_mode == ViewMode::Residual ? std::span<TileWork>{} : level1;
        m_record.l0Residual = correct(level0, planes0, m_streams.level0, m_streams.level0Baseline, parents,
                                      m_record.l0Residuals, m_record.l0ParallelMax);
        if (m_mode == ViewMode::Reconstructed) {
            convert(level0, planes0);
        }
        return checkStop();
    }

    // Versions 2 and 3: one residual for all of level 0; level 1 is the average of level 0.
    Result<void> buildFused(std::vector<TileWork>& level1, std::vector<TileWork>& level0) {
        const StageClock predict;
        LevelPlanes planes0 = allocate(0);
        up4(m_seedY, planes0.y.view());
        up4(m_seedCb, planes0.cb.view());
        up4(m_seedCr, planes0.cr.view());
        m_record.l0Resize = predict.onOneThread();

        const StageClock residual;
        std::optional<Error> problem = m_streams.fused.problem;
        TileKind kind = TileKind::Predicted;
        if (m_mode != ViewMode::Prediction && m_streams.fused.isPresent()) {
            if (Result<void> added = applyFused(planes0.y.view()); added) {
                kind = m_mode == ViewMode::Residual ? TileKind::ResidualView : TileKind::Generated;
                m_record.l0Residuals = 1;
                m_record.l0ParallelMax = 1;
            } else {
                problem = std::move(added).error();
            }
        } else if (m_mode == ViewMode::Residual) {
            fill(planes0.y.view(), kNeutral);
        }
        settleFused(level0, kind, problem, m_streams.level0Baseline);
        settleFused(level1, kind, problem, m_streams.level1Baseline);
        m_record.l0Residual = residual.onOneThread();
        if (Result<void> stop = checkStop(); !stop) {
            return stop;
        }

        const StageClock average;
        LevelPlanes planes1 = allocate(1);
        if (m_mode == ViewMode::Residual) {
            fill(planes1.y.view(), kNeutral);
        } else {
            halve(std::as_const(planes0.y).view(), planes1.y.view());
            halve(std::as_const(planes0.cb).view(), planes1.cb.view());
            halve(std::as_const(planes0.cr).view(), planes1.cr.view());
        }
        m_record.l1Resize = average.onOneThread();
        convert(level1, planes1);
        convert(level0, planes0);
        return checkStop();
    }

    // Adds the fused residual to the predicted luma, or puts it in its place when the residual is to be seen.
    Result<void> applyFused(MutablePlaneView luma) {
        JpegDecoder& decoder = JpegDecoder::forThisThread();
        const Result<JpegHeader> header = decoder.readHeader(m_streams.fused.bytes);
        if (!header) {
            return header.error().within(nameOf("fused residual"));
        }
        const int maxSide = kFamilyLevel0Side * m_pyramid.tileSize();
        if (header->width < luma.width || header->height < luma.height || header->width > maxSide ||
            header->height > maxSide) {
            return Error{ErrorCode::Corrupt,
                         fmt::format("{}: {} x {} pixels instead of {} x {}", nameOf("fused residual"), header->width,
                                     header->height, luma.width, luma.height)};
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

    void settleFused(std::vector<TileWork>& tiles, TileKind kind, const std::optional<Error>& problem,
                     std::span<const StreamSlot> baselines) {
        for (TileWork& tile : tiles) {
            tile.kind = kind;
            if (m_mode == ViewMode::Residual) {
                tile.kind = problem ? TileKind::Failed : TileKind::ResidualView;
                tile.problem = problem;
            } else if (kind == TileKind::Predicted && m_mode == ViewMode::Reconstructed) {
                fallBack(tile, baselines[static_cast<std::size_t>(tile.index)], problem, nullptr);
            }
        }
    }

    // Decodes and adds the residuals of one level of version 1. `parents` are the level 1 tiles when level 0 is
    // corrected: nothing can be built on a failed one.
    StageTime correct(std::vector<TileWork>& tiles, LevelPlanes& planes, std::span<const StreamSlot> residuals,
                      std::span<const StreamSlot> baselines, std::span<const TileWork> parents, int& residualCount,
                      int& parallelMax) {
        const StageClock clock;
        std::atomic<int> added{0};
        ParallelMeter meter;
        parallelFor(static_cast<int>(tiles.size()), [&](int i) {
            const ParallelMeter::Scope scope(meter);
            TileWork& tile = tiles[static_cast<std::size_t>(i)];
            const auto index = static_cast<std::size_t>(tile.index);
            const auto parent = std::ranges::find_if(
                parents, [&](const TileWork& p) { return p.id == Pyramid::ancestor(tile.id, p.id.level); });
            const bool parentFailed = parent != parents.end() && parent->kind == TileKind::Failed;
            added += correctTile(tile, planes.y.view(), residuals[index], baselines[index],
                                 parentFailed ? parent->problem : std::nullopt)
                         ? 1
                         : 0;
        });
        residualCount = added;
        parallelMax = meter.maximum();
        return {.wallMs = clock.elapsedMs(), .busyMs = meter.busyMs()};
    }

    // True if a residual was added.
    bool correctTile(TileWork& tile, MutablePlaneView levelLuma, const StreamSlot& residual, const StreamSlot& baseline,
                     const std::optional<Error>& parentProblem) {
        const MutablePlaneView luma = levelLuma.sub(tile.x, tile.y, tile.width, tile.height);
        std::optional<Error> problem = residual.problem ? residual.problem : parentProblem;
        if (!problem && residual.isPresent()) {
            Plane decoded(tile.width, tile.height, m_pool);
            Result<void> result = JpegDecoder::forThisThread().decodeLuma(residual.bytes, decoded.view());
            if (result) {
                if (m_mode == ViewMode::Residual) {
                    tile.kind = TileKind::ResidualView;
                    show(tile, std::as_const(decoded).view());
                } else {
                    tile.kind = m_mode == ViewMode::Prediction ? TileKind::Predicted : TileKind::Generated;
                }
                addResidual(std::as_const(decoded).view(), luma);
                return true;
            }
            problem = std::move(result).error().within(
                nameOf(fmt::format("level {} residual {}_{}", tile.id.level, tile.id.x, tile.id.y)));
        }
        if (m_mode == ViewMode::Residual) {
            tile.kind = problem ? TileKind::Failed : TileKind::ResidualView;
            tile.problem = std::move(problem);
            if (!tile.problem) {
                fill(luma, kNeutral);
                show(tile, luma);
            }
        } else if (m_mode == ViewMode::Reconstructed) {
            fallBack(tile, baseline, std::move(problem), &luma);
        }
        return false;
    }

    // The tile has no usable residual: takes its baseline tile, else fails if something is damaged, else stays a
    // prediction. The baseline's luma is the best known ground for the finer level: it replaces `luma`.
    void fallBack(TileWork& tile, const StreamSlot& baseline, std::optional<Error> problem,
                  const MutablePlaneView* luma) {
        tile.problem = std::move(problem);
        tile.kind = tile.problem ? TileKind::Failed : TileKind::Predicted;
        if (baseline.problem && !tile.problem) {
            tile.problem = baseline.problem;
        }
        if (!baseline.isPresent()) {
            return;
        }
        Result<YCbCrImage> decoded =
            JpegDecoder::forThisThread().decodeYCbCr(baseline.bytes, m_pyramid.tileSize(), m_pool);
        if (decoded && decoded->width() == tile.width && decoded->height() == tile.height) {
            tile.kind = TileKind::Fallback;
            if (luma != nullptr) {
                copy(std::as_const(decoded->y).view(), *luma);
            }
            tile.pixels = Rgb32Image(tile.width, tile.height);
            toRgb32(std::as_const(decoded->y).view(), std::as_const(decoded->cb).view(),
                    std::as_const(decoded->cr).view(), tile.pixels.view());
        } else if (!tile.problem) {
            tile.kind = TileKind::Failed;
            const std::string tileName =
                nameOf(fmt::format("level {} tile {}_{}", tile.id.level, tile.id.x, tile.id.y));
            tile.problem = decoded ? Error{ErrorCode::Corrupt,
                                           fmt::format("{}: {} x {} pixels instead of {} x {}", tileName,
                                                       decoded->width(), decoded->height(), tile.width, tile.height)}
                                   : decoded.error().within(tileName);
        }
    }

    static void show(TileWork& tile, PlaneView gray) {
        if (tile.shown) {
            tile.pixels = Rgb32Image(tile.width, tile.height);
            grayToRgb32(gray, tile.pixels.view());
        }
    }

    // RGB pixels for the tiles that have none yet and are to be shown.
    void convert(std::vector<TileWork>& tiles, const LevelPlanes& planes) {
        const StageClock clock;
        ParallelMeter meter;
        parallelFor(static_cast<int>(tiles.size()), [&](int i) {
            TileWork& tile = tiles[static_cast<std::size_t>(i)];
            if (!tile.shown || tile.kind == TileKind::Failed || !tile.pixels.isEmpty()) {
                return;
            }
            const ParallelMeter::Scope scope(meter);
            const auto part = [&](const Plane& plane) {
                return plane.view().sub(tile.x, tile.y, tile.width, tile.height);
            };
            if (m_mode == ViewMode::Residual) {
                show(tile, part(planes.y));
                return;
            }
            tile.pixels = Rgb32Image(tile.width, tile.height);
            toRgb32(part(planes.y), part(planes.cb), part(planes.cr), tile.pixels.view());
        });
        m_record.convert.wallMs += clock.elapsedMs();
        m_record.convert.busyMs += meter.busyMs();
    }

    [[nodiscard]] LevelPlanes allocate(int level) const {
        const LevelRect rect = m_pyramid.familyRect(m_streams.id, level);
        const int width = static_cast<int>(rect.width);
        const int height = static_cast<int>(rect.height);
        return {Plane(width, height, m_pool), Plane(width, height, m_pool), Plane(width, height, m_pool)};
    }

    [[nodiscard]] std::vector<TileWork> tilesOf(int level) const {
        const LevelRect rect = m_pyramid.familyRect(m_streams.id, level);
        const int side = 1 << (kFamilyLevel - level);
        const int tileSize = m_pyramid.tileSize();
        std::vector<TileWork> tiles;
        for (int dy = 0; dy < side; ++dy) {
            for (int dx = 0; dx < side; ++dx) {
                const LevelRect part = LevelRect{dx * tileSize, dy * tileSize, tileSize, tileSize}.intersected(
                    {0, 0, rect.width, rect.height});
                if (part.isEmpty()) {
                    continue;
                }
                TileWork tile;
                tile.id = {level, m_streams.id.x * side + dx, m_streams.id.y * side + dy};
                tile.index = dy * side + dx;
                tile.shown = m_pyramid.contains(tile.id);
                tile.x = static_cast<int>(part.x);
                tile.y = static_cast<int>(part.y);
                tile.width = static_cast<int>(part.width);
                tile.height = static_cast<int>(part.height);
                tiles.push_back(std::move(tile));
            }
        }
        return tiles;
    }

    void emitSeed(ReconstructedFamily& family) {
        const StageClock clock;
        const TileId id{kFamilyLevel, m_streams.id.x, m_streams.id.y};
        if (!m_pyramid.contains(id)) {
            return;
        }
        FamilyTile tile{.id = id,
                        .kind = m_mode == ViewMode::Residual ? TileKind::ResidualView : TileKind::Baseline,
                        .pixels = Rgb32Image(m_seedY.width, m_seedY.height),
                        .problem = {}};
        if (m_mode == ViewMode::Residual) {
            fill(tile.pixels.view(), rgb32(kNeutral, kNeutral, kNeutral));
        } else {
            toRgb32(m_seedY, m_seedCb, m_seedCr, tile.pixels.view());
        }
        m_record.convert.wallMs += clock.elapsedMs();
        m_record.convert.busyMs += clock.elapsedMs();
        family.tiles.push_back(std::move(tile));
    }

    void emit(std::vector<TileWork>& tiles, ReconstructedFamily& family) {
        for (TileWork& tile : tiles) {
            if (!tile.shown) {
                continue;
            }
            m_record.failedTiles += tile.kind == TileKind::Failed ? 1 : 0;
            family.tiles.push_back({.id = tile.id,
                                    .kind = tile.kind,
                                    .pixels = std::move(tile.pixels),
                                    .problem = std::move(tile.problem)});
        }
    }

    const Pyramid& m_pyramid;
    const FamilyStreams& m_streams;
    const ViewMode m_mode;
    BufferPool* const m_pool;
    const StopToken& m_stop;
    YCbCrImage m_seedImage;
    PlaneView m_seedY;
    PlaneView m_seedCb;
    PlaneView m_seedCr;
    FamilyRecord m_record;
};

}  // namespace

Result<ReconstructedFamily> reconstructFamily(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode,
                                              BufferPool* pool, const StopToken& stop) {
    return FamilyBuilder(pyramid, streams, mode, pool, stop).build();
}

}  // namespace origami
