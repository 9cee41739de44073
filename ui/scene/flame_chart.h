// A small flame chart: a row of bars for each thread that worked on a family, in the stages' colours.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QColor>
#include <QList>
#include <QQuickPaintedItem>
#include <QVariantList>

namespace origami {

class FlameChart : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QVariantList bars MEMBER m_bars NOTIFY changed)  // {row, start, end, ms, name, color}
    Q_PROPERTY(QVariantList cuts MEMBER m_cuts NOTIFY changed)  // ms
    Q_PROPERTY(int rows MEMBER m_rows NOTIFY changed)
    Q_PROPERTY(double length MEMBER m_length NOTIFY changed)  // ms
    Q_PROPERTY(QColor textColor MEMBER m_textColor NOTIFY changed)
    Q_PROPERTY(QColor rowColor MEMBER m_rowColor NOTIFY changed)

public:
    explicit FlameChart(QQuickItem* parent = nullptr);
    void paint(QPainter* painter) override;
    // "L0 residual, 0.42 ms, thread 2" for the bar at a place; empty where there is none.
    Q_INVOKABLE QString barAt(QPointF point) const;

signals:
    void changed();

private:
    [[nodiscard]] QRectF placeOf(const QVariantMap& bar) const;

    QVariantList m_bars;
    QVariantList m_cuts;
    int m_rows = 0;
    double m_length = 0;
    QColor m_textColor;
    QColor m_rowColor;
};

}  // namespace origami
