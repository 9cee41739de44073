// What builders of every residual scheme have in common: the tiles of a family on their way, and how they become
// pixels and a result. Private to reconstruct/; each scheme has a builder of its own.
#pragma once

#include "core/base/result.h"
#include "core/base/stop_token.h"
#include "core/image/plane.h"
#include "core/image/rgb32.h"
#include "core/metrics/metrics.h"
#include "core/pyramid/family_streams.h"
#include "core/pyramid/pyramid.h"
#include "core/reconstruct/family_reconstructor.h"
#include "core/reconstruct/stage_clock.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace origami {

inline constexpr std::uint8_t kNeutral = 128;  // a residual of nothing

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

// Some of them, in the same order.
class TileSelection {
public:
    template <class Predicate>
    TileSelection(std::span<TileWork> tiles, const Predicate& isChosen) {
        for (TileWork& tile : tiles) {
            if (isChosen(std::as_const(tile))) {
                m_tiles[m_count++] = &tile;
            }
        }
    }
    [[nodiscard]] std::span<TileWork*> all() { return {m_tiles.data(), m_count}; }
    [[nodiscard]] int count() const { return static_cast<int>(m_count); }
    [[nodiscard]] bool contains(const TileWork& tile) const {
        return std::find(m_tiles.begin(), m_tiles.begin() + count(), &tile) != m_tiles.begin() + count();
    }
    [[nodiscard]] TileWork& operator[](int i) const { return *m_tiles[static_cast<std::size_t>(i)]; }

private:
    std::array<TileWork*, kFamilyLevel0Tiles> m_tiles{};
    std::size_t m_count = 0;
};

// The family's mosaic of one level.
struct LevelPlanes {
    Plane y;
    Plane cb;
    Plane cr;
};

struct FamilyRequest {
    const Pyramid& pyramid;
    const FamilyStreams& streams;
    ViewMode mode;
    BufferPool* pool;
    StopToken stop;
};

class FamilyBuilder {
public:
    explicit FamilyBuilder(const FamilyRequest& request);
    virtual ~FamilyBuilder() = default;
    FamilyBuilder(const FamilyBuilder&) = delete;
    FamilyBuilder& operator=(const FamilyBuilder&) = delete;

    // As reconstructFamily and reconstructPlanes; once.
    Result<ReconstructedFamily> build();
    virtual Result<FamilyPlanes> buildPlanes() = 0;

    // As FamilyInParts; of a builder that can make a family in parts.
    Result<void> makePart(const PartRequest& part, const StopToken& stop);
    [[nodiscard]] bool isMade(TileId id);
    [[nodiscard]] bool isAllMade();
    [[nodiscard]] const FamilyRecord& record() const { return m_record; }

protected:
    // Settles the kind, the problem and the pixels of every tile that is due, and gives it away. Called once of a
    // family as a whole, once for each part of one that is made in parts.
    virtual Result<void> makeDueTiles() = 0;
    // Adds the level 2 tile to the result, where the family's streams are what it is made from.
    virtual void emitLevel2(ReconstructedFamily&) {}

    [[nodiscard]] Result<void> checkStop() const;
    // "slide: the stream of family x_y", the start of every message.
    [[nodiscard]] std::string nameOf(std::string_view stream) const;
    [[nodiscard]] std::string nameOfResidual(const TileWork& tile) const;

    // All of the family, row-major.
    [[nodiscard]] std::span<TileWork> tiles1() { return m_tiles1.all(); }
    [[nodiscard]] std::span<TileWork> tiles0() { return m_tiles0.all(); }

    // Whether the tile is to be made now.
    [[nodiscard]] bool isDue(const TileWork& tile) const;
    // Of a tile that is done: to whoever waits for this part, or with the rest of the family.
    void give(TileWork& tile) const;

    [[nodiscard]] Plane allocatePlane(int level) const;
    [[nodiscard]] LevelPlanes allocate(int level) const;
    static MutablePlaneView partOf(Plane& plane, const TileWork& tile) {
        return plane.view().sub(tile.x, tile.y, tile.width, tile.height);
    }
    static PlaneView partOf(const Plane& plane, const TileWork& tile) {
        return plane.view().sub(tile.x, tile.y, tile.width, tile.height);
    }

    // Uninitialised pixels for a tile that has none yet and is to be shown.
    void makePixels(TileWork& tile) const;
    void show(TileWork& tile, PlaneView y, PlaneView cb, PlaneView cr) const;
    // The residual itself, gray; neutral where there is none.
    void showResidual(TileWork& tile, MutablePlaneView residual) const;

    static int countResiduals(std::span<const TileWork> tiles);
    // Why planes cannot be had of these tiles: what the first without a sound residual says. Nothing if all have one.
    [[nodiscard]] Result<void> checkResiduals(std::span<const TileWork> tiles) const;

    const Pyramid& m_pyramid;
    const FamilyStreams& m_streams;
    const ViewMode m_mode;
    BufferPool* const m_pool;
    FamilyRecord m_record;
    mutable SpanLog m_spans{m_streams.id};  // of the record
    StopToken m_stop;
    StageClock m_total;  // of the family, or the part that is being made

private:
    [[nodiscard]] TileSet tilesOf(int level) const;
    // Adds the time since m_total began, and notes the spans and, by kind, the tiles that have been given.
    void closeRecord();

    TileSet m_tiles1;
    TileSet m_tiles0;
    const PartRequest* m_part = nullptr;  // that is being made

    void emit(std::span<TileWork> tiles, ReconstructedFamily& family);
};

}  // namespace origami
