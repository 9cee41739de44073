#include "ui/scene/surrounded_picture.h"

#include <algorithm>

namespace origami {

SurroundedPicture::Row SurroundedPicture::row(int y) const noexcept {
    const Rgb32View& own = picture();
    const int dy = y < 0 ? -1 : y >= own.height ? 1 : 0;
    const int nearest = std::clamp(y, 0, own.height - 1);
    // The row of a picture in the same row of pictures; of those above and below the one at their near edge.
    const auto rowOf = [&](const Rgb32View& other) {
        return other.row(dy < 0 ? other.height - 1 : dy > 0 ? 0 : nearest);
    };
    const auto beside = [&](int dx) {
        const Rgb32View& other = pictures[static_cast<std::size_t>(kMiddle + kSide * dy + dx)];
        if (other.width > 0 && other.height > 0 && (dy != 0 || other.height == own.height)) {
            return rowOf(other)[dx < 0 ? other.width - 1 : 0];
        }
        return own.row(nearest)[dx < 0 ? 0 : own.width - 1];
    };
    const Rgb32View& middle = pictures[static_cast<std::size_t>(kMiddle + kSide * dy)];
    const bool fits = middle.height > 0 && middle.width == own.width;
    return {beside(-1), fits ? rowOf(middle) : own.row(nearest), beside(1)};
}

void copyBordered(const SurroundedPicture& from, MutableRgb32View to) noexcept {
    for (int y = 0; y < to.height; ++y) {
        const SurroundedPicture::Row row = from.row(y - 1);
        to.row(y)[0] = row.before;
        std::copy_n(row.pixels, to.width - 2, to.row(y) + 1);
        to.row(y)[to.width - 1] = row.behind;
    }
}

}  // namespace origami
