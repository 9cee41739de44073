#include "ui/scene/view_mode_info.h"

#include "core/make/color_scale.h"
#include "core/make/view_modes.h"

#include <QColor>
#include <QCoreApplication>

namespace origami {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ViewModes", text);
}

QVariantMap tick(double at, const QString& label) {
    return {{QStringLiteral("at"), at}, {QStringLiteral("label"), label}};
}

QVariantMap legend(const QString& title, ColorScaleKind kind, const QVariantList& ticks) {
    return {{QStringLiteral("title"), title},
            {QStringLiteral("stops"), colorStops(kind)},
            {QStringLiteral("ticks"), ticks}};
}

// Ticks at -range, 0 and range.
QVariantList bothWays(int range) {
    const QString number = QString::number(range);
    return {tick(0, QStringLiteral("−") + number), tick(0.5, QStringLiteral("0")),
            tick(1, QStringLiteral("+") + number)};
}

QVariantList upTo(double range) {
    return {tick(0, QStringLiteral("0")), tick(0.5, QString::number(range / 2)),
            tick(1, QStringLiteral("≥ ") + QString::number(range))};
}

}  // namespace

QString viewModeName(ViewMode mode) {
    switch (mode) {
        case ViewMode::Reconstructed: return tr("Reconstructed");
        case ViewMode::Prediction: return tr("Prediction only");
        case ViewMode::Residual: return tr("Residual, gray");
        case ViewMode::ResidualColor: return tr("Residual, signed colour");
        case ViewMode::DifferenceAbsolute: return tr("Difference to baseline, absolute");
        case ViewMode::DifferenceSigned: return tr("Difference to baseline, signed");
        case ViewMode::DifferenceColor: return tr("Difference to baseline, CIEDE2000");
    }
    return {};
}

QString whyNotInMode(ViewMode mode, const SlideInfo& info) {
    if (mode == ViewMode::Reconstructed) {
        return {};
    }
    if (!info.residuals) {
        return tr("This slide stores its pixels as they are: there is nothing to predict or to correct.");
    }
    if (isDifference(mode)) {
        return info.hasBaseline ? QString() : tr("This slide ships no baseline tiles to compare with.");
    }
    if (mode != ViewMode::Prediction && info.residuals->present == 0) {
        return tr("The residuals of this slide are missing.");
    }
    return {};
}

QString emptyLevelNote(ViewMode mode, const SlideInfo& info, int level) {
    if (!nothingColor(mode) || level == 0) {
        return {};
    }
    if (isDifference(mode)) {
        return level < kFamilyLevel ? QString() : tr("Levels 2 and coarser are the baseline themselves: zoom in.");
    }
    if (level < kFamilyLevel && info.format != SlideFormat::OrigamiTiff) {
        return {};
    }
    return info.format == SlideFormat::OrigamiTiff ? tr("ORIGAMI TIFF has residuals at level 0 alone: zoom in.")
                                                   : tr("Levels 2 and coarser have no residuals: zoom in.");
}

QVariantMap viewModeLegend(ViewMode mode) {
    switch (mode) {
        case ViewMode::Reconstructed:
        case ViewMode::Prediction: break;
        case ViewMode::Residual:
            return legend(
                tr("Residual, levels of luma"), ColorScaleKind::Gray,
                {tick(0, QStringLiteral("−128")), tick(0.5, QStringLiteral("0")), tick(1, QStringLiteral("+127"))});
        case ViewMode::ResidualColor:
            return legend(tr("Residual, levels of luma"), ColorScaleKind::Diverging, bothWays(kResidualRange));
        case ViewMode::DifferenceAbsolute:
            return legend(tr("Largest channel difference, levels"), ColorScaleKind::Sequential, upTo(kDifferenceRange));
        case ViewMode::DifferenceSigned:
            return legend(tr("Luma less the baseline's, levels"), ColorScaleKind::Diverging,
                          bothWays(kDifferenceRange));
        case ViewMode::DifferenceColor:
            return legend(tr("Colour difference, ΔE00"), ColorScaleKind::Sequential, upTo(kColorDifferenceRange));
    }
    return {};
}

QVariantList colorStops(ColorScaleKind kind) {
    constexpr int kStops = 16;
    QVariantList stops;
    for (int i = 0; i <= kStops; ++i) {
        const double at = static_cast<double>(i) / kStops;
        const QColor color =
            kind == ColorScaleKind::Gray
                ? QColor::fromRgbF(static_cast<float>(at), static_cast<float>(at), static_cast<float>(at))
            : kind == ColorScaleKind::Sequential ? QColor::fromRgb(sequentialColor(at))
                                                 : QColor::fromRgb(divergingColor(2 * at - 1));
        stops << QVariantMap{{QStringLiteral("at"), at}, {QStringLiteral("color"), color}};
    }
    return stops;
}

}  // namespace origami
