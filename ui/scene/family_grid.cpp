#include "ui/scene/family_grid.h"

#include "ui/scene/watch_instead.h"

#include <QFont>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace origami {
namespace {

constexpr double kMinSpacing = 32;       // item units between lines; families are skipped below that
constexpr double kMinLabelSpacing = 72;  // below that, no coordinates
constexpr int kFontPixels = 11;

const QColor kLine(20, 24, 28, 200);
const QColor kHalo(255, 255, 255, 170);

}  // namespace

FamilyGrid::FamilyGrid(QQuickItem* parent) : QQuickPaintedItem(parent) {
    setAntialiasing(false);
    connect(this, &QQuickItem::visibleChanged, this, [this] { update(); });
}

void FamilyGrid::setView(SlideView* view) {
    if (!watchInstead(m_view, view, this)) {
        return;
    }
    if (view) {
        const auto repaint = [this] {
            if (isVisible()) {
                update();
            }
        };
        connect(view, &SlideView::viewChanged, this, repaint);
        connect(view, &SlideView::slideShown, this, repaint);
    }
    update();
    emit viewChanged();
}

void FamilyGrid::paint(QPainter* painter) {
    const SlideDocument* const slide = m_view && m_view->session() ? m_view->session()->slide() : nullptr;
    if (!slide) {
        return;
    }
    const Pyramid& pyramid = slide->info().pyramid;
    const Viewport& view = m_view->view();
    const double side = static_cast<double>(pyramid.tileSize()) * (1 << kFamilyLevel);
    const double spacing = side * view.scale / m_view->pixelRatio();
    if (!(spacing > 0)) {
        return;
    }
    // Where families are small, every second, fourth, ... border.
    const double skip = std::exp2(std::ceil(std::log2(std::max(1.0, kMinSpacing / spacing))));
    const QSizeF size = slide->size();
    const Level0Rect area = view.area().intersected({0, 0, size.width(), size.height()});
    if (area.isEmpty()) {
        return;
    }
    const double step = side * skip;
    const auto first = [step](double from) { return std::floor(from / step) * step; };
    const QRectF slideRect(m_view->toItem({0, 0}), m_view->toItem({size.width(), size.height()}));
    const QRectF seen = slideRect.intersected(boundingRect());

    QList<QLineF> lines;
    const auto crisp = [](double value) { return std::floor(value) + 0.5; };
    for (double x = first(area.x); x <= area.right(); x += step) {
        const double at = crisp(m_view->toItem({x, 0}).x());
        lines << QLineF(at, seen.top(), at, seen.bottom());
    }
    for (double y = first(area.y); y <= area.bottom(); y += step) {
        const double at = crisp(m_view->toItem({0, y}).y());
        lines << QLineF(seen.left(), at, seen.right(), at);
    }
    painter->setPen(QPen(kHalo, 3));
    painter->drawLines(lines);
    painter->setPen(QPen(kLine, 1));
    painter->drawLines(lines);

    if (spacing * skip < kMinLabelSpacing) {
        return;
    }
    QFont font = painter->font();
    font.setPixelSize(kFontPixels);
    painter->setRenderHint(QPainter::Antialiasing);
    for (double y = first(area.y); y < area.bottom(); y += step) {
        for (double x = first(area.x); x < area.right(); x += step) {
            const QPointF corner = m_view->toItem({x, y});
            QPainterPath label;
            label.addText(corner + QPointF(6, 5 + kFontPixels), font,
                          QStringLiteral("%1, %2").arg(std::lround(x / side)).arg(std::lround(y / side)));
            painter->strokePath(label, QPen(QColor(255, 255, 255, 220), 3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            painter->fillPath(label, kLine);
        }
    }
}

}  // namespace origami
