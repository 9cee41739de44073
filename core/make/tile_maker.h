// Makes tiles of any slide, whatever their origin, on the calling thread (and idle threads of its arena). The
// scheduler's jobs, regions, thumbnails and encoders all come through here. No cache, no queue.
#pragma once

#include "core/base/result.h"
#include "core/base/stop_token.h"
#include "core/metrics/metrics.h"
#include "core/quality/picture_difference.h"
#include "core/reconstruct/family_reconstructor.h"
#include "core/slide/slide.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace origami {

struct FamilyTiles {
    std::vector<FamilyTile> tiles;
    FamilyRecord record;  // with slideId and readMs
};

// Reads and rebuilds one family. Blocks.
Result<FamilyTiles> makeFamily(const Slide& slide, FamilyId id, ViewMode mode, BufferPool* pool,
                               const StopToken& stop = {});

// The two halves of making a family, for those who read on one thread and rebuild on another. The first blocks on the
// disk, the second does not touch it; `read` goes into the record.
Result<FamilyStreams> readFamily(const Slide& slide, FamilyId id, ViewMode mode = ViewMode::Reconstructed);
// The first half for several families. One result per id, in that order.
std::vector<Result<FamilyStreams>> readFamilies(const Slide& slide, std::span<const FamilyId> ids, ViewMode mode);
Result<FamilyTiles> rebuildFamily(const Slide& slide, const FamilyStreams& streams, const StageSpan& read,
                                  ViewMode mode, BufferPool* pool, const StopToken& stop = {});

// Makes reading, which took `read`, part of a record of rebuilding.
void addRead(FamilyRecord& record, const StageSpan& read);

// Decodes and crops a tile of origin Encoded, into memory from the pool if there is one. Does not touch the disk.
Result<Rgb32Image> decodeTile(const Slide& slide, TileId id, const EncodedTile& encoded, BufferPool* pool = nullptr);

// Keeps tiles that had to be made on the way to others.
class TileKeeper {
public:
    virtual ~TileKeeper() = default;
    // The tile if it is kept, else null.
    virtual std::shared_ptr<const Rgb32Image> find(TileId id) = 0;
    // A tile of origin Derived was made on the way to a coarser one.
    virtual std::shared_ptr<const Rgb32Image> keep(TileId id, Rgb32Image tile) = 0;
};

// Reads and makes one tile of any origin (one of origin Family with its whole family, so prefer makeFamily for
// those); its size is exactly that of pyramid().tileRect(id). Outside Reconstructed mode, levels that have no
// residual show themselves as the prediction, and nothingColor(mode) as residual or difference. Blocks.
Result<Rgb32Image> makeTile(const Slide& slide, TileId id, ViewMode mode, BufferPool* pool, const StopToken& stop = {},
                            TileKeeper* store = nullptr);

// How far level 0 of a family, rebuilt, is from the baseline tiles that the slide ships. NotFound where it ships none.
// Blocks.
Result<PictureDifference> compareWithBaseline(const Slide& slide, FamilyId id, BufferPool* pool,
                                              const StopToken& stop = {});

struct RegionRequest {
    LevelRect rect;  // pixels of `level`; may reach outside the slide, which is then filled with the background
    int level = 0;   // 0 .. levelCount() - 1
    ViewMode mode = ViewMode::Reconstructed;
};

// The pixels of a rectangle of one level. Uses the arena's threads. Fails, naming the tile, if any tile of it
// cannot be made: a picture with silently coarser parts would be a lie. At most 2^28 pixels (OutOfMemory). With a
// store, reconstructed tiles that it has are not made once more, and it keeps those that are derived.
Result<Rgb32Image> renderRegion(const Slide& slide, const RegionRequest& request, BufferPool* pool,
                                const StopToken& stop = {}, TileKeeper* store = nullptr);

// The whole slide with its longer side at most `maxSide` pixels (and at least 1 x 1), on the calling thread alone: from
// the coarsest level that has the pixels, or from a coarser one where that is damaged, or from the file's own thumbnail
// where that level would have to be derived from far finer ones. Uses `store` as renderRegion does. Blocks.
Result<Rgb32Image> makeThumbnail(const Slide& slide, int maxSide, BufferPool* pool, const StopToken& stop = {},
                                 TileKeeper* store = nullptr);

// False for levels so far above the file's coarsest one that a tile costs more than 16 tiles of that, or 64 if our
// own decoder makes them.
bool isCheap(const Slide& slide, int level);

}  // namespace origami
