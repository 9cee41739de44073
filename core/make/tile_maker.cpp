#include "core/make/tile_maker.h"

#include "core/base/parallel.h"
#include "core/codec/jpeg_decoder.h"
#include "core/codec/png.h"
#include "core/make/view_modes.h"
#include "core/reconstruct/stage_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <utility>

namespace origami {
namespace {

constexpr std::int64_t kMaxRegionPixels = std::int64_t{1} << 28;

Error stopped() {
    return {ErrorCode::Cancelled, "stopped"};
}

std::string nameOf(const Slide& slide, TileId id) {
    return fmt::format("{}: level {} tile {}_{}", slide.info().path.string(), id.level, id.x, id.y);
}

Result<Rgb32Image> readAndDecode(const Slide& slide, TileId id, BufferPool* pool) {
    const Result<EncodedTile> encoded = slide.readEncoded(id);
    if (!encoded) {
        return encoded.error();
    }
    return decodeTile(slide, id, *encoded, pool);
}

// A tile that the store has, or made; of those that are derived, for the store to keep. Stores are for reconstructed
// tiles.
Result<std::shared_ptr<const Rgb32Image>> keptTile(const Slide& slide, TileId id, ViewMode mode, BufferPool* pool,
                                                   const StopToken& stop, TileKeeper* store) {
    if (std::shared_ptr<const Rgb32Image> kept = store != nullptr ? store->find(id) : nullptr) {
        return kept;
    }
    Result<Rgb32Image> made = makeTile(slide, id, mode, pool, stop, store);
    if (!made) {
        return std::move(made).error();
    }
    if (store != nullptr && slide.originOf(id.level) == TileOrigin::Derived) {
        return store->keep(id, std::move(*made));
    }
    return std::make_shared<const Rgb32Image>(std::move(*made));
}

// Halves the (up to) four tiles of the next finer level. Their own finer tiles are made one after the other, so
// that memory stays at four tiles a level however far down the file's levels are.
Result<Rgb32Image> deriveTile(const Slide& slide, TileId id, BufferPool* pool, const StopToken& stop,
                              TileKeeper* store) {
    const Pyramid& pyramid = slide.pyramid();
    const LevelRect rect = pyramid.tileRect(id);
    const LevelSize finer = pyramid.levelSize(id.level - 1);
    const LevelRect source = LevelRect{2 * rect.x, 2 * rect.y, 2 * rect.width, 2 * rect.height}.intersected(
        {0, 0, finer.width, finer.height});
    Rgb32Image mosaic(static_cast<int>(source.width), static_cast<int>(source.height));
    for (int dy = 0; dy < 2; ++dy) {
        for (int dx = 0; dx < 2; ++dx) {
            const TileId child{id.level - 1, 2 * id.x + dx, 2 * id.y + dy};
            if (!pyramid.contains(child)) {
                continue;
            }
            const Result<std::shared_ptr<const Rgb32Image>> tile =
                keptTile(slide, child, ViewMode::Reconstructed, pool, stop, store);
            if (!tile) {
                return tile.error();
            }
            copy((*tile)->view(), mosaic.view().sub(dx * pyramid.tileSize(), dy * pyramid.tileSize(), (*tile)->width(),
                                                    (*tile)->height()));
        }
    }
    return halved(std::as_const(mosaic).view());
}

// One tile of a level whose tiles come with their family.
Result<Rgb32Image> tileFromFamily(const Slide& slide, TileId id, ViewMode mode, BufferPool* pool,
                                  const StopToken& stop) {
    Result<FamilyTiles> family = makeFamily(slide, Pyramid::familyOf(id), mode, pool, stop);
    if (!family) {
        return std::move(family).error();
    }
    for (FamilyTile& tile : family->tiles) {
        if (tile.id == id && tile.kind != TileKind::Failed) {
            return std::move(tile.pixels);
        }
        if (tile.id == id && tile.problem) {
            return *tile.problem;
        }
    }
    return Error{ErrorCode::NotFound, nameOf(slide, id) + ": not part of its family"};
}

// The part of `tile` (at `from` in its level) that lies in `to`'s rectangle, copied there.
void paste(Rgb32View tile, const LevelRect& from, const LevelRect& region, MutableRgb32View to) {
    const LevelRect shared = from.intersected(region);
    if (shared.isEmpty()) {
        return;
    }
    const auto offset = [](std::int64_t a, std::int64_t b) { return static_cast<int>(a - b); };
    copy(tile.sub(offset(shared.x, from.x), offset(shared.y, from.y), static_cast<int>(shared.width),
                  static_cast<int>(shared.height)),
         to.sub(offset(shared.x, region.x), offset(shared.y, region.y), static_cast<int>(shared.width),
                static_cast<int>(shared.height)));
}

}  // namespace

Result<Rgb32Image> decodeTile(const Slide& slide, TileId id, const EncodedTile& encoded, BufferPool* pool) {
    // With overlap a stored tile is up to twice a tile's size.
    const int maxSide = 2 * slide.pyramid().tileSize();
    Result<Rgb32Image> decoded = encoded.codec == ImageCodec::Png
                                     ? decodePng(encoded.bytes, std::int64_t{maxSide} * maxSide)
                                     : JpegDecoder::forThisThread().decodeRgb32(encoded.bytes, maxSide, pool);
    if (!decoded) {
        return std::move(decoded).error().within(nameOf(slide, id));
    }
    const LevelRect& crop = encoded.crop;
    if (decoded->width() < crop.right() || decoded->height() < crop.bottom()) {
        return Error{ErrorCode::Corrupt,
                     fmt::format("{}: the stored image is {} x {} pixels where {} x {} are needed", nameOf(slide, id),
                                 decoded->width(), decoded->height(), crop.right(), crop.bottom())};
    }
    if (crop == LevelRect{0, 0, decoded->width(), decoded->height()}) {
        return decoded;
    }
    Rgb32Image cropped(static_cast<int>(crop.width), static_cast<int>(crop.height), pool);
    copy(std::as_const(*decoded).view().sub(static_cast<int>(crop.x), static_cast<int>(crop.y), cropped.width(),
                                            cropped.height()),
         cropped.view());
    return cropped;
}

Result<FamilyStreams> readFamily(const Slide& slide, FamilyId id, ViewMode mode) {
    return std::move(readFamilies(slide, {&id, 1}, mode).front());
}

std::vector<Result<FamilyStreams>> readFamilies(const Slide& slide, std::span<const FamilyId> ids, ViewMode mode) {
    std::vector<Result<FamilyStreams>> families = slide.readFamilies(ids);
    for (Result<FamilyStreams>& family : families) {
        if (family) {
            if (isDifference(mode)) {
                slide.readBaselines(*family);
            }
            family->source = slide.info().path.string();
        }
    }
    return families;
}

Result<FamilyTiles> makeFamily(const Slide& slide, FamilyId id, ViewMode mode, BufferPool* pool,
                               const StopToken& stop) {
    const StageClock clock;
    Result<FamilyStreams> streams = readFamily(slide, id, mode);
    if (!streams) {
        return std::move(streams).error();
    }
    const StageSpan read = clock.span(Stage::Read);
    recordSpan(read, tileOf(id));
    if (stop.stop_requested()) {
        return stopped();
    }
    return rebuildFamily(slide, *streams, read, mode, pool, stop);
}

void addRead(FamilyRecord& record, const StageSpan& read) {
    record.readMs = read.ms();
    record.totalMs += read.ms();
    record.spans.add(read);
}

Result<FamilyTiles> rebuildFamily(const Slide& slide, const FamilyStreams& streams, const StageSpan& read,
                                  ViewMode mode, BufferPool* pool, const StopToken& stop) {
    Result<ReconstructedFamily> rebuilt = reconstructFamily(slide.pyramid(), streams, rebuiltMode(mode), pool, stop);
    if (!rebuilt) {
        return std::move(rebuilt).error();
    }
    parallelFor(static_cast<int>(rebuilt->tiles.size()),
                [&](int i) { applyMode(mode, slide.pyramid(), streams, rebuilt->tiles[static_cast<std::size_t>(i)]); });
    FamilyTiles family{.tiles = std::move(rebuilt->tiles), .record = std::move(rebuilt->record)};
    family.record.slideId = slide.info().id;
    addRead(family.record, read);
    return family;
}

Result<Rgb32Image> makeTile(const Slide& slide, TileId id, ViewMode mode, BufferPool* pool, const StopToken& stop,
                            TileKeeper* store) {
    if (stop.stop_requested()) {
        return stopped();
    }
    const Pyramid& pyramid = slide.pyramid();
    if (!pyramid.contains(id)) {
        return Error{ErrorCode::InvalidArgument, nameOf(slide, id) + ": no such tile"};
    }
    const TileOrigin origin = slide.originOf(id.level);
    if (origin == TileOrigin::Family) {
        return tileFromFamily(slide, id, mode, pool, stop);
    }
    const LevelRect rect = pyramid.tileRect(id);
    if (const std::optional<std::uint32_t> nothing = nothingColor(mode)) {
        Rgb32Image neutral(static_cast<int>(rect.width), static_cast<int>(rect.height), pool);
        fill(neutral.view(), *nothing);
        return neutral;
    }
    Result<Rgb32Image> tile = origin == TileOrigin::Encoded  ? readAndDecode(slide, id, pool)
                              : origin == TileOrigin::Pixels ? slide.readPixels(id, stop)
                                                             : deriveTile(slide, id, pool, stop, store);
    if (tile && (tile->width() != rect.width || tile->height() != rect.height)) {
        return Error{ErrorCode::Corrupt, fmt::format("{}: {} x {} pixels instead of {} x {}", nameOf(slide, id),
                                                     tile->width(), tile->height(), rect.width, rect.height)};
    }
    return tile;
}

Result<PictureDifference> compareWithBaseline(const Slide& slide, FamilyId id, BufferPool* pool,
                                              const StopToken& stop) {
    if (!slide.info().hasBaseline) {
        return Error{ErrorCode::NotFound, slide.info().path.string() + " ships no baseline tiles"};
    }
    const Result<FamilyStreams> streams = readFamily(slide, id, ViewMode::DifferenceAbsolute);
    if (!streams) {
        return streams.error();
    }
    Result<ReconstructedFamily> family =
        reconstructFamily(slide.pyramid(), *streams, ViewMode::Reconstructed, pool, stop);
    if (!family) {
        return std::move(family).error();
    }
    PictureDifference difference;
    for (const FamilyTile& tile : family->tiles) {
        if (tile.id.level != 0) {
            continue;
        }
        if (stop.stop_requested()) {
            return stopped();
        }
        if (tile.kind == TileKind::Failed) {
            return tile.problem.value_or(Error{ErrorCode::Corrupt, nameOf(slide, tile.id) + " is damaged"});
        }
        const Result<Rgb32Image> baseline = decodeBaseline(slide.pyramid(), *streams, tile.id);
        if (!baseline) {
            return baseline.error();
        }
        difference.add(tile.pixels.view(), baseline->view());
    }
    return difference;
}

Result<Rgb32Image> renderRegion(const Slide& slide, const RegionRequest& request, BufferPool* pool,
                                const StopToken& stop, TileKeeper* store) {
    const Pyramid& pyramid = slide.pyramid();
    const LevelRect& rect = request.rect;
    if (request.level < 0 || request.level >= pyramid.levelCount()) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("{}: there is no level {}; the slide has levels 0 to {}", slide.info().path.string(),
                                 request.level, pyramid.levelCount() - 1)};
    }
    if (rect.isEmpty()) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("a region of {} x {} pixels is empty", rect.width, rect.height)};
    }
    if (rect.width > kMaxRegionPixels / rect.height) {
        return Error{ErrorCode::OutOfMemory, fmt::format("a region of {} x {} pixels is more than {} pixels in all",
                                                         rect.width, rect.height, kMaxRegionPixels)};
    }
    Rgb32Image image(static_cast<int>(rect.width), static_cast<int>(rect.height));
    fill(image.view(), nothingColor(request.mode).value_or(slide.info().background));

    const LevelSize size = pyramid.levelSize(request.level);
    const LevelRect inside = rect.intersected({0, 0, size.width, size.height});
    if (inside.isEmpty()) {
        return image;
    }
    const bool byFamily = slide.originOf(request.level) == TileOrigin::Family;
    const std::int64_t side =
        byFamily ? std::int64_t{pyramid.tileSize()} << (kFamilyLevel - request.level) : pyramid.tileSize();
    const std::int64_t left = inside.x / side;
    const std::int64_t top = inside.y / side;
    const std::int64_t columns = (inside.right() - 1) / side - left + 1;
    const std::int64_t rows = (inside.bottom() - 1) / side - top + 1;

    std::mutex mutex;
    std::optional<Error> problem;
    std::atomic<bool> failed{false};
    const auto fail = [&](Error error) {
        const std::lock_guard lock(mutex);
        if (!problem) {
            problem = std::move(error);
        }
        failed = true;
    };
    parallelFor(static_cast<int>(columns * rows), [&](int i) {
        if (failed) {
            return;
        }
        const auto x = static_cast<std::int32_t>(left + i % columns);
        const auto y = static_cast<std::int32_t>(top + i / columns);
        if (!byFamily) {
            const TileId id{request.level, x, y};
            const Result<std::shared_ptr<const Rgb32Image>> tile = keptTile(
                slide, id, request.mode, pool, stop, request.mode == ViewMode::Reconstructed ? store : nullptr);
            if (!tile) {
                fail(tile.error());
                return;
            }
            paste((*tile)->view(), pyramid.tileRect(id), rect, image.view());
            return;
        }
        Result<FamilyTiles> family = makeFamily(slide, {x, y}, request.mode, pool, stop);
        if (!family) {
            fail(std::move(family).error());
            return;
        }
        for (const FamilyTile& tile : family->tiles) {
            if (tile.id.level != request.level || !pyramid.tileRect(tile.id).intersects(rect)) {
                continue;
            }
            if (tile.kind == TileKind::Failed) {
                fail(tile.problem.value_or(Error{ErrorCode::Corrupt, nameOf(slide, tile.id) + " is damaged"}));
                return;
            }
            paste(tile.pixels.view(), pyramid.tileRect(tile.id), rect, image.view());
        }
    });
    if (problem) {
        return *std::move(problem);
    }
    return image;
}

