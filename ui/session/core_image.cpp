#include "ui/session/core_image.h"

#include <cstdint>
#include <utility>

namespace origami {

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
