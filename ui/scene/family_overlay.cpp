#include "ui/scene/family_overlay.h"

#include "ui/scene/watch_instead.h"

#include <QFont>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <utility>

namespace origami {
namespace {

constexpr int kUpdateMs = 500;
constexpr float kTintOpacity = 0.55F;
constexpr double kMinLabelSide = 64;  // item units; smaller families get no label
constexpr int kFontPixels = 12;

}  // namespace

void fillWithPattern(QPainter& painter, const QRect& rect, const QColor& color, Qt::BrushStyle pattern) {
    painter.fillRect(rect, color);
    if (pattern != Qt::SolidPattern) {
        painter.fillRect(rect, QBrush(QColor(20, 24, 28, 150), pattern));
    }
}

FamilyOverlay::FamilyOverlay(QQuickItem* parent) : QQuickPaintedItem(parent) {
    m_timer.setInterval(kUpdateMs);
    connect(&m_timer, &QTimer::timeout, this, &FamilyOverlay::follow);
    connect(this, &QQuickItem::visibleChanged, this, [this] { update(); });
}

void FamilyOverlay::setView(SlideView* view) {
    if (!watchInstead(m_view, view, this)) {
        return;
    }
    if (view) {
        connect(view, &SlideView::viewChanged, this, [this] {
            if (m_tint != Tint::None || !m_marks.isEmpty()) {
                update();
            }
        });
        connect(view, &SlideView::slideShown, this, &FamilyOverlay::follow);
        connect(view, &SlideView::modeChanged, this, &FamilyOverlay::follow);
    }
    follow();
    emit viewChanged();
}

SlideDocument* FamilyOverlay::slide() const {
    return m_view && m_view->session() ? m_view->session()->slide() : nullptr;
}

void FamilyOverlay::setTint(int tint) {
    if (tint < 0 || tint >= kTints || tint == this->tint()) {
        return;
    }
    m_tint = static_cast<Tint>(tint);
    if (m_tint == Tint::None) {
        m_timer.stop();
    } else {
        m_timer.start();
    }
    follow();
    emit tintChanged();
}

void FamilyOverlay::cycleTint() {
    setTint((tint() + 1) % kTints);
}

QStringList FamilyOverlay::tintNames() const {
    QStringList names;
    for (int i = 0; i < kTints; ++i) {
        names << tintName(static_cast<Tint>(i));
    }
    return names;
}

void FamilyOverlay::setMarks(const QVariantList& marks) {
    if (m_marks != marks) {
        m_marks = marks;
        emit marksChanged();
        update();
    }
}

void FamilyOverlay::follow() {
    m_families.clear();
    QVariantMap legend;
    const SlideDocument* const shown = slide();
    if (m_tint != Tint::None && shown) {
        // A family that was made more than once counts as it was last made.
        std::unordered_map<TileId, std::size_t> places;
        for (FamilySummary& family : shown->engine().families(shown->key(), m_view->modeAt({0, 0}))) {
            const auto [place, isNew] = places.try_emplace({kFamilyLevel, family.id.x, family.id.y}, m_families.size());
            if (isNew) {
                m_families.push_back(std::move(family));
            } else {
                m_families[place->second] = std::move(family);
            }
        }
        legend = TintScale(m_tint, shown->info().pyramid, m_families, steadyNanoseconds()).legend();
    }
    if (legend != m_legend) {
        m_legend = legend;
        emit legendChanged();
    }
    update();
}

QRectF FamilyOverlay::placeOf(const Pyramid& pyramid, FamilyId family) const {
    const Level0Rect area = pyramid.tileArea({kFamilyLevel, family.x, family.y});
    const LevelSize size = pyramid.levelSize(0);
    const Level0Rect inside =
        area.intersected({0, 0, static_cast<double>(size.width), static_cast<double>(size.height)});
    return {m_view->toItem({inside.x, inside.y}), m_view->toItem({inside.right(), inside.bottom()})};
}

void FamilyOverlay::drawLabel(QPainter& painter, QPointF middle, const QString& text) const {
    QFont font = painter.font();
    font.setPixelSize(kFontPixels);
    const QFontMetricsF metrics(font);
    QPainterPath path;
    path.addText(middle + QPointF(-metrics.horizontalAdvance(text) / 2, metrics.ascent() / 2 - 1), font, text);
    painter.strokePath(path, QPen(QColor(255, 255, 255, 230), 3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.fillPath(path, QColor(20, 24, 28));
}

void FamilyOverlay::paint(QPainter* painter) {
    const SlideDocument* const shown = slide();
    if (!shown) {
        return;
    }
    const Pyramid& pyramid = shown->info().pyramid;
    painter->setRenderHint(QPainter::Antialiasing);
    const TintScale scale(m_tint, pyramid, m_families, steadyNanoseconds());
    for (const FamilySummary& family : m_families) {
        const QRectF place = placeOf(pyramid, family.id);
        if (!place.intersects(boundingRect())) {
            continue;
        }
        QColor color = scale.colorOf(family);
        color.setAlphaF(kTintOpacity);
        // Rounding the corners makes neighbours meet without a gap or an overlap.
        const QRect pixels(place.topLeft().toPoint(), place.bottomRight().toPoint() - QPoint(1, 1));
        fillWithPattern(*painter, pixels, color, scale.patternOf(family));
        if (place.width() >= kMinLabelSide && place.height() >= kMinLabelSide / 2) {
            drawLabel(*painter, place.intersected(boundingRect()).center(), scale.labelOf(family));
        }
    }
    for (const QVariant& each : std::as_const(m_marks)) {
        const QVariantMap mark = each.toMap();
        const QRectF place =
            placeOf(pyramid, {mark.value(QStringLiteral("x")).toInt(), mark.value(QStringLiteral("y")).toInt()});
        if (!place.intersects(boundingRect())) {
            continue;
        }
        painter->setBrush(Qt::NoBrush);
        painter->setPen(QPen(QColor(255, 255, 255, 220), 5));
        painter->drawRect(place.adjusted(2, 2, -2, -2));
        const QString label = mark.value(QStringLiteral("label")).toString();
        painter->setPen(QPen(QColor(11, 98, 184), 2.5, label.isEmpty() ? Qt::DashLine : Qt::SolidLine));
        painter->drawRect(place.adjusted(2, 2, -2, -2));
        if (!label.isEmpty() && place.width() >= kMinLabelSide / 2) {
            const QRectF seen = place.intersected(boundingRect());
            drawLabel(*painter, {seen.right() - 14, seen.top() + 14}, label);
        }
    }
}

}  // namespace origami
