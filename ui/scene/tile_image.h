// Pixels of the core as QImage. Any thread.
#pragma once

#include "core/engine/slide_engine.h"

#include <QImage>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace origami {

// A tile in the middle of its eight neighbours, row by row; those that are not at hand are null.
struct TileBlock {
    static constexpr int kSide = 3;
    static constexpr int kMiddle = 4;
    std::array<std::shared_ptr<const Tile>, std::size_t{kSide} * kSide> tiles;
};

// The pixels of the tile in the middle, which has some, within a border of one pixel from its neighbours, so that
// interpolation runs on across the tile's edges. Where a neighbour is missing the tile's own edge is repeated. Null if
// there is no memory for it.
QImage borderedImage(const TileBlock& block);
// That a whole tile's takes.
[[nodiscard]] std::size_t borderedBytes(int tileSize);

// Takes the pixels over, without copying them. Null for an empty image.
QImage imageOf(Rgb32Image pixels);
// The pixels of an image in RGB32, for as long as it lives.
Rgb32View viewOf(const QImage& image);

}  // namespace origami
