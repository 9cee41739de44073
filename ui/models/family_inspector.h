// What is known about the family under the cursor and about two that are pinned, in words and numbers. Follows the
// canvas while it is active; reads the engine twice a second. GUI thread; comparing with the baseline runs beside it.
#pragma once

#include "core/base/stop_token.h"
#include "ui/scene/slide_view.h"

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QPoint>
#include <QPointer>
#include <QThreadPool>
#include <QTimer>
#include <QVariantList>

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace origami {

class FamilyInspector : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(origami::SlideView* view READ view WRITE setView NOTIFY viewChanged REQUIRED)
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged)
    // At most kMostCards: pinned families, then the one that the cursor is or was on. See cardOf.
    Q_PROPERTY(QVariantList cards READ cards NOTIFY cardsChanged)
    Q_PROPERTY(QVariantList marks READ marks NOTIFY cardsChanged)  // {x, y, label}, as FamilyOverlay takes them

public:
    static constexpr std::size_t kMostCards = 2;

    explicit FamilyInspector(QObject* parent = nullptr);
    ~FamilyInspector() override;

    [[nodiscard]] SlideView* view() const { return m_view; }
    void setView(SlideView* view);
    [[nodiscard]] bool isActive() const { return m_active; }
    void setActive(bool active);
    [[nodiscard]] QVariantList cards() const { return m_cards; }
    [[nodiscard]] QVariantList marks() const;

    // Pins a family, or lets it go if it is pinned. A third takes the place of the one pinned longest.
    Q_INVOKABLE void togglePin(QPoint family);
    // The family in the middle of the view.
    Q_INVOKABLE void togglePinOfMiddle();
    // Starts comparing the family with its baseline, or stops that. One at a time: another is stopped.
    Q_INVOKABLE void compare(QPoint family);
    Q_INVOKABLE void stopComparing();

signals:
    void viewChanged();
    void activeChanged();
    void cardsChanged();

private:
    struct Comparison {
        bool isRunning = false;
        QString text;  // what came of it
    };
    [[nodiscard]] SlideDocument* slide() const;
    [[nodiscard]] std::vector<QPoint> families() const;
    void followCursor();
    void forget();  // another slide
    void update();
    [[nodiscard]] QVariantMap cardOf(QPoint family) const;

    QPointer<SlideView> m_view;
    bool m_active = false;
    std::vector<QPoint> m_pinned;        // oldest first
    std::vector<QPoint> m_pinnedBefore;  // the last click
    std::optional<QPoint> m_hovered;
    QVariantList m_cards;
    std::map<std::pair<int, int>, Comparison> m_comparisons;
    StopSource m_stop;
    quint64 m_comparison = 0;  // counts them: late answers are dropped
    QTimer m_timer;
    QThreadPool m_pool;
};

}  // namespace origami
