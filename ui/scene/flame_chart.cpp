#include "ui/scene/flame_chart.h"

#include <QFont>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <utility>

namespace origami {
namespace {

constexpr double kRowHeight = 12;
constexpr double kRowGap = 3;
constexpr double kGutter = 18;  // item units at the left, for the threads' numbers
constexpr double kAxisHeight = 16;
constexpr double kLeastBar = 1;  // item units
constexpr int kFontPixels = 11;

}  // namespace

FlameChart::FlameChart(QQuickItem* parent) : QQuickPaintedItem(parent) {
    connect(this, &FlameChart::changed, this, [this] {
        setImplicitHeight(m_rows * (kRowHeight + kRowGap) + kAxisHeight);
        update();
    });
}

QRectF FlameChart::placeOf(const QVariantMap& bar) const {
    const double scale = m_length > 0 ? (width() - kGutter) / m_length : 0;
    const double start = kGutter + bar.value(QStringLiteral("start")).toDouble() * scale;
    const double end = kGutter + bar.value(QStringLiteral("end")).toDouble() * scale;
    const double top = bar.value(QStringLiteral("row")).toInt() * (kRowHeight + kRowGap);
    return {start, top, std::max(kLeastBar, end - start), kRowHeight};
}

QString FlameChart::barAt(QPointF point) const {
    // Where bars overlap, the one drawn last is on top.
    const auto bar = std::find_if(m_bars.rbegin(), m_bars.rend(), [&](const QVariant& each) {
        return placeOf(each.toMap()).adjusted(-1, 0, 1, 0).contains(point);
    });
    if (bar == m_bars.rend()) {
        return {};
    }
    const QVariantMap found = bar->toMap();
    return tr("%1, %2 ms, thread %3")
        .arg(found.value(QStringLiteral("name")).toString(),
             QLocale().toString(found.value(QStringLiteral("ms")).toDouble(), 'f', 3))
        .arg(found.value(QStringLiteral("row")).toInt() + 1);
}

void FlameChart::paint(QPainter* painter) {
    QFont font = painter->font();
    font.setPixelSize(kFontPixels);
    painter->setFont(font);
    painter->setPen(m_textColor);
    for (int row = 0; row < m_rows; ++row) {
        const double top = row * (kRowHeight + kRowGap);
        painter->fillRect(QRectF(kGutter, top, width() - kGutter, kRowHeight), m_rowColor);
        painter->drawText(QRectF(0, top, kGutter - 5, kRowHeight), Qt::AlignRight | Qt::AlignVCenter,
                          QString::number(row + 1));
    }
    for (const QVariant& each : std::as_const(m_bars)) {
        const QVariantMap bar = each.toMap();
        painter->fillRect(placeOf(bar), bar.value(QStringLiteral("color")).value<QColor>());
    }
    const double bottom = m_rows * (kRowHeight + kRowGap);
    const double scale = m_length > 0 ? (width() - kGutter) / m_length : 0;
    painter->setPen(QPen(m_textColor, 1, Qt::DotLine));
    for (const QVariant& cut : std::as_const(m_cuts)) {
        const double x = kGutter + cut.toDouble() * scale;
        painter->drawLine(QPointF(x, 0), QPointF(x, bottom));
    }
    painter->setPen(m_textColor);
    const QRectF axis(kGutter, bottom, width() - kGutter, kAxisHeight);
    painter->drawText(axis, Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("0"));
    painter->drawText(axis, Qt::AlignRight | Qt::AlignVCenter,
                      m_cuts.isEmpty() ? tr("%1 ms").arg(QLocale().toString(m_length, 'f', 2))
                                       : tr("%1 ms without pauses").arg(QLocale().toString(m_length, 'f', 2)));
}

}  // namespace origami
