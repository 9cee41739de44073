// The canvas: shows one slide, passes input on to its navigator, and tells the engine where the user looks. Everything
// that moves is driven by the window's animation clock; nothing runs while the view rests. A window may have several
// canvases, each with its own view.
#pragma once

#include "core/engine/slide_engine.h"
#include "ui/navigate/navigator.h"
#include "ui/scene/frame_clock.h"
#include "ui/scene/mode_split.h"
#include "ui/session/viewer_session.h"

#include <QtQml/qqmlregistration.h>
#include <QPointF>
#include <QPointer>
#include <QQuickItem>
#include <QRectF>
#include <QTimer>
#include <QVariantList>
#include <QVariantMap>

#include <memory>
#include <optional>

class QNativeGestureEvent;

namespace origami {

class FrameTicker;

class SlideView : public QQuickItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(origami::ViewerSession* session READ session WRITE setSession NOTIFY sessionChanged REQUIRED)
    Q_PROPERTY(Mode mode READ mode WRITE setMode NOTIFY modeChanged)
    // Two modes side by side: `mode` left of the divider, `rightMode` right of it. The position of the divider is a
    // fraction of the width.
    Q_PROPERTY(bool split READ isSplit WRITE setSplit NOTIFY modeChanged)
    Q_PROPERTY(Mode rightMode READ rightMode WRITE setRightMode NOTIFY modeChanged)
    Q_PROPERTY(double splitPosition READ splitPosition WRITE setSplitPosition NOTIFY splitPositionChanged)
    // {mode, name, why}: `why` is the reason that the slide has nothing to show in the mode, or empty.
    Q_PROPERTY(QVariantList modes READ modes NOTIFY slideShown)
    Q_PROPERTY(QVariantMap leftSide READ leftSide NOTIFY sidesChanged)  // {name, note, legend} of `mode`
    Q_PROPERTY(QVariantMap rightSide READ rightSide NOTIFY sidesChanged)
    Q_PROPERTY(bool reducedMotion READ reducedMotion WRITE setReducedMotion NOTIFY reducedMotionChanged)
    // Physical pixels per level 0 pixel.
    Q_PROPERTY(double viewScale READ viewScale NOTIFY viewScaleChanged)
    Q_PROPERTY(double pixelRatio READ pixelRatio NOTIFY viewScaleChanged)
    // The part of the slide that is seen, as fractions of its width and height.
    Q_PROPERTY(QRectF visiblePart READ visiblePart NOTIFY viewChanged)
    Q_PROPERTY(bool fitted READ isFitted NOTIFY viewScaleChanged)
    Q_PROPERTY(QString magnification READ magnification NOTIFY viewScaleChanged)
    Q_PROPERTY(double scaleBarLength READ scaleBarLength NOTIFY viewScaleChanged)  // item units
    Q_PROPERTY(QString scaleBarLabel READ scaleBarLabel NOTIFY viewScaleChanged)
    Q_PROPERTY(double minimumScale READ minimumScale NOTIFY viewScaleChanged)
    Q_PROPERTY(double maximumScale READ maximumScale NOTIFY viewScaleChanged)
    Q_PROPERTY(QString cursorPosition READ cursorPosition NOTIFY cursorChanged)
    Q_PROPERTY(QString widestCursorPosition READ widestCursorPosition NOTIFY slideShown)
    Q_PROPERTY(QString cursorColour READ cursorColour NOTIFY cursorChanged)
    Q_PROPERTY(bool hasCursor READ hasCursor NOTIFY cursorChanged)
    Q_PROPERTY(QPoint cursorFamily READ cursorFamily NOTIFY cursorChanged)  // as familyAt; (-1, -1) without a cursor
    Q_PROPERTY(Mode cursorMode READ cursorMode NOTIFY cursorChanged)        // under the cursor; `mode` without one
    Q_PROPERTY(int failedTiles READ failedTiles NOTIFY progressChanged)
    // For how long the disk has not answered, in whole seconds; 0 if it does.
    Q_PROPERTY(int stalledSeconds READ stalledSeconds NOTIFY progressChanged)
    // Everything in view is drawn as sharp as the slide allows and nothing moves.
    Q_PROPERTY(bool settled READ isSettled NOTIFY settledChanged)

public:
    enum class Mode {
        Reconstructed,
        Prediction,
        Residual,
        ResidualColor,
        DifferenceAbsolute,
        DifferenceSigned,
        DifferenceColor
    };
    Q_ENUM(Mode)

