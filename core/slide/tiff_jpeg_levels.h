// Levels of an ordinary TIFF slide that are stored as JPEG tiles, read past OpenSlide: their tiles are decoded like
// those of Deep Zoom, at the speed of libjpeg-turbo. Private to slide/.
#pragma once

#include "core/slide/slide.h"
#include "core/storage/file.h"
#include "core/storage/tiff_pyramid.h"

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

namespace origami {

class TiffJpegLevels {
public:
    // Nothing unless the file's first image has this size and square JPEG tiles, all of which are there. Blocks.
    static std::optional<TiffJpegLevels> open(const std::filesystem::path& path, LevelSize level0);

    [[nodiscard]] int tileSize() const noexcept { return static_cast<int>(m_images.front().tileSize.width); }
    // The image of this size; null if it is not among them. Valid as long as this.
    [[nodiscard]] const TiffDirectory* find(LevelSize size) const noexcept;
    // Tile (x, y) of one of them as a whole JPEG file, of which `crop` is the picture. Thread-safe; blocks.
    [[nodiscard]] Result<EncodedTile> read(const TiffDirectory& image, std::int64_t x, std::int64_t y) const;

private:
    TiffJpegLevels(RandomAccessFile file, std::vector<TiffDirectory> images)
        : m_file(std::move(file)), m_images(std::move(images)) {}

    RandomAccessFile m_file;
    std::vector<TiffDirectory> m_images;  // all with tiles of the same size; the first is level 0
};

}  // namespace origami
