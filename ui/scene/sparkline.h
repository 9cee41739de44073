// A row of bars for the last values of a measurement, at a fixed scale, with a line at its budget.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QColor>
#include <QList>
#include <QQuickPaintedItem>

namespace origami {

class Sparkline : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QList<double> values MEMBER m_values NOTIFY changed)  // newest last, drawn at the right
    Q_PROPERTY(double maximum MEMBER m_maximum NOTIFY changed)       // at the full height; higher bars are cut
    Q_PROPERTY(double budget MEMBER m_budget NOTIFY changed)
    Q_PROPERTY(QColor color MEMBER m_color NOTIFY changed)
    Q_PROPERTY(QColor overBudgetColor MEMBER m_overBudgetColor NOTIFY changed)
    Q_PROPERTY(QColor budgetColor MEMBER m_budgetColor NOTIFY changed)

public:
    explicit Sparkline(QQuickItem* parent = nullptr);
    void paint(QPainter* painter) override;

signals:
    void changed();

private:
    QList<double> m_values;
    double m_maximum = 50;
    double m_budget = 16.7;
    QColor m_color;
    QColor m_overBudgetColor;
    QColor m_budgetColor;
};

}  // namespace origami