    explicit SlideView(QQuickItem* parent = nullptr);
    ~SlideView() override;

    [[nodiscard]] ViewerSession* session() const { return m_session; }
    void setSession(ViewerSession* session);
    [[nodiscard]] Mode mode() const { return nameOf(m_modes.left()); }
    // A mode in which the slide has nothing to show is not taken. With a split, the two sides change places when one
    // is given the other's mode.
    void setMode(Mode mode);
    [[nodiscard]] bool isSplit() const { return m_modes.isSplit(); }
    void setSplit(bool split);
    [[nodiscard]] Mode rightMode() const { return nameOf(m_modes.right()); }
    void setRightMode(Mode mode);
    [[nodiscard]] double splitPosition() const { return m_modes.position(); }
    void setSplitPosition(double position);
    [[nodiscard]] QVariantList modes() const;
    [[nodiscard]] QVariantMap leftSide() const { return side(m_modes.left()); }
    [[nodiscard]] QVariantMap rightSide() const { return side(m_modes.right()); }
    [[nodiscard]] bool reducedMotion() const { return m_navigator.hasReducedMotion(); }
    void setReducedMotion(bool reduced);

    [[nodiscard]] const Viewport& view() const { return m_navigator.view(); }
    [[nodiscard]] double viewScale() const { return view().scale; }
    [[nodiscard]] double pixelRatio() const { return m_navigator.pixelRatio(); }  // physical pixels per item unit
    [[nodiscard]] QRectF visiblePart() const;
    [[nodiscard]] bool isFitted() const { return m_navigator.isFitted(); }
    [[nodiscard]] QString magnification() const;
    [[nodiscard]] double scaleBarLength() const;
    [[nodiscard]] QString scaleBarLabel() const;
    [[nodiscard]] double minimumScale() const { return m_navigator.limits().min; }
    [[nodiscard]] double maximumScale() const { return m_navigator.limits().max; }
    [[nodiscard]] QString cursorPosition() const;
    // A text at least as wide as any cursorPosition, for layouts that reserve room for it.
    [[nodiscard]] QString widestCursorPosition() const;
    [[nodiscard]] QString cursorColour() const;
    [[nodiscard]] int failedTiles() const { return m_failedTiles; }
    [[nodiscard]] int stalledSeconds() const { return m_stalledSeconds; }
    [[nodiscard]] bool isSettled() const { return m_settled; }
    [[nodiscard]] bool isMoving() const { return m_navigator.isMoving(); }

    // Animated, about the middle of the window.
    Q_INVOKABLE void zoomToFit();
    Q_INVOKABLE void zoomToScale(double scale);
    Q_INVOKABLE void zoomBy(double factor);
    // Moves the view by fractions of its width and height, animated.
    Q_INVOKABLE void panBy(double columns, double rows);
    // Shows a point, given in fractions of the slide's size, in the middle. At once.
    Q_INVOKABLE void centreOnPart(QPointF point);
    // Shows a level 0 point in the middle at a scale of physical pixels per level 0 pixel. At once.
    Q_INVOKABLE void goTo(double x, double y, double scale);
    // To the next view mode in which the slide has something to show.
    Q_INVOKABLE void cycleMode();
    // Level 2 column and row of the family at a place of the item; (-1, -1) where there is none.
    Q_INVOKABLE [[nodiscard]] QPoint familyAt(QPointF point) const;
    [[nodiscard]] std::optional<QPointF> cursor() const { return m_cursor; }
    [[nodiscard]] ViewMode modeAt(QPointF point) const;
    [[nodiscard]] bool hasCursor() const { return cursor().has_value(); }
    [[nodiscard]] QPoint cursorFamily() const { return hasCursor() ? familyAt(*cursor()) : QPoint(-1, -1); }
    [[nodiscard]] Mode cursorMode() const { return hasCursor() ? static_cast<Mode>(modeAt(*cursor())) : mode(); }

