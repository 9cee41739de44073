#include "ui/scene/tile_image.h"

#include "ui/session/core_image.h"

#include <algorithm>
#include <new>
#include <utility>

namespace origami {

Picture pictureOf(const std::shared_ptr<const Tile>& tile) {
    return tile && !tile->pixels.isEmpty() ? Picture(tile, &tile->pixels) : nullptr;
}

SurroundedPicture TileBlock::view() const {
    SurroundedPicture view;
    std::ranges::transform(pictures, view.pictures.begin(),
                           [](const Picture& picture) { return picture ? picture->view() : Rgb32View(); });
    return view;
}

QImage borderedImage(const TileBlock& block) try {
    const SurroundedPicture view = block.view();
    Rgb32Image image(view.picture().width + 2, view.picture().height + 2);
    copyBordered(view, image.view());
    return imageOf(std::move(image));
} catch (const std::bad_alloc&) {
    return {};
}

}  // namespace origami
