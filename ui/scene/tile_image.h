// The pixels of tiles as QImage. Any thread.
#pragma once

#include "core/engine/slide_engine.h"
#include "ui/scene/surrounded_picture.h"

#include <QImage>

#include <array>
#include <memory>

namespace origami {

using Picture = std::shared_ptr<const Rgb32Image>;
// The pixels of a tile, for as long as they are kept. Null of null, and of a tile without any.
Picture pictureOf(const std::shared_ptr<const Tile>& tile);

// A tile's pixels in the middle of its eight neighbours', row by row; those that are not at hand are null.
struct TileBlock {
    std::array<Picture, SurroundedPicture::kCount> pictures;

    bool operator==(const TileBlock&) const = default;
    [[nodiscard]] SurroundedPicture view() const;
};

// The pixels of the tile in the middle, which has some, within a border of one pixel. Null if there is no memory for
// it.
QImage borderedImage(const TileBlock& block);

}  // namespace origami
