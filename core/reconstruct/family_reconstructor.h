// Rebuilds the tiles of one family from its streams: decode, predict, add the residual, convert. Stateless but
// for the buffer pool; call it from any number of threads at once.
#pragma once

#include "core/base/result.h"
#include "core/base/stop_token.h"
#include "core/image/rgb32.h"
#include "core/metrics/metrics.h"
#include "core/pyramid/family_streams.h"
#include "core/pyramid/pyramid.h"

#include <optional>
#include <vector>

namespace origami {

// What to show of a family.
enum class ViewMode {
    Reconstructed,
    Prediction,  // what each level's residual is added to
    Residual,    // the residual itself, gray, centred on 128; 128 where there is none
};

struct FamilyTile {
    TileId id;
    TileKind kind = TileKind::Generated;
    Rgb32Image pixels;             // empty when kind is Failed
    std::optional<Error> problem;  // set when kind is Failed, and when a Fallback replaces a damaged residual
};

struct ReconstructedFamily {
    // All level 0, 1 and 2 tiles of the family that lie in the slide; level 2 first.
    std::vector<FamilyTile> tiles;
    // Stage times and counts; slideId, queueMs, readMs and uploadMs are left to the caller.
    FamilyRecord record;
};

// Fails as a whole only if the L2 tile cannot be decoded (or the caller stops it: Cancelled, checked between
// stages). A residual that is damaged or of the wrong size makes its own tile Failed, or Fallback where a
// baseline tile exists; level 0 tiles under a Failed level 1 tile fail with it. Uses idle threads of the calling
// thread's arena.
Result<ReconstructedFamily> reconstructFamily(const Pyramid& pyramid, const FamilyStreams& streams, ViewMode mode,
                                              BufferPool* pool, const StopToken& stop = {});

}  // namespace origami
