// Pixels of the core as QImage, without copying them. Any thread.
#pragma once

#include "core/engine/slide_engine.h"

#include <QImage>

#include <memory>

namespace origami {

// Shares the tile's pixels and keeps the tile alive as long as the image exists. Null for a failed tile.
QImage imageOf(std::shared_ptr<const Tile> tile);

// Takes the pixels over. Null for an empty image.
QImage imageOf(Rgb32Image pixels);

}  // namespace origami
