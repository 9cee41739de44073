// How a number about each family becomes a colour: the numbers, their scale, and the legend. Pure.
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

// The smallest of 1, 2 or 5 times a power of ten that is not less than the value; 1 if the value is not positive.
[[nodiscard]] double roundedUp(double value) noexcept;

class TintScale {
public:
    // A scale for these families of a slide; `nowNs` is the time of the steady clock.
    TintScale(Tint tint, const Pyramid& pyramid, std::span<const FamilySummary> families, std::int64_t nowNs);

    // By tint: milliseconds; bytes per level 0 tile; seconds since the family was made; the TileKind of its worst tile.
    [[nodiscard]] double valueOf(const FamilySummary& family) const;
    [[nodiscard]] QColor colorOf(const FamilySummary& family) const;
    // A pattern that tells kinds apart without colour; solid for numbers.
    [[nodiscard]] Qt::BrushStyle patternOf(const FamilySummary& family) const;
    // "12.3 ms", "4.5 kB", "12 s", "predicted 16".
    [[nodiscard]] QString labelOf(const FamilySummary& family) const;
    [[nodiscard]] double limit() const noexcept { return m_limit; }  // upper end of the scale; 0 for kinds

    // What ColorLegend.qml shows: {title, stops, ticks}, or for kinds {title, swatches: [{label, color, pattern}]},
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
