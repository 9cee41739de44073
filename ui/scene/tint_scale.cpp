#include "ui/scene/tint_scale.h"

#include "ui/scene/view_mode_info.h"

#include "core/make/color_scale.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace origami {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("FamilyTint", text);
}

// The worst kind first. The colours are those of Okabe and Ito, which people with colour blindness can tell apart.
struct KindLook {
    TileKind kind;
    const char* name;
    QRgb color;
    Qt::BrushStyle pattern;
};
constexpr std::array<KindLook, 5> kKinds{
    {{TileKind::Failed, QT_TRANSLATE_NOOP("FamilyTint", "failed"), 0xFF000000, Qt::Dense5Pattern},
     {TileKind::Predicted, QT_TRANSLATE_NOOP("FamilyTint", "predicted"), 0xFFD55E00, Qt::DiagCrossPattern},
     {TileKind::Fallback, QT_TRANSLATE_NOOP("FamilyTint", "fallback"), 0xFFE69F00, Qt::BDiagPattern},
     {TileKind::ResidualView, QT_TRANSLATE_NOOP("FamilyTint", "residual view"), 0xFF56B4E9, Qt::HorPattern},
     {TileKind::Generated, QT_TRANSLATE_NOOP("FamilyTint", "generated"), 0xFF009E73, Qt::SolidPattern}}};

int countOf(const FamilySummary& family, TileKind kind) {
    return family.tiles[static_cast<std::size_t>(kind)];
}

const KindLook& lookOf(const FamilySummary& family) {
    const auto worst =
        std::ranges::find_if(kKinds, [&](const KindLook& look) { return countOf(family, look.kind) > 0; });
    return worst != kKinds.end() ? *worst : kKinds.back();
}

}  // namespace

QString tintName(Tint tint) {
    switch (tint) {
        case Tint::None: return tr("None");
        case Tint::Time: return tr("Total time");
        case Tint::BytesPerTile: return tr("Bytes per tile");
        case Tint::Age: return tr("Age");
        case Tint::Kind: return tr("Kind");
    }
    return {};
}

double roundedUp(double value) noexcept {
    if (!(value > 0) || !std::isfinite(value)) {
        return 1;
    }
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : {1.0, 2.0, 5.0}) {
        if (value <= step * power * (1 + 1e-9)) {
            return step * power;
        }
    }
    return 10 * power;
}

TintScale::TintScale(Tint tint, const Pyramid& pyramid, std::span<const FamilySummary> families, std::int64_t nowNs)
    : m_tint(tint), m_pyramid(pyramid), m_nowNs(nowNs) {
    if (tint == Tint::None || tint == Tint::Kind) {
        return;
    }
    double most = 0;
    for (const FamilySummary& family : families) {
        most = std::max(most, valueOf(family));
    }
    m_limit = roundedUp(most);
}

double TintScale::valueOf(const FamilySummary& family) const {
    switch (m_tint) {
        case Tint::Time: return family.totalMs;
        case Tint::BytesPerTile: {
            const LevelRect rect = m_pyramid.familyRect(family.id, 0);
            const auto tiles = [&](std::int64_t side) {
                return std::max<std::int64_t>(1, (side + m_pyramid.tileSize() - 1) / m_pyramid.tileSize());
            };
            return static_cast<double>(family.bytes) / static_cast<double>(tiles(rect.width) * tiles(rect.height));
        }
        case Tint::Age: return std::max(0.0, static_cast<double>(m_nowNs - family.madeNs) / 1e9);
        case Tint::Kind: return static_cast<double>(lookOf(family).kind);
        case Tint::None: break;
    }
    return 0;
}

QColor TintScale::colorOf(const FamilySummary& family) const {
    return m_tint == Tint::Kind ? QColor::fromRgb(lookOf(family).color)
                                : QColor::fromRgb(sequentialColor(valueOf(family) / std::max(m_limit, 1e-9)));
}

Qt::BrushStyle TintScale::patternOf(const FamilySummary& family) const {
    return m_tint == Tint::Kind ? lookOf(family).pattern : Qt::SolidPattern;
}

QString TintScale::amount(double value) const {
    const QLocale locale;
    switch (m_tint) {
        case Tint::Time: return tr("%1 ms").arg(locale.toString(value, 'f', value < 10 ? 1 : 0));
        case Tint::BytesPerTile: return locale.formattedDataSize(std::llround(value), 1, QLocale::DataSizeSIFormat);
        case Tint::Age:
            return value < 120 ? tr("%1 s").arg(locale.toString(value, 'f', value < 10 ? 1 : 0))
                               : tr("%1 min").arg(locale.toString(value / 60, 'f', value < 1200 ? 1 : 0));
        default: return {};
    }
}

QString TintScale::labelOf(const FamilySummary& family) const {
    if (m_tint == Tint::Kind) {
        const KindLook& look = lookOf(family);
        return tr("%1 %2").arg(tr(look.name)).arg(countOf(family, look.kind));
    }
    return amount(valueOf(family));
}

QVariantMap TintScale::legend() const {
    if (m_tint == Tint::None) {
        return {};
    }
    if (m_tint == Tint::Kind) {
        QVariantList swatches;
        for (const KindLook& look : kKinds) {
            swatches << QVariantMap{{QStringLiteral("label"), tr(look.name)},
                                    {QStringLiteral("color"), QColor::fromRgb(look.color)},
                                    {QStringLiteral("pattern"), static_cast<int>(look.pattern)}};
        }
        return {{QStringLiteral("title"), tr("Kind: the worst of a family's tiles")},
                {QStringLiteral("swatches"), swatches}};
    }
    const auto tick = [this](double at) {
        return QVariantMap{{QStringLiteral("at"), at},
                           {QStringLiteral("label"), at > 0 ? amount(at * m_limit) : QStringLiteral("0")}};
    };
    const QString title = m_tint == Tint::Time           ? tr("Total time of a family")
                          : m_tint == Tint::BytesPerTile ? tr("Bytes on disk for each level 0 tile")
                                                         : tr("Time since a family was made");
    return {{QStringLiteral("title"), title},
            {QStringLiteral("stops"), colorStops(ColorScaleKind::Sequential)},
            {QStringLiteral("ticks"), QVariantList{tick(0), tick(0.5), tick(1)}}};
}

}  // namespace origami