    // Level 0 pixels to item units.
    [[nodiscard]] QPointF toItem(Level0Point point) const;

signals:
    void sessionChanged();
    void slideShown();
    void modeChanged();
    void splitPositionChanged();
    void sidesChanged();
    // Pressed and released without having been moved; for a double click sent once.
    void clicked(QPointF position);
    void doubleClicked();
    void reducedMotionChanged();
    void viewChanged();
    // The scale, the size, the slide, or whether all of it is shown: what a pan does not change.
    void viewScaleChanged();
    void cursorChanged();
    void progressChanged();
    void settledChanged();
    // For every frame of the window, shortly after it was shown.
    void frameShown(const origami::ShownFrame& frame);

protected:
    QSGNode* updatePaintNode(QSGNode* old, UpdatePaintNodeData* data) override;
    void geometryChange(const QRectF& newGeometry, const QRectF& oldGeometry) override;
    void itemChange(ItemChange change, const ItemChangeData& data) override;
    bool event(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseUngrabEvent() override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void hoverMoveEvent(QHoverEvent* event) override;
    void hoverLeaveEvent(QHoverEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void touchEvent(QTouchEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] static Mode nameOf(ViewMode mode);
    [[nodiscard]] SlideDocument* slide() const { return m_shown; }
    [[nodiscard]] QVariantMap side(ViewMode mode) const;
    [[nodiscard]] bool canShow(ViewMode mode) const;
    void announceModes(bool isChanged);
    // Item units to physical pixels.
    [[nodiscard]] WindowPoint toWindow(QPointF point) const {
        return {point.x() * pixelRatio(), point.y() * pixelRatio()};
    }
    [[nodiscard]] Level0Point toLevel0(QPointF point) const { return view().toLevel0(toWindow(point)); }

    void showSlide();                        // the session has another slide, or none
    void showPlace();                        // where the session wants its first slide to be shown
    void enterWindow(QQuickWindow* window);  // null: leaves it
    void setPixelRatio(double ratio);        // physical pixels per item unit

    // Passes on what the last calls of the navigator changed.
    void followNavigator();
    void announceView();
    void sendView();                        // the view, or what it shows, has changed
    void tellEngine(const Motion& motion);  // where the user looks, and how that moves
    void advance();                         // one step of what moves
    void followEngine();
    void followDisk();
    void takeShownFrames();
    void setSettled(bool settled);
    void endDrag();
    void setDragCursor();
    bool handleNativeGesture(QNativeGestureEvent* event);

    QPointer<ViewerSession> m_session;
    QPointer<SlideDocument> m_shown;
    ModeSplit m_modes;
    Navigator m_navigator;
    int m_idealLevel = 0;          // as leftSide and rightSide were last told
    std::optional<Place> m_place;  // to be shown once the item has a size

    QPointF m_pressedAt;
    bool m_isClick = false;
    std::optional<QPointF> m_cursor;
    Level0Point m_focus;  // the place that the engine sharpens first

    // The values that viewScaleChanged announced last.
    struct Scaling {
        double scale = 0;
        WindowSize size;
        double pixelRatio = 1;
        bool isFitted = true;
        bool operator==(const Scaling&) const = default;
    };
    std::optional<Scaling> m_announced;

    int m_failedTiles = 0;
    int m_stalledSeconds = 0;
    QTimer m_diskTimer;  // runs while tiles in view are missing

    std::unique_ptr<FrameTicker> m_ticker;
    QPointer<FrameClock> m_frameClock;  // of the window
    FrameClock::Canvas m_frame;
    bool m_syncedSharp = false;   // the frame on its way to the screen is sharp, with nothing left to come
    bool m_syncedFading = false;  // tiles are fading in
    quint64 m_viewCount = 0;      // counts views
    quint64 m_syncedView = 0;     // the view of the frame on its way to the screen
    bool m_settled = false;
};

}  // namespace origami
