#include "ui/scene/tile_image.h"

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

}  // namespace origami
