// A small square in the colour and hatching of a legend's entry.
#pragma once

#include <QtQml/qqmlregistration.h>
#include <QColor>
#include <QQuickPaintedItem>

namespace origami {

class PatternSwatch : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QColor color MEMBER m_color NOTIFY changed)
    Q_PROPERTY(int pattern MEMBER m_pattern NOTIFY changed)  // Qt::BrushStyle

public:
    explicit PatternSwatch(QQuickItem* parent = nullptr);
    void paint(QPainter* painter) override;

signals:
    void changed();

private:
    QColor m_color;
    int m_pattern = Qt::SolidPattern;
};

}  // namespace origami
