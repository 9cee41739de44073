#include "ui/scene/pattern_swatch.h"

#include "ui/scene/family_overlay.h"

#include <QPainter>

namespace origami {

PatternSwatch::PatternSwatch(QQuickItem* parent) : QQuickPaintedItem(parent) {
    connect(this, &PatternSwatch::changed, this, [this] { update(); });
}

void PatternSwatch::paint(QPainter* painter) {
    fillWithPattern(*painter, boundingRect().toAlignedRect(), m_color, static_cast<Qt::BrushStyle>(m_pattern));
}

}  // namespace origami
