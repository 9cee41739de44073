#include "core/reconstruct/family_reconstructor.h"

#include "core/base/parallel.h"
#include "core/codec/jpeg_decoder.h"
#include "core/codec/neutral_jpeg.h"
#include "core/image/color.h"
#include "core/reconstruct/kernels.h"
#include "core/reconstruct/stage_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
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
    bool hasResidual = false;  // found, and sound
    bool isNeutral = false;    // the residual is nothing everywhere, and was not decoded
    TileKind kind = TileKind::Predicted;
    std::optional<Error> problem;
    Rgb32Image pixels;
    bool isGiven = false;  // delivered ahead of the result
};

// The tiles of one level of a family.
class TileSet {
public:
    void add(TileWork tile) { m_tiles[m_count++] = std::move(tile); }
    [[nodiscard]] std::span<TileWork> all() { return {m_tiles.data(), m_count}; }

private:
    std::array<TileWork, kFamilyLevel0Tiles> m_tiles;
    std::size_t m_count = 0;
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
                  const StopToken& stop, const FirstTiles* first)
        : m_pyramid(pyramid), m_streams(streams), m_mode(mode), m_pool(pool), m_stop(stop), m_first(first) {
        m_record.id = streams.id;
        m_record.bytesRead = streams.bytesRead;
        m_record.residualBytes = streams.residualBytes;
    }

    Result<ReconstructedFamily> build() {
        TileSet tiles1 = tilesOf(1);
        TileSet tiles0 = tilesOf(0);
        const std::span<TileWork> level1 = tiles1.all();
        const std::span<TileWork> level0 = tiles0.all();
        const Result<void> built =
            m_streams.scheme == ResidualScheme::TwoStep ? buildTwoStep(level1, level0) : buildFused(level1, level0);
        if (!built) {
            return built.error();
        }
        ReconstructedFamily family;
        family.tiles.reserve(1 + level1.size() + level0.size());
        emitSeed(family);
        emit(level1, family);
        emit(level0, family);
        m_record.totalMs = m_total.elapsedMs();
        family.record = std::move(m_record);
        return family;
    }

    Result<FamilyPlanes> buildPlanes() {
        if (m_streams.scheme != ResidualScheme::TwoStep) {
            return Error{ErrorCode::Unsupported, nameOf("residual") + " corrects level 0 as a whole"};
        }
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
            predict(tile, m_seedY, partOf(luma1, tile));
        }
        parallelFor(static_cast<int>(level0.size()), [&](int i) {
            TileWork& tile = level0[static_cast<std::size_t>(i)];
            const MutablePlaneView luma = partOf(luma0, tile);
            decodeResidual(tile, luma, m_streams.level0, nullptr);
            predict(tile, luma1.view(), luma);
        });
        for (const std::span<TileWork> tiles : {level1, level0}) {
            for (const TileWork& tile : tiles) {
                if (!tile.hasResidual) {
                    return tile.problem.value_or(
                        Error{ErrorCode::NotFound,
                              nameOf(fmt::format("level {} residual {}_{}", tile.id.level, tile.id.x, tile.id.y)) +
                                  " is missing"});
                }
            }
        }
        return FamilyPlanes{std::move(luma1), std::move(luma0), std::move(m_seedImage)};
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
        return {};
    }

    // Version 1: residuals on both levels, level 0 predicted from the corrected level 1.
    Result<void> buildTwoStep(std::span<TileWork> level1, std::span<TileWork> level0) {
        LevelPlanes planes1 = allocate(1);
        // Tiles that are wanted first, and what they are predicted from, stand first; the rest waits for all of them.
        const auto rest0 = std::ranges::partition(level0, [&](const TileWork& tile) { return isFirst(tile); });
        const std::span<TileWork> first0(level0.begin(), rest0.begin());
        const auto rest1 = std::ranges::partition(level1, [&](const TileWork& tile) {
            return first0.empty() || m_mode != ViewMode::Reconstructed || isFirst(tile) ||
                   std::ranges::any_of(first0, [&](const TileWork& child) { return isUnder(child, tile); });
        });
        const std::span<TileWork> first1(level1.begin(), rest1.begin());

        if (Result<void> decoded = decodeSeedAndLevel1(first1, planes1.y); !decoded) {
            return decoded;
        }
        if (Result<void> stop = checkStop(); !stop) {
            return stop;
        }
        buildLevel1(first1, planes1);
        if (!first0.empty()) {
            buildLevel0(first0, level1, planes1);
            if (Result<void> stop = checkStop(); !stop) {
                return stop;
            }
            decodeLevel1(rest1, planes1.y);
            buildLevel1(rest1, planes1);
        }
        showLevel1(level1, planes1);
        if (Result<void> stop = checkStop(); !stop) {
            return stop;
        }
        buildLevel0(rest0, level1, planes1);
        m_record.l1Residuals = countResiduals(level1);
        m_record.l0Residuals = countResiduals(level0);
        return checkStop();
    }

    // Whether interpolating `child` needs samples of `parent`, of the level above: its own, and those beside its edge.
    static bool isUnder(const TileWork& child, const TileWork& parent) {
        const auto overlaps = [](int start, int length, int parentStart, int parentLength) {
            return start / 2 - 1 < parentStart + parentLength && (start + length) / 2 + 1 > parentStart;
        };
        return overlaps(child.x, child.width, parent.x, parent.width) &&
               overlaps(child.y, child.height, parent.y, parent.height);
    }

    // The residuals of level 1 need nothing of the seed: their decoding overlaps its.
    Result<void> decodeSeedAndLevel1(std::span<TileWork> level1, Plane& luma1) {
        Result<void> seed;
        Phase phase;
        ParallelMeter meter;
        parallelFor(1 + static_cast<int>(level1.size()), [&](int i) {
            if (i == 0) {
                const Phase::Share share(phase, 0);
                seed = decodeSeed();
                return;
            }
            const Phase::Share share(phase, 1);
            const ParallelMeter::Scope scope(meter);
            TileWork& tile = level1[static_cast<std::size_t>(i - 1)];
            decodeResidual(tile, partOf(luma1, tile), m_streams.level1, nullptr);
        });
        phase.addTo({&m_record.l2Decode, &m_record.l1Residual});
        m_record.l1ParallelMax = meter.maximum();
        return seed;
    }

    void decodeLevel1(std::span<TileWork> level1, Plane& luma1) {
        Phase phase;
        parallelFor(static_cast<int>(level1.size()), [&](int i) {
            const Phase::Share share(phase, 0);
            TileWork& tile = level1[static_cast<std::size_t>(i)];
            decodeResidual(tile, partOf(luma1, tile), m_streams.level1, nullptr);
        });
        phase.addTo({&m_record.l1Residual});
    }

    void buildLevel1(std::span<TileWork> level1, LevelPlanes& planes1) {
        Phase phase;
        parallelFor(static_cast<int>(level1.size()), [&](int i) {
            TileWork& tile = level1[static_cast<std::size_t>(i)];
            buildLevel1Tile(tile, planes1, phase);
            if (isFirst(tile)) {
                showLevel1Tile(tile, planes1, phase);
                deliver(tile);
            }
        });
        phase.addTo({&m_record.l1Resize, &m_record.convert});
    }

    void showLevel1(std::span<TileWork> level1, const LevelPlanes& planes1) {
        Phase phase;
        parallelFor(static_cast<int>(level1.size()), [&](int i) {
            TileWork& tile = level1[static_cast<std::size_t>(i)];
            if (!tile.isGiven) {
                showLevel1Tile(tile, planes1, phase);
            }
        });
        phase.addTo({&m_record.l1Resize, &m_record.convert});
    }

    void buildLevel0(std::span<TileWork> level0, std::span<const TileWork> level1, const LevelPlanes& planes1) {
        Phase phase;
        ParallelMeter meter;
        parallelFor(static_cast<int>(level0.size()), [&](int i) {
            const ParallelMeter::Scope scope(meter);
            TileWork& tile = level0[static_cast<std::size_t>(i)];
            buildLevel0Tile(tile, level1, planes1, phase);
            if (isFirst(tile)) {
                deliver(tile);
            }
        });
        phase.addTo({&m_record.l0Residual, &m_record.l0Resize, &m_record.convert});
        m_record.l0ParallelMax = std::max(m_record.l0ParallelMax, meter.maximum());
    }

    [[nodiscard]] bool isFirst(const TileWork& tile) const {
        return m_first != nullptr && tile.shown && std::ranges::find(m_first->ids, tile.id) != m_first->ids.end();
    }

    void deliver(TileWork& tile) const {
        tile.isGiven = true;
        m_first->deliver(taken(tile), m_total.elapsedMs());
    }

    static FamilyTile taken(TileWork& tile) {
        return {.id = tile.id, .kind = tile.kind, .pixels = std::move(tile.pixels), .problem = tile.problem};
    }

    static int countResiduals(std::span<const TileWork> tiles) {
        return static_cast<int>(std::ranges::count(tiles, true, &TileWork::hasResidual));
    }

    static MutablePlaneView partOf(Plane& plane, const TileWork& tile) {
        return plane.view().sub(tile.x, tile.y, tile.width, tile.height);
    }
    static PlaneView partOf(const Plane& plane, const TileWork& tile) {
        return plane.view().sub(tile.x, tile.y, tile.width, tile.height);
    }

    // Predicts and corrects a tile of level 1, all three planes of it. What is to be seen of the way there is made into
    // pixels.
    void buildLevel1Tile(TileWork& tile, LevelPlanes& planes, Phase& phase) {
        const MutablePlaneView luma = partOf(planes.y, tile);
        const MutablePlaneView cb = partOf(planes.cb, tile);
        const MutablePlaneView cr = partOf(planes.cr, tile);
        {
            const Phase::Share share(phase, 0);
            up2(m_seedCb, cb, tile.x, tile.y);
            up2(m_seedCr, cr, tile.x, tile.y);
        }
        if (m_mode == ViewMode::Residual) {
            const Phase::Share share(phase, 1);
            showResidual(tile, luma);
        } else if (m_mode == ViewMode::Prediction) {
            const Phase::Share share(phase, 1);
            Plane prediction(tile.width, tile.height, m_pool);
            up2(m_seedY, prediction.view(), tile.x, tile.y);
            show(tile, std::as_const(prediction).view(), cb, cr);
        }
        const Phase::Share share(phase, 0);
        predict(tile, m_seedY, luma);
        if (m_mode == ViewMode::Reconstructed && !tile.hasResidual) {
            fallBack(tile, m_streams.level1Baseline[static_cast<std::size_t>(tile.index)], &luma);
        }
    }

    void showLevel1Tile(TileWork& tile, const LevelPlanes& planes, Phase& phase) const {
        const Phase::Share share(phase, 1);
        if (m_mode == ViewMode::Reconstructed) {
            show(tile, partOf(planes.y, tile), partOf(planes.cb, tile), partOf(planes.cr, tile));
        }
    }

    // A tile of level 0 never leaves the cache of its thread between its residual and its pixels.
    void buildLevel0Tile(TileWork& tile, std::span<const TileWork> parents, const LevelPlanes& planes1, Phase& phase) {
        Plane scratch(tile.width, tile.height, m_pool);
        const MutablePlaneView luma = scratch.view();
        if (m_mode != ViewMode::Prediction) {
            const Phase::Share share(phase, 0);
            decodeResidual(tile, luma, m_streams.level0,
                           m_mode == ViewMode::Residual ? nullptr : failedParent(tile, parents));
        }
        if (m_mode == ViewMode::Residual) {
            const Phase::Share share(phase, 2);
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
            const Phase::Share share(phase, 1);
            predict(tile, planes1.y.view(), luma);
        }
        const Phase::Share share(phase, 2);
        makePixels(tile);
        if (!tile.pixels.isEmpty()) {
            convertToRgb32Up2(luma, planes1.cb.view(), planes1.cr.view(), tile.pixels.view(), tile.x, tile.y);
        }
    }

    // Why nothing can be built on the level 1 tile over this one, or null.
    static const Error* failedParent(const TileWork& tile, std::span<const TileWork> parents) {
        const auto parent = std::ranges::find(parents, Pyramid::ancestor(tile.id, 1), &TileWork::id);
        return parent != parents.end() && parent->kind == TileKind::Failed ? &*parent->problem : nullptr;
    }

    // Versions 2 and 3: one residual for all of level 0; level 1 is the average of level 0.
    Result<void> buildFused(std::span<TileWork> level1, std::span<TileWork> level0) {
        const StageClock decode;
        if (Result<void> seed = decodeSeed(); !seed) {
            return seed;
        }
        m_record.l2Decode = decode.onOneThread();
        if (Result<void> stop = checkStop(); !stop) {
            return stop;
        }
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

    void settleFused(std::span<TileWork> tiles, TileKind kind, const std::optional<Error>& problem,
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

    // The residual of a tile of version 1 into `to`, if it has one that is sound and stands on sound ground.
    void decodeResidual(TileWork& tile, MutablePlaneView to, std::span<const StreamSlot> residuals,
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
                tile.problem = std::move(decoded).error().within(
                    nameOf(fmt::format("level {} residual {}_{}", tile.id.level, tile.id.x, tile.id.y)));
            }
        }
    }

    // The prediction from the level above, with the residual that is in `luma`, if any.
    static void predict(const TileWork& tile, PlaneView above, MutablePlaneView luma) {
        if (tile.hasResidual && !tile.isNeutral) {
            up2AddResidual(above, luma, tile.x, tile.y);
        } else {
            up2(above, luma, tile.x, tile.y);
        }
    }

    // The residual itself, gray; neutral where there is none.
    void showResidual(TileWork& tile, MutablePlaneView residual) const {
        tile.kind = tile.problem ? TileKind::Failed : TileKind::ResidualView;
        if (!tile.hasResidual || tile.isNeutral) {
            fill(residual, kNeutral);
        }
        makePixels(tile);
        if (!tile.pixels.isEmpty()) {
            grayToRgb32(residual, tile.pixels.view());
        }
    }

    // The tile has no usable residual: takes its baseline tile, else fails if something is damaged, else stays a
    // prediction. The baseline's luma is the best known ground for the finer level: it replaces `luma`.
    void fallBack(TileWork& tile, const StreamSlot& baseline, const MutablePlaneView* luma) {
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
            show(tile, std::as_const(decoded->y).view(), std::as_const(decoded->cb).view(),
                 std::as_const(decoded->cr).view());
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

    // Uninitialised pixels for a tile that has none yet and is to be shown.
    void makePixels(TileWork& tile) const {
        if (tile.shown && tile.kind != TileKind::Failed && tile.pixels.isEmpty()) {
            tile.pixels = Rgb32Image(tile.width, tile.height, m_pool);
        }
    }

    void show(TileWork& tile, PlaneView y, PlaneView cb, PlaneView cr) const {
        if (!tile.pixels.isEmpty()) {
            return;
        }
        makePixels(tile);
        if (!tile.pixels.isEmpty()) {
            convertToRgb32(y, cb, cr, tile.pixels.view());
        }
    }

    // Pixels of the tiles of a fused family.
    void convert(std::span<TileWork> tiles, const LevelPlanes& planes) {
        Phase phase;
        parallelFor(static_cast<int>(tiles.size()), [&](int i) {
            const Phase::Share share(phase, 0);
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
        phase.addTo({&m_record.convert});
    }

    [[nodiscard]] Plane allocatePlane(int level) const {
        const LevelRect rect = m_pyramid.familyRect(m_streams.id, level);
        return Plane(static_cast<int>(rect.width), static_cast<int>(rect.height), m_pool);
    }
    [[nodiscard]] LevelPlanes allocate(int level) const {
        return {allocatePlane(level), allocatePlane(level), allocatePlane(level)};
    }

    [[nodiscard]] TileSet tilesOf(int level) const {
        const LevelRect rect = m_pyramid.familyRect(m_streams.id, level);
        const int side = 1 << (kFamilyLevel - level);
        const int tileSize = m_pyramid.tileSize();
        TileSet tiles;
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
                tiles.add(std::move(tile));
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
                        .pixels = Rgb32Image(m_seedY.width, m_seedY.height, m_pool),
                        .problem = {}};
        if (m_mode == ViewMode::Residual) {
            fill(tile.pixels.view(), rgb32(kNeutral, kNeutral, kNeutral));
        } else {
            convertToRgb32(m_seedY, m_seedCb, m_seedCr, tile.pixels.view());
        }
        m_record.convert.wallMs += clock.elapsedMs();
        m_record.convert.busyMs += clock.elapsedMs();
        family.tiles.push_back(std::move(tile));
    }

    void emit(std::span<TileWork> tiles, ReconstructedFamily& family) {
        for (TileWork& tile : tiles) {
            if (!tile.shown) {
                continue;
            }
            m_record.failedTiles += tile.kind == TileKind::Failed ? 1 : 0;
            if (!tile.isGiven) {
                family.tiles.push_back(taken(tile));
            }
        }
    }

    const Pyramid& m_pyramid;
    const FamilyStreams& m_streams;
    const ViewMode m_mode;
    BufferPool* const m_pool;
    const StopToken m_stop;
    const FirstTiles* const m_first;
    const StageClock m_total;
    YCbCrImage m_seedImage;
    PlaneView m_seedY;
    PlaneView m_seedCb;
    PlaneView m_seedCr;
    FamilyRecord m_record;
};

}  // namespace

Result<ReconstructedFamily> reconstructFamily(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode,
                                              BufferPool* pool, const StopToken& stop, const FirstTiles* first) {
    return FamilyBuilder(pyramid, streams, mode, pool, stop, first).build();
}

Result<FamilyPlanes> reconstructPlanes(const Pyramid& pyramid, const FamilyStreams& streams, BufferPool* pool) {
    return FamilyBuilder(pyramid, streams, ViewMode::Reconstructed, pool, {}, nullptr).buildPlanes();
}

}  // namespace origami
