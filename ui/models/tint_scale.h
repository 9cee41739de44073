// What a map of families shows by colour: the numbers behind it, their scale, and its legend. Pure.
#pragma once

#include "core/metrics/metrics.h"
#include "core/pyramid/pyramid.h"

#include <QColor>
#include <QString>
#include <QVariantMap>

#include <cstdint>
#include <span>

namespace origami {

enum class Tint { None, Time, BytesPerTile, Age, Kind };
inline constexpr int kTints = 5;

QString tintName(Tint tint);

// The smallest of 1, 2, 5 times a power of ten that is not less; 1 for what is not positive.
[[nodiscard]] double roundedUp(double value) noexcept;

class TintScale {
public:
    // For these families of a slide, at this moment of the steady clock.
    TintScale(Tint tint, const Pyramid& pyramid, std::span<const FamilySummary> families, std::int64_t nowNs);

    // Milliseconds; bytes for each level 0 tile; seconds since it was made; for Kind the TileKind of its worst tile.
    [[nodiscard]] double valueOf(const FamilySummary& family) const;
    [[nodiscard]] QColor colorOf(const FamilySummary& family) const;
    // What tells kinds apart without colour; plain for what is a number.
    [[nodiscard]] Qt::BrushStyle patternOf(const FamilySummary& family) const;
    // "12.3 ms", "4.5 kB", "12 s", "predicted 16".
    [[nodiscard]] QString labelOf(const FamilySummary& family) const;
    [[nodiscard]] double limit() const noexcept { return m_limit; }  // of the scale; 0 for kinds

    // As ColorLegend.qml takes it: {title, stops, ticks}, or for kinds {title, swatches: [{label, color, pattern}]},
    // where the pattern is a Qt::BrushStyle.
    [[nodiscard]] QVariantMap legend() const;

private:
    [[nodiscard]] QString amount(double value) const;

    Tint m_tint;
    Pyramid m_pyramid;
    std::int64_t m_nowNs;
    double m_limit = 0;
};

}  // namespace origami
