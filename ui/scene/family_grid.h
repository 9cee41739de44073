// Draws lines along the borders of the families in view, and each family's coordinates where there is room.
#pragma once

#include "ui/scene/slide_view.h"

#include <QtQml/qqmlregistration.h>
#include <QPointer>
#include <QQuickPaintedItem>

namespace origami {

class FamilyGrid : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(origami::SlideView* view READ view WRITE setView NOTIFY viewChanged REQUIRED)

public:
    explicit FamilyGrid(QQuickItem* parent = nullptr);

    [[nodiscard]] SlideView* view() const { return m_view; }
    void setView(SlideView* view);
    void paint(QPainter* painter) override;

signals:
    void viewChanged();

private:
    QPointer<SlideView> m_view;
};

}  // namespace origami
