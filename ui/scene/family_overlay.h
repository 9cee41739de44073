// Tints the families on the canvas by what they cost, and outlines those that are inspected. The work depends on the
// size of the window and on how many families the engine remembers, not on the size of the slide.
#pragma once

#include "ui/scene/slide_view.h"
#include "ui/scene/tint_scale.h"

#include <QtQml/qqmlregistration.h>
#include <QPointer>
#include <QQuickPaintedItem>
#include <QTimer>
#include <QVariantList>

#include <unordered_map>

namespace origami {

// Fills with a colour, hatched with a dark one unless the pattern is solid.
void fillWithPattern(QPainter& painter, const QRect& rect, const QColor& color, Qt::BrushStyle pattern);

class FamilyOverlay : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(origami::SlideView* view READ view WRITE setView NOTIFY viewChanged REQUIRED)
    Q_PROPERTY(int tint READ tint WRITE setTint NOTIFY tintChanged)  // index in tintNames
    Q_PROPERTY(QStringList tintNames READ tintNames CONSTANT)
    Q_PROPERTY(QVariantMap legend READ legend NOTIFY legendChanged)
    Q_PROPERTY(QVariantList marks READ marks WRITE setMarks NOTIFY marksChanged)  // {x, y, label}: outlined families

public:
    explicit FamilyOverlay(QQuickItem* parent = nullptr);

    [[nodiscard]] SlideView* view() const { return m_view; }
    void setView(SlideView* view);
    [[nodiscard]] int tint() const { return static_cast<int>(m_tint); }
    void setTint(int tint);
    Q_INVOKABLE void cycleTint();
    [[nodiscard]] QStringList tintNames() const;
    [[nodiscard]] QVariantMap legend() const { return m_legend; }
    [[nodiscard]] QVariantList marks() const { return m_marks; }
    void setMarks(const QVariantList& marks);
    void paint(QPainter* painter) override;

signals:
    void viewChanged();
    void tintChanged();
    void legendChanged();
    void marksChanged();

private:
    [[nodiscard]] SlideDocument* slide() const;
    [[nodiscard]] QRectF placeOf(const Pyramid& pyramid, FamilyId family) const;  // item units
    void follow();  // takes the families' numbers from the engine if there is a tint
    void drawLabel(QPainter& painter, QPointF middle, const QString& text) const;

    QPointer<SlideView> m_view;
    Tint m_tint = Tint::None;
    std::vector<FamilySummary> m_families;  // one for each family
    QVariantMap m_legend;
    QVariantList m_marks;
    QTimer m_timer;
};

}  // namespace origami
