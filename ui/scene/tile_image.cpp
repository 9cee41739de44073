#include "ui/scene/tile_image.h"

namespace origami {
namespace {

// `owner` is what keeps the pixels of `view` alive; it is released with the last copy of the image.
template <class Owner>
QImage wrap(const Rgb32View& view, Owner owner) {
    auto* const kept = new Owner(std::move(owner));
    const auto release = [](void* pointer) { delete static_cast<Owner*>(pointer); };
    QImage image(reinterpret_cast<const uchar*>(view.data), view.width, view.height,
                 static_cast<qsizetype>(view.stride) * static_cast<qsizetype>(sizeof(std::uint32_t)),
                 QImage::Format_RGB32, release, kept);
    if (image.isNull()) {
        delete kept;  // QImage calls the cleanup only for images that came into being
    }
    return image;
}

}  // namespace

QImage imageOf(std::shared_ptr<const Tile> tile) {
    if (!tile || tile->pixels.isEmpty()) {
        return {};
    }
    const Rgb32View view = tile->pixels.view();
    return wrap(view, std::move(tile));
}

QImage imageOf(Rgb32Image pixels) {
    if (pixels.isEmpty()) {
        return {};
    }
    auto shared = std::make_shared<const Rgb32Image>(std::move(pixels));
    const Rgb32View view = shared->view();
    return wrap(view, std::move(shared));
}

}  // namespace origami
