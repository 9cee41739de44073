#include "core/slide/tiff_jpeg_levels.h"

#include <fmt/format.h>

#include <algorithm>

namespace origami {
namespace {

constexpr std::int64_t kMaxTileSide = 1024;

// Whether all tiles of the image are JPEG streams of a sane length.
bool isWholeJpeg(const TiffDirectory& image) {
    return image.isJpeg && std::ranges::all_of(image.tiles, [](const TiffTile& tile) {
               return tile.length > 0 && tile.length <= static_cast<std::uint64_t>(kMaxTiffTileBytes);
           });
}

const TiffTile& tileAt(const TiffDirectory& image, TileId id) noexcept {
    return image.tiles[static_cast<std::size_t>(id.y * image.grid.width + id.x)];
}

}  // namespace

Result<std::optional<TiffJpegLevels>> TiffJpegLevels::open(const std::filesystem::path& path, LevelSize level0) {
    using Levels = std::optional<TiffJpegLevels>;
    Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file) {
        return std::move(file).error();
    }
    Result<TiffPyramid> tiff = readTiffPyramid(*file);
    if (!tiff && tiff.error().mayPass()) {
        return std::move(tiff).error();
    }
    if (!tiff || tiff->images.empty()) {
        return Levels();
    }
    const LevelSize tileSize = tiff->images.front().tileSize;
    if (tiff->images.front().size != level0 || tileSize.width != tileSize.height || tileSize.width < kMinTileSize ||
        tileSize.width > kMaxTileSide || !isWholeJpeg(tiff->images.front())) {
        return Levels();
    }
    std::erase_if(tiff->images,
                  [&](const TiffDirectory& image) { return image.tileSize != tileSize || !isWholeJpeg(image); });
    return Levels(TiffJpegLevels(std::move(*file), std::move(tiff->images)));
}

const TiffDirectory* TiffJpegLevels::find(LevelSize size) const noexcept {
    const auto found = std::ranges::find(m_images, size, &TiffDirectory::size);
    return found != m_images.end() ? &*found : nullptr;
}

std::vector<Result<EncodedTile>> TiffJpegLevels::read(const TiffDirectory& image, std::span<const TileId> ids) const {
    return readTogether(
        m_file, ids, [&](TileId id) { return rangeOf(tileAt(image, id), m_file.size()); },
        [&](TileId id, const LoadedRange& loaded) { return take(image, id, loaded); });
}

std::vector<TileId> TiffJpegLevels::tilesBeside(const TiffDirectory& image, TileId id, int count) const {
    return storedBeside(id, image.grid, count,
                        [&](TileId tile) { return rangeOf(tileAt(image, tile), m_file.size()); });
}

Result<EncodedTile> TiffJpegLevels::take(const TiffDirectory& image, TileId id, const LoadedRange& loaded) const {
    const TiffTile& place = tileAt(image, id);
    Bytes alone;
    const Result<ByteSpan> stream = loaded.piece(m_file, place.offset, static_cast<std::size_t>(place.length), alone);
    if (!stream) {
        return stream.error();
    }
    EncodedTile tile;
    tile.bytes.reserve(joinedJpegSize(image.jpegTables.size(), stream->size()));
    if (Result<void> joined = appendJpeg(image.jpegTables, *stream, image.isRgb, tile.bytes); !joined) {
        return std::move(joined).error().within(fmt::format("{}: tile {}_{}", m_file.path().string(), id.x, id.y));
    }
    const std::int64_t side = image.tileSize.width;
    tile.crop = {0, 0, std::min(side, image.size.width - id.x * side), std::min(side, image.size.height - id.y * side)};
    return tile;
}

}  // namespace origami
