// Makes tiles of any slide, whatever their origin, on the calling thread (and idle threads of its arena). The
// scheduler's jobs, regions, thumbnails and encoders all come through here. No cache, no queue.
#pragma once

#include "core/base/result.h"
#include "core/base/stop_token.h"
#include "core/metrics/metrics.h"
#include "core/reconstruct/family_reconstructor.h"
#include "core/slide/slide.h"

#include <functional>

namespace origami {

struct FamilyTiles {
    std::vector<FamilyTile> tiles;
    FamilyRecord record;  // with slideId and readMs
};

// Reads and rebuilds one family. Blocks.
Result<FamilyTiles> makeFamily(const Slide& slide, FamilyId id, ViewMode mode, BufferPool* pool,
                               const StopToken& stop = {});

// Reads and makes one tile of origin Encoded, Pixels or Derived; its size is exactly that of
// pyramid().tileRect(id). Blocks.
Result<Rgb32Image> makeTile(const Slide& slide, TileId id, ViewMode mode, BufferPool* pool, const StopToken& stop = {});

struct RegionRequest {
    LevelRect rect;  // pixels of `level`; may reach outside the slide, which is then filled with the background
    int level = 0;   // 0 .. levelCount() - 1
    ViewMode mode = ViewMode::Reconstructed;
};

// The pixels of a rectangle of one level. Uses the arena's threads. Fails, naming the tile, if any tile of it
// cannot be made: a picture with silently coarser parts would be a lie. At most 2^28 pixels (OutOfMemory).
Result<Rgb32Image> renderRegion(const Slide& slide, const RegionRequest& request, BufferPool* pool,
                                const StopToken& stop = {});

}  // namespace origami
