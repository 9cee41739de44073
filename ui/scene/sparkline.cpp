#include "ui/scene/sparkline.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace origami {

Sparkline::Sparkline(QQuickItem* parent) : QQuickPaintedItem(parent) {
    connect(this, &Sparkline::changed, this, [this] { update(); });
}

void Sparkline::paint(QPainter* painter) {
    constexpr double kBar = 2;
    constexpr double kPitch = 3;
    if (!(m_maximum > 0)) {
        return;
    }
    double x = width() - kBar;
    for (auto value = m_values.crbegin(); value != m_values.crend() && x >= 0; ++value, x -= kPitch) {
        const double tall = std::clamp(*value / m_maximum, 0.0, 1.0) * height();
        painter->fillRect(QRectF(x, height() - std::max(1.0, tall), kBar, std::max(1.0, tall)),
                          *value > m_budget ? m_overBudgetColor : m_color);
    }
    const double budget = std::floor(height() - m_budget / m_maximum * height());
    painter->fillRect(QRectF(0, budget, width(), 1), m_budgetColor);
}

}  // namespace origami
