// The levels of an ordinary TIFF slide that are stored as JPEG tiles. We read these without OpenSlide and decode them
// like tiles of Deep Zoom, at the speed of libjpeg-turbo. Private to slide/.
#pragma once

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
    // The image of this size; null if there is none. Valid as long as this object.
    [[nodiscard]] const TiffDirectory* find(LevelSize size) const noexcept;
    // Reads tiles of one image as whole JPEG files, with as few reads as possible. Only x and y of the ids are used;
    // `crop` is the part of the decoded tile that lies inside the image. Thread-safe; blocks.
    [[nodiscard]] std::vector<Result<EncodedTile>> read(const TiffDirectory& image, std::span<const TileId> ids) const;
    // As Slide::tilesBeside.
    [[nodiscard]] std::vector<TileId> tilesBeside(const TiffDirectory& image, TileId id, int count) const;

private:
    TiffJpegLevels(RandomAccessFile file, std::vector<TiffDirectory> images)
        : m_file(std::move(file)), m_images(std::move(images)) {}

    [[nodiscard]] Result<EncodedTile> take(const TiffDirectory& image, TileId id, const LoadedRange& loaded) const;

    RandomAccessFile m_file;
    std::vector<TiffDirectory> m_images;  // tiles of all have the same size; the first image is level 0
};

}  // namespace origami
