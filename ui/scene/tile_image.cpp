#include "ui/scene/tile_image.h"

#include <new>
#include <utility>

namespace origami {
namespace {

// From where a border of one pixel on one side of a tile comes, along one axis: the neighbour's near edge, or the
// tile's own.
int nearEdge(int step, int length, bool isNeighbour) {
    return (step < 0) == isNeighbour ? length - 1 : 0;
}

bool fits(const Rgb32View& tile, const Rgb32View& neighbour, int dx, int dy) {
    return neighbour.width > 0 && neighbour.height > 0 && (dx != 0 || neighbour.width == tile.width) &&
           (dy != 0 || neighbour.height == tile.height);
}

}  // namespace

QImage borderedImage(const TileBlock& block) try {
    const Rgb32View tile = block.tiles[TileBlock::kMiddle]->pixels.view();
    Rgb32Image image(tile.width + 2, tile.height + 2);
    const MutableRgb32View bordered = image.view();
    copy(tile, bordered.sub(1, 1, tile.width, tile.height));
    for (int index = 0; index < TileBlock::kSide * TileBlock::kSide; ++index) {
        if (index == TileBlock::kMiddle) {
            continue;
        }
        const int dx = index % TileBlock::kSide - 1;
        const int dy = index / TileBlock::kSide - 1;
        const Tile* const neighbour = block.tiles[static_cast<std::size_t>(index)].get();
        const bool isThere = neighbour && fits(tile, neighbour->pixels.view(), dx, dy);
        const Rgb32View source = isThere ? neighbour->pixels.view() : tile;
        const int width = dx == 0 ? tile.width : 1;
        const int height = dy == 0 ? tile.height : 1;
        const int fromX = dx == 0 ? 0 : nearEdge(dx, source.width, isThere);
        const int fromY = dy == 0 ? 0 : nearEdge(dy, source.height, isThere);
        const int toX = dx < 0 ? 0 : dx == 0 ? 1 : tile.width + 1;
        const int toY = dy < 0 ? 0 : dy == 0 ? 1 : tile.height + 1;
        copy(source.sub(fromX, fromY, width, height), bordered.sub(toX, toY, width, height));
    }
    return imageOf(std::move(image));
} catch (const std::bad_alloc&) {
    return {};
}

std::size_t borderedBytes(int tileSize) {
    const auto side = static_cast<std::size_t>(tileSize) + 2;
    return side * side * sizeof(std::uint32_t);
}

QImage imageOf(Rgb32Image pixels) {
    if (pixels.isEmpty()) {
        return {};
    }
    auto* const kept = new Rgb32Image(std::move(pixels));
    const Rgb32View view = std::as_const(*kept).view();
    const auto release = [](void* pointer) { delete static_cast<Rgb32Image*>(pointer); };
    QImage image(reinterpret_cast<const uchar*>(view.data), view.width, view.height,
                 static_cast<qsizetype>(view.stride) * static_cast<qsizetype>(sizeof(std::uint32_t)),
                 QImage::Format_RGB32, release, kept);
    if (image.isNull()) {
        delete kept;  // QImage calls the cleanup only for images that came into being
    }
    return image;
}

Rgb32View viewOf(const QImage& image) {
    Q_ASSERT(image.isNull() || image.format() == QImage::Format_RGB32);
    return {reinterpret_cast<const std::uint32_t*>(image.constBits()), image.width(), image.height(),
            static_cast<std::ptrdiff_t>(image.bytesPerLine()) / static_cast<std::ptrdiff_t>(sizeof(std::uint32_t))};
}

}  // namespace origami
