// What each view mode is called, where it has something to show, and what its colours mean.
#pragma once

#include "core/engine/slide_engine.h"

#include <QString>
#include <QVariantMap>

#include <array>
#include <cstddef>

namespace origami {

// In the order of the menu and of the key V.
inline constexpr std::array kViewModes{
    ViewMode::Reconstructed,      ViewMode::Prediction,       ViewMode::Residual,       ViewMode::ResidualColor,
    ViewMode::DifferenceAbsolute, ViewMode::DifferenceSigned, ViewMode::DifferenceColor};

// The mode's place in that order.
[[nodiscard]] constexpr std::size_t indexOf(ViewMode mode) noexcept {
    std::size_t index = 0;
    while (kViewModes[index] != mode) {
        ++index;
    }
    return index;
}

QString viewModeName(ViewMode mode);

// One sentence that says why the slide has nothing to show in this mode; empty if it has something to show.
QString whyNotInMode(ViewMode mode, const SlideInfo& info);

// One sentence if a mode that the slide supports shows nothing at this level; otherwise empty.
QString emptyLevelNote(ViewMode mode, const SlideInfo& info, int level);

// What the colours of a mode mean, for ColorLegend.qml: {title, stops: [{at, color}], ticks: [{at, label}]}, where `at`
// goes from 0 at the left to 1 at the right. Empty for modes that show the slide's own colours.
QVariantMap viewModeLegend(ViewMode mode);

// The colour scale of a legend.
enum class ColorScaleKind { Gray, Sequential, Diverging };
QVariantList colorStops(ColorScaleKind kind);

}  // namespace origami
