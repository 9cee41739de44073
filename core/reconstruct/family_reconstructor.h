// Rebuilds the tiles of one family from its streams: decode, predict, add the residual, convert. Stateless but
// for the buffer pool; call it from any number of threads at once.
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
    // Made from these (make/view_modes.h): families are rebuilt in the first three only.
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
    // All level 0 and 1 tiles of the family that lie in the slide, and before them, but for version 5, whose level 2 is
    // an ordinary level of encoded tiles, the level 2 tile.
    std::vector<FamilyTile> tiles;
    // Stage times and counts; slideId, queueMs, readMs and uploadMs are left to the caller.
    FamilyRecord record;
};

// Fails as a whole only if the L2 tile cannot be decoded (or the caller stops it: Cancelled, checked between
// stages). A residual that is damaged or of the wrong size makes its own tile Failed, or Fallback where a
// baseline tile exists; in version 1 level 0 tiles under a Failed level 1 tile fail with it, in version 5 the level 1
// tile over a Failed level 0 tile, whose average it would be. Uses idle threads of the calling
// thread's arena.
Result<ReconstructedFamily> reconstructFamily(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode,
                                              BufferPool* pool, const StopToken& stop = {});

class FamilyBuilder;

// Tiles of a family that are to be made. Each is given away as soon as it is, on the thread that made it, several at
// once.
struct PartRequest {
    std::span<const TileId> ids;
    std::function<void(FamilyTile tile, double msSinceStart)> deliver;
};

// A family of version 1 or 5, made some tiles at a time, so that what is urgent of many families can be made before
// the rest of any. A tile costs its own residual and, once for all, level 2; in version 1 a level 0 tile also those of
// the level 1 tiles over it and over its neighbours, in version 5 a level 1 tile those of the four below it, as far as
// they have not been made here. One thread at a time; uses idle threads of its arena.
class FamilyInParts {
public:
    // Not with versions 2 and 3: their one residual is all or nothing.
    [[nodiscard]] static bool isPossible(ResidualScheme scheme) { return scheme != ResidualScheme::Fused; }

    // `pyramid` and `streams`, of a scheme with which it is possible, must outlive it.
    FamilyInParts(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode, BufferPool* pool);
    ~FamilyInParts();
    FamilyInParts(const FamilyInParts&) = delete;
    FamilyInParts& operator=(const FamilyInParts&) = delete;

    // Makes those of these tiles that have not been made yet, and gives each away as soon as it is. Fails as
    // reconstructFamily does.
    Result<void> make(const PartRequest& tiles, const StopToken& stop = {});
    [[nodiscard]] bool isMade(TileId id) const;
    [[nodiscard]] bool isAllMade() const;
    // Of all that has been made up to now; the total without the pauses.
    [[nodiscard]] const FamilyRecord& record() const;

private:
    const std::unique_ptr<FamilyBuilder> m_builder;
};

// A family of version 1 or 5 before it is made into pixels: the luma of levels 1 and 0, corrected, and the chroma as
// fine as it is stored: as level 2 in version 1, as level 1 in version 5.
struct FamilyPlanes {
    Plane luma1;
    Plane luma0;
    Plane cb;
    Plane cr;
};

// Unsupported for versions 2 and 3; fails if any stream is missing (where that does not mean that it is nothing) or
// damaged.
Result<FamilyPlanes> reconstructPlanes(const Pyramid& pyramid, const FamilyStreams& streams, BufferPool* pool);

}  // namespace origami
