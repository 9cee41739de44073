#include "core/reconstruct/family_builder.h"

#include "core/image/color.h"
#include "core/reconstruct/kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace origami {
namespace {

FamilyTile taken(TileWork& tile) {
    return {.id = tile.id, .kind = tile.kind, .pixels = std::move(tile.pixels), .problem = tile.problem};
}

}  // namespace

FamilyBuilder::FamilyBuilder(const FamilyRequest& request)
    : m_pyramid(request.pyramid),
      m_streams(request.streams),
      m_mode(request.mode),
      m_pool(request.pool),
      m_stop(request.stop),
      m_tiles1(tilesOf(1)),
      m_tiles0(tilesOf(0)) {
    m_record.id = m_streams.id;
    m_record.bytesRead = m_streams.bytesRead;
    m_record.residualBytes = m_streams.residualBytes;
    const auto bytesOf = [](std::span<const StreamSlot> slots) {
        std::int64_t bytes = 0;
        for (const StreamSlot& slot : slots) {
            bytes += static_cast<std::int64_t>(slot.bytes.size());
        }
        return bytes;
    };
    m_record.l2Bytes = bytesOf({&m_streams.level2, 1});
    m_record.l1ResidualBytes = bytesOf(m_streams.level1);
    m_record.l0ResidualBytes = bytesOf(m_streams.level0) + bytesOf({&m_streams.fused, 1});
    m_record.baselineBytes = bytesOf(m_streams.level1Baseline) + bytesOf(m_streams.level0Baseline);
}

Result<ReconstructedFamily> FamilyBuilder::build() {
    const FamilySpan span(m_streams.id);
    if (Result<void> made = makeDueTiles(); !made) {
        return std::move(made).error();
    }
    ReconstructedFamily family;
    family.tiles.reserve(1 + tiles1().size() + tiles0().size());
    emitLevel2(family);
    emit(tiles1(), family);
    emit(tiles0(), family);
    closeRecord();
    family.record = std::move(m_record);
    return family;
}

Result<void> FamilyBuilder::makePart(const PartRequest& part, const StopToken& stop) {
    const FamilySpan span(m_streams.id);
    m_total = {};
    m_part = &part;
    m_stop = stop;
    Result<void> made = makeDueTiles();
    m_part = nullptr;
    closeRecord();
    return made;
}

bool FamilyBuilder::isMade(TileId id) {
    const std::span<TileWork> tiles = id.level == 0 ? tiles0() : tiles1();
    const auto tile = std::ranges::find(tiles, id, &TileWork::id);
    return tile != tiles.end() && tile->isGiven;
}

bool FamilyBuilder::isAllMade() {
    const auto areGiven = [](std::span<TileWork> tiles) {
        return std::ranges::all_of(tiles, [](const TileWork& tile) { return tile.isGiven || !tile.shown; });
    };
    return areGiven(tiles1()) && areGiven(tiles0());
}

Result<void> FamilyBuilder::checkStop() const {
    if (m_stop.stop_requested()) {
        return Error{ErrorCode::Cancelled, "stopped"};
    }
    return {};
}

std::string FamilyBuilder::nameOf(std::string_view stream) const {
    return fmt::format("{}: {} of family {}_{}", m_streams.source, stream, m_streams.id.x, m_streams.id.y);
}

std::string FamilyBuilder::nameOfResidual(const TileWork& tile) const {
    return nameOf(fmt::format("level {} residual {}_{}", tile.id.level, tile.id.x, tile.id.y));
}

bool FamilyBuilder::isDue(const TileWork& tile) const {
    return tile.shown && !tile.isGiven &&
           (m_part == nullptr || std::ranges::find(m_part->ids, tile.id) != m_part->ids.end());
}

void FamilyBuilder::give(TileWork& tile) const {
    if (m_part != nullptr) {
        tile.isGiven = true;
        m_part->deliver(taken(tile), m_total.elapsedMs());
    }
}

TileSet FamilyBuilder::tilesOf(int level) const {
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

Plane FamilyBuilder::allocatePlane(int level) const {
    const LevelRect rect = m_pyramid.familyRect(m_streams.id, level);
    return Plane(static_cast<int>(rect.width), static_cast<int>(rect.height), m_pool);
}

LevelPlanes FamilyBuilder::allocate(int level) const {
    return {allocatePlane(level), allocatePlane(level), allocatePlane(level)};
}

void FamilyBuilder::makePixels(TileWork& tile) const {
    if (tile.shown && tile.kind != TileKind::Failed && tile.pixels.isEmpty()) {
        tile.pixels = Rgb32Image(tile.width, tile.height, m_pool);
    }
}

void FamilyBuilder::show(TileWork& tile, PlaneView y, PlaneView cb, PlaneView cr) const {
    if (!tile.pixels.isEmpty()) {
        return;
    }
    makePixels(tile);
    if (!tile.pixels.isEmpty()) {
        convertToRgb32(y, cb, cr, tile.pixels.view());
    }
}

void FamilyBuilder::showResidual(TileWork& tile, MutablePlaneView residual) const {
    tile.kind = tile.problem ? TileKind::Failed : TileKind::ResidualView;
    if (!tile.hasResidual || tile.isNeutral) {
        fill(residual, kNeutral);
    }
    makePixels(tile);
    if (!tile.pixels.isEmpty()) {
        grayToRgb32(residual, tile.pixels.view());
    }
}

int FamilyBuilder::countResiduals(std::span<const TileWork> tiles) {
    return static_cast<int>(std::ranges::count(tiles, true, &TileWork::hasResidual));
}

void FamilyBuilder::closeRecord() {
    m_record.tiles = {};
    m_record.failedTiles = 0;
    for (const std::span<const TileWork> tiles : {tiles1(), tiles0()}) {
        for (const TileWork& tile : tiles) {
            if (tile.isGiven) {
                ++m_record.tiles[static_cast<std::size_t>(tile.kind)];
                m_record.failedTiles += tile.kind == TileKind::Failed ? 1 : 0;
            }
        }
    }
    m_record.spans = m_spans.spans();
    const Instant end = std::chrono::steady_clock::now();
    m_record.madeNs = steadyNanoseconds(end);
    m_record.totalMs += msBetween(m_total.start(), end);
}

Result<void> FamilyBuilder::checkResiduals(std::span<const TileWork> tiles) const {
    const auto lacking = std::ranges::find(tiles, false, &TileWork::hasResidual);
    if (lacking == tiles.end()) {
        return {};
    }
    return lacking->problem.value_or(Error{ErrorCode::NotFound, nameOfResidual(*lacking) + " is missing"});
}

void FamilyBuilder::emit(std::span<TileWork> tiles, ReconstructedFamily& family) {
    for (TileWork& tile : tiles) {
        if (tile.shown) {
            tile.isGiven = true;
            family.tiles.push_back(taken(tile));
        }
    }
}

}  // namespace origami
