// What each view mode is called, where it has something to show, and what its colours mean.
#pragma once

#include "core/engine/slide_engine.h"

#include <QString>
#include <QVariantMap>

#include <array>

namespace origami {

// In the order of the menu and of the key V.
inline constexpr std::array kViewModes{
    ViewMode::Reconstructed,      ViewMode::Prediction,       ViewMode::Residual,       ViewMode::ResidualColor,
    ViewMode::DifferenceAbsolute, ViewMode::DifferenceSigned, ViewMode::DifferenceColor};

QString viewModeName(ViewMode mode);

// One sentence that says why the slide has nothing to show in this mode; empty where it has.
QString whyNotInMode(ViewMode mode, const SlideInfo& info);

// One sentence where a mode that the slide has shows nothing at this level; else empty.
QString emptyLevelNote(ViewMode mode, const SlideInfo& info, int level);

// What the colours of a mode mean, for ColorLegend.qml: {title, stops: [{at, color}], ticks: [{at, label}]} with places
// 0..1 from left to right; empty for modes that show the slide's own colours.
QVariantMap viewModeLegend(ViewMode mode);

// The scale of such a legend.
enum class ColorScaleKind { Gray, Sequential, Diverging };
QVariantList colorStops(ColorScaleKind kind);

}  // namespace origami
