// Levels of an ordinary TIFF slide that are stored as JPEG tiles, read past OpenSlide: their tiles are decoded like
// those of Deep Zoom, at the speed of libjpeg-turbo. Private to slide/.
#pragma once

#include "core/base/recycled_bytes.h"
#include "core/slide/slide.h"
#include "core/storage/file.h"
#include "core/storage/stored_range.h"
#include "core/storage/tiff_pyramid.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace origami {

class TiffJpegLevels {
public:
    // Nothing unless the file's first image has this size and consists of square JPEG tiles, none of them missing. An
    // error only if the file cannot be read. Blocks.
    static Result<std::optional<TiffJpegLevels>> open(const std::filesystem::path& path, LevelSize level0);

    [[nodiscard]] int tileSize() const noexcept { return static_cast<int>(m_images.front().tileSize.width); }
    // The image of this size; null if it is not among them. Valid as long as this.
    [[nodiscard]] const TiffDirectory* find(LevelSize size) const noexcept;
    // Reads tiles of one image as whole JPEG files, with as few reads as possible. Only x and y of the ids are used;
    // `crop` is the part of the decoded tile that lies inside the image. Thread-safe; blocks.
    [[nodiscard]] std::vector<Result<EncodedTile>> read(const TiffDirectory& image, std::span<const TileId> ids) const;
    // Of a tile those of which the file has the bytes before and behind it: at most `count`, nearest first.
    [[nodiscard]] std::vector<TileId> tilesBeside(const TiffDirectory& image, TileId id, int count) const;

private:
    static constexpr std::size_t kBuffersKept = 16;  // of reads

    TiffJpegLevels(RandomAccessFile file, std::vector<TiffDirectory> images)
        : m_file(std::move(file)),
          m_images(std::move(images)),
          m_buffers(std::make_unique<RecycledBytes>(kBuffersKept)) {}

    [[nodiscard]] Result<EncodedTile> take(const TiffDirectory& image, TileId id, const LoadedRange& loaded) const;

    RandomAccessFile m_file;
    std::vector<TiffDirectory> m_images;  // all with tiles of the same size; the first is level 0
    std::unique_ptr<RecycledBytes> m_buffers;
};

}  // namespace origami
