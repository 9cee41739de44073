#include "ui/scene/mode_split.h"

#include "ui/scene/view_mode_info.h"

#include <algorithm>
#include <cmath>

namespace origami {

ViewMode ModeSplit::nextMode(ViewMode mode, const CanShow& canShow) {
    std::size_t index = indexOf(mode);
    do {
        index = (index + 1) % kViewModes.size();
    } while (!canShow(kViewModes[index]));
    return kViewModes[index];
}

bool ModeSplit::show(ViewMode left, ViewMode right, bool split) noexcept {
    if (left == m_left && right == m_right && split == m_split) {
        return false;
    }
    m_left = left;
    m_right = right;
    m_split = split;
    return true;
}

bool ModeSplit::setLeft(ViewMode mode, const CanShow& canShow) {
    return canShow(mode) && show(mode, m_split && mode == m_right ? m_left : m_right, m_split);
}

bool ModeSplit::setRight(ViewMode mode, const CanShow& canShow) {
    return canShow(mode) && show(m_split && mode == m_left ? m_right : m_left, mode, m_split);
}

bool ModeSplit::setSplit(bool split, const CanShow& canShow) {
    const bool needsAnother = split && (m_right == m_left || !canShow(m_right));
    const ViewMode right = needsAnother ? nextMode(m_left, canShow) : m_right;
    return show(m_left, right, split && right != m_left);
}

bool ModeSplit::setPosition(double position) noexcept {
    const double limited = std::clamp(position, kMinSplit, kMaxSplit);
    if (limited == m_position || !std::isfinite(position)) {
        return false;
    }
    m_position = limited;
    return true;
}

bool ModeSplit::cycle(const CanShow& canShow) {
    ViewMode next = nextMode(m_left, canShow);
    if (m_split && next == m_right) {
        next = nextMode(next, canShow);
    }
    return setLeft(next, canShow);
}

void ModeSplit::reset() noexcept {
    m_left = ViewMode::Reconstructed;
    m_split = false;
}

std::vector<ModeSplit::Side> ModeSplit::sidesOf(const Viewport& view) const {
    if (!m_split) {
        return {{0, {view, m_left}}};
    }
    const ViewSplit split = splitView(view, m_position);
    return {{0, {split.left, m_left}}, {split.at, {split.right, m_right}}};
}

ViewMode ModeSplit::modeAt(const Viewport& view, double x) const {
    return m_split && x >= splitView(view, m_position).at ? m_right : m_left;
}

}  // namespace origami
