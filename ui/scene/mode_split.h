// Which view mode the canvas shows, or which two side by side. Pure state.
#pragma once

#include "core/engine/slide_engine.h"
#include "ui/scene/view_split.h"

#include <functional>
#include <vector>

namespace origami {

class ModeSplit {
public:
    // Whether the slide has something to show in a mode. Must be true for ViewMode::Reconstructed.
    using CanShow = std::function<bool(ViewMode)>;

    [[nodiscard]] ViewMode left() const noexcept { return m_left; }  // the only mode unless the canvas is split
    [[nodiscard]] ViewMode right() const noexcept { return m_right; }
    [[nodiscard]] bool isSplit() const noexcept { return m_split; }
    [[nodiscard]] double position() const noexcept { return m_position; }  // fraction of the width

    // Each returns whether anything changed. A mode in which the slide has nothing to show is not taken. When one side
    // of a split is given the other side's mode, the two change places.
    bool setLeft(ViewMode mode, const CanShow& canShow);
    bool setRight(ViewMode mode, const CanShow& canShow);
    bool setSplit(bool split, const CanShow& canShow);
    bool setPosition(double position) noexcept;  // kept between kMinSplit and kMaxSplit
    bool cycle(const CanShow& canShow);          // to the next mode in the order of kViewModes
    // Another slide: its reconstruction, undivided. The other mode and the position are kept.
    void reset() noexcept;

    struct Side {
        double x;  // of its left edge, physical pixels of the canvas
        Look look;
    };
    // The part of a view that each side shows, from left to right.
    [[nodiscard]] std::vector<Side> sidesOf(const Viewport& view) const;
    // The mode shown at a place of the canvas, in physical pixels from the left.
    [[nodiscard]] ViewMode modeAt(const Viewport& view, double x) const;

private:
    [[nodiscard]] static ViewMode nextMode(ViewMode mode, const CanShow& canShow);
    bool show(ViewMode left, ViewMode right, bool split) noexcept;

    ViewMode m_left = ViewMode::Reconstructed;
    ViewMode m_right = ViewMode::Prediction;
    bool m_split = false;
    double m_position = 0.5;
};

}  // namespace origami
