#include "ui/scene/view_split.h"

#include <algorithm>
#include <cmath>

namespace origami {

ViewSplit splitView(const Viewport& view, double position) noexcept {
    ViewSplit split;
    split.at = std::round(std::clamp(position, kMinSplit, kMaxSplit) * view.size.width);
    const auto part = [&view](double left, double right) {
        Viewport seen = view;
        seen.size.width = right - left;
        seen.centre.x += ((left + right) / 2 - view.size.width / 2) / view.scale;
        return seen;
    };
    split.left = part(0, split.at);
    split.right = part(split.at, view.size.width);
    return split;
}

}  // namespace origami
