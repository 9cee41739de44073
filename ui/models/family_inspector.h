// What is known about the family under the cursor and about two pinned families, in words and numbers. While it is
// active it reads the engine twice a second. The canvas tells it where people point and click. GUI thread; a family is
// compared with its baseline on a background thread.
#pragma once

#include "core/base/stop_token.h"
#include "core/engine/slide_engine.h"
#include "ui/session/slide_document.h"

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
    Q_PROPERTY(origami::SlideDocument* slide READ slide WRITE setSlide NOTIFY slideChanged REQUIRED)
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged)
    // View modes in the order of ViewMode: the one whose numbers are shown, and for the family under the cursor the one
    // of the side that the cursor is on.
    Q_PROPERTY(int mode READ mode WRITE setMode NOTIFY modeChanged)
    Q_PROPERTY(int cursorMode READ cursorMode WRITE setCursorMode NOTIFY modeChanged)
    // At most kMostCards: the pinned families, then the one that the cursor is on or was on last. See cardOf.
    Q_PROPERTY(QVariantList cards READ cards NOTIFY cardsChanged)
    Q_PROPERTY(QVariantList marks READ marks NOTIFY cardsChanged)  // {x, y, label}, as FamilyOverlay takes them

public:
    static constexpr std::size_t kMostCards = 2;

    explicit FamilyInspector(QObject* parent = nullptr);
    ~FamilyInspector() override;

    [[nodiscard]] SlideDocument* slide() const { return m_slide; }
    void setSlide(SlideDocument* slide);
    [[nodiscard]] bool isActive() const { return m_active; }
    void setActive(bool active);
    [[nodiscard]] QVariantList cards() const { return m_cards; }
    [[nodiscard]] QVariantList marks() const;

    [[nodiscard]] int mode() const { return static_cast<int>(m_mode); }
    void setMode(int mode);
    [[nodiscard]] int cursorMode() const { return static_cast<int>(m_cursorMode); }
    void setCursorMode(int mode);

    // Families are level 2 columns and rows; (-1, -1) is a place without a family.
    // The cursor is over this family now.
    Q_INVOKABLE void point(QPoint family);
    // Pins the family that was clicked, or unpins it.
    Q_INVOKABLE void click(QPoint family);
    // Undoes the last click: it was the first half of a double click, which zooms.
    Q_INVOKABLE void undoClick();
    // Pins a family, or unpins it if it is pinned. A third one takes the place of the one that was pinned first.
    Q_INVOKABLE void togglePin(QPoint family);
    // Starts to compare the family with its baseline. A comparison that is under way is stopped.
    Q_INVOKABLE void compare(QPoint family);
    Q_INVOKABLE void stopComparing();

signals:
    void slideChanged();
    void modeChanged();
    void activeChanged();
    void cardsChanged();

private:
    struct Comparison {
        bool isRunning = false;
        QString text;  // the result
    };
    // The slide, if it has families; else null.
    [[nodiscard]] SlideDocument* inspected() const;
    [[nodiscard]] std::vector<QPoint> families() const;
    void update();
    [[nodiscard]] QVariantMap cardOf(QPoint family) const;

    QPointer<SlideDocument> m_slide;
    ViewMode m_mode = ViewMode::Reconstructed;
    ViewMode m_cursorMode = ViewMode::Reconstructed;
    bool m_active = false;
    std::vector<QPoint> m_pinned;        // oldest first
    std::vector<QPoint> m_pinnedBefore;  // before the last click
    std::optional<QPoint> m_hovered;
    QVariantList m_cards;
    std::map<std::pair<int, int>, Comparison> m_comparisons;
    StopSource m_stop;
    quint64 m_comparison = 0;  // counts comparisons, so that late answers are dropped
    QTimer m_timer;
    QThreadPool m_pool;
};

}  // namespace origami
