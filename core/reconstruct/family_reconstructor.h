// Rebuilds the tiles of one family from its streams: decode, predict, add the residual, convert. The functions keep no
// state except in the buffer pool; any number of threads may call them at once.
#pragma once

#include "core/base/result.h"
#include "core/base/stop_token.h"
#include "core/image/rgb32.h"
#include "core/metrics/metrics.h"
#include "core/pyramid/family_streams.h"
#include "core/pyramid/pyramid.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace origami {

// What to show of a family.
enum class ViewMode {
    Reconstructed,
    Prediction,  // what each level's residual is added to
    Residual,    // the residual itself, gray, centred on 128; 128 where there is none
    // Families are rebuilt in the three modes above only. The others are made from their pixels (make/view_modes.h).
    ResidualColor,       // the residual's sign and size in colour
    DifferenceAbsolute,  // how much the reconstruction differs from the baseline tile that the slide ships beside it
    DifferenceSigned,
    DifferenceColor,  // CIEDE2000
};

struct FamilyTile {
    TileId id;
    TileKind kind = TileKind::Generated;
    Rgb32Image pixels;             // empty when kind is Failed
    std::optional<Error> problem;  // set when kind is Failed, and when a Fallback replaces a damaged residual
};

struct ReconstructedFamily {
    // The level 2 tile, then all level 0 and 1 tiles of the family that lie in the slide. In version 5 the level 2 tile
    // is not among them, as that level is an ordinary one of encoded tiles.
    std::vector<FamilyTile> tiles;
    // Stage times and counts; slideId, queueMs, readMs and uploadMs are left to the caller.
    FamilyRecord record;
};

// Fails as a whole only if the level 2 tile cannot be decoded, or with Cancelled if the caller stops it, which is
// checked between stages. A residual that is damaged or of the wrong size makes its own tile Failed, or Fallback where
// a baseline tile exists. In version 1 the level 0 tiles under a Failed level 1 tile fail, too. In version 5 a level 1
// tile is the average of four level 0 tiles, and fails if one of them does. Uses idle threads of the calling thread's
// arena.
Result<ReconstructedFamily> reconstructFamily(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode,
                                              BufferPool* pool, const StopToken& stop = {});

class FamilyBuilder;

// The tiles of a family to make. `deliver` is called with each tile as soon as it is finished, on the thread that made
// it; several threads may call it at once.
struct PartRequest {
    std::span<const TileId> ids;
    std::function<void(FamilyTile tile, double msSinceStart)> deliver;
};

// A family of version 1 or 5 that is made some tiles at a time, so that the urgent tiles of many families can be made
// before the rest of any. Level 2 is decoded once. Apart from that a tile costs these residuals, unless they have been
// decoded already:
//   its own;
//   version 1, level 0: those of the level 1 tiles over it and over its neighbours;
//   version 5, level 1: those of the four level 0 tiles below it.
// For one thread at a time; uses idle threads of its arena.
class FamilyInParts {
public:
    // False for versions 2 and 3, whose one residual yields all tiles or none.
    [[nodiscard]] static bool isPossible(ResidualScheme scheme) { return scheme != ResidualScheme::Fused; }

    // The scheme of `streams` must be one for which isPossible() holds. `pyramid` and `streams` must outlive this.
    FamilyInParts(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode, BufferPool* pool);
    ~FamilyInParts();
    FamilyInParts(const FamilyInParts&) = delete;
    FamilyInParts& operator=(const FamilyInParts&) = delete;

    // Makes and delivers those of the tiles that have not been made yet. Fails as reconstructFamily does.
    Result<void> make(const PartRequest& tiles, const StopToken& stop = {});
    [[nodiscard]] bool isMade(TileId id) const;
    [[nodiscard]] bool isAllMade() const;
    // The record of everything made so far. The total leaves out the pauses.
    [[nodiscard]] const FamilyRecord& record() const;

private:
    const std::unique_ptr<FamilyBuilder> m_builder;
};

// A family of version 1 or 5 before it is converted to RGB32: the corrected luma of levels 1 and 0, and the chroma at
// the resolution in which it is stored, which is that of level 2 in version 1 and of level 1 in version 5.
struct FamilyPlanes {
    Plane luma1;
    Plane luma0;
    Plane cb;
    Plane cr;
};

// Unsupported for versions 2 and 3. Fails if a stream is damaged or missing; in version 5 a missing residual is one of
// zeros, and no failure.
Result<FamilyPlanes> reconstructPlanes(const Pyramid& pyramid, const FamilyStreams& streams, BufferPool* pool);

}  // namespace origami