bool isCheap(const Slide& slide, int level) {
    int depth = 0;
    while (level - depth > 0 && slide.originOf(level - depth) == TileOrigin::Derived) {
        ++depth;
    }
    // Tiles that we decode ourselves are several times cheaper than those that a library reads.
    return depth <= (slide.originOf(level - depth) == TileOrigin::Encoded ? 3 : 2);
}

Result<Rgb32Image> makeThumbnail(const Slide& slide, int maxSide, BufferPool* pool, const StopToken& stop,
                                 TileKeeper* store) {
    const Pyramid& pyramid = slide.pyramid();
    const auto longerSide = [](std::int64_t width, std::int64_t height) { return std::max(width, height); };
    int level = 0;
    while (level + 1 < pyramid.levelCount() &&
           longerSide(pyramid.levelSize(level + 1).width, pyramid.levelSize(level + 1).height) >= maxSide) {
        ++level;
    }
    Result<Rgb32Image> image =
        isCheap(slide, level) ? Error{ErrorCode::NotFound, ""} : slide.readAssociatedImage("thumbnail");
    if (!image) {
        const auto render = [&] {
            const LevelSize size = pyramid.levelSize(level);
            return renderRegion(slide, {.rect = {0, 0, size.width, size.height}, .level = level}, pool, stop, store);
        };
        withThreads(1, [&] {
            image = render();
            // Where a tile is damaged, a coarser level still shows the whole slide.
            while (!image && !image.error().isCancelled() && level + 1 < pyramid.levelCount()) {
                ++level;
                image = render();
            }
        });
    }
    if (!image || longerSide(image->width(), image->height()) <= maxSide) {
        return image;
    }
    // The slide's proportions, not those of a rounded level or of the file's own thumbnail.
    const LevelSize full = pyramid.levelSize(0);
    const double scale = static_cast<double>(maxSide) / static_cast<double>(longerSide(full.width, full.height));
    const auto scaled = [scale](std::int64_t side, int most) {
        return std::clamp(static_cast<int>(std::lround(static_cast<double>(side) * scale)), 1, most);
    };
    Rgb32Image thumbnail(scaled(full.width, image->width()), scaled(full.height, image->height()));
    shrink(std::as_const(*image).view(), thumbnail.view());
    return thumbnail;
}

}  // namespace origami
