// The canvas: shows one slide, turns input into views of it, and tells the engine where the user looks. Everything
// that moves is driven by the window's animation clock; nothing runs while the view rests.
#pragma once

#include "core/engine/slide_engine.h"
#include "core/view/frame_quality.h"
#include "ui/scene/slide_picture.h"
#include "ui/session/viewer_session.h"

#include <QtQml/qqmlregistration.h>
#include <QElapsedTimer>
#include <QPointF>
#include <QPointer>
#include <QQuickItem>
#include <QRectF>
#include <QTimer>
#include <QVariantList>
#include <QVariantMap>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

class QNativeGestureEvent;

namespace origami {

class FrameTicker;

// One frame as it came to the screen.
struct ShownFrame {
    Viewport view;
    FrameQuality quality;  // while someone listens to SlideView::frameShown
    bool isSharp = false;  // every ideal tile in view is drawn, or failed for good
    double tilesMs = 0;    // of workMs, what the slide's tiles took to be uploaded and placed: all that is not Qt's
    double workMs = 0;     // from the start of synchronising to the end of rendering
    std::chrono::steady_clock::time_point shown{};
};

class SlideView : public QQuickItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(origami::ViewerSession* session READ session WRITE setSession NOTIFY sessionChanged REQUIRED)
    Q_PROPERTY(Mode mode READ mode WRITE setMode NOTIFY modeChanged)
    // Two modes side by side: `mode` left of the divider, `rightMode` right of it, at a fraction of the width.
    Q_PROPERTY(bool split READ isSplit WRITE setSplit NOTIFY modeChanged)
    Q_PROPERTY(Mode rightMode READ rightMode WRITE setRightMode NOTIFY modeChanged)
    Q_PROPERTY(double splitPosition READ splitPosition WRITE setSplitPosition NOTIFY splitPositionChanged)
    Q_PROPERTY(
        QVariantList modes READ modes NOTIFY slideShown)  // {mode, name, why}: `why` it shows nothing here, or ""
    Q_PROPERTY(QVariantMap leftSide READ leftSide NOTIFY sidesChanged)  // {name, note, legend} of `mode`
    Q_PROPERTY(QVariantMap rightSide READ rightSide NOTIFY sidesChanged)
    Q_PROPERTY(bool reducedMotion READ reducedMotion WRITE setReducedMotion NOTIFY reducedMotionChanged)
    // Physical pixels per level 0 pixel.
    Q_PROPERTY(double viewScale READ viewScale NOTIFY viewScaleChanged)
    Q_PROPERTY(double pixelRatio READ pixelRatio NOTIFY viewScaleChanged)
    // What is seen of the slide, as fractions of its width and height.
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
    [[nodiscard]] Mode mode() const { return m_mode; }
    // A mode in which the slide has nothing to show is not taken. With a split, the two sides change places when one
    // is given the other's mode.
    void setMode(Mode mode);
    [[nodiscard]] bool isSplit() const { return m_split; }
    void setSplit(bool split);
    [[nodiscard]] Mode rightMode() const { return m_rightMode; }
    void setRightMode(Mode mode);
    [[nodiscard]] double splitPosition() const { return m_splitPosition; }
    void setSplitPosition(double position);
    [[nodiscard]] QVariantList modes() const;
    [[nodiscard]] QVariantMap leftSide() const { return side(m_mode); }
    [[nodiscard]] QVariantMap rightSide() const { return side(m_rightMode); }
    [[nodiscard]] bool reducedMotion() const { return m_reducedMotion; }
    void setReducedMotion(bool reduced);

    [[nodiscard]] const Viewport& view() const { return m_view; }
    [[nodiscard]] double viewScale() const { return m_view.scale; }
    [[nodiscard]] double pixelRatio() const;
    [[nodiscard]] QRectF visiblePart() const;
    [[nodiscard]] bool isFitted() const { return m_fitted; }
    [[nodiscard]] QString magnification() const;
    [[nodiscard]] double scaleBarLength() const;
    [[nodiscard]] QString scaleBarLabel() const;
    [[nodiscard]] double minimumScale() const;
    [[nodiscard]] double maximumScale() const;
    [[nodiscard]] QString cursorPosition() const;
    [[nodiscard]] QString widestCursorPosition() const;  // to keep its room while it changes
    [[nodiscard]] QString cursorColour() const;
    [[nodiscard]] int failedTiles() const { return m_failedTiles; }
    [[nodiscard]] int stalledSeconds() const { return m_stalledSeconds; }
    [[nodiscard]] bool isSettled() const { return m_settled; }
    [[nodiscard]] bool isMoving() const;

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
    // Pressed and released without having been moved.
    void clicked(QPointF position);  // of a double click the first one
    void doubleClicked();
    void reducedMotionChanged();
    void viewChanged();
    // What a pan leaves as it is: the scale, the size, whether all of the slide is shown; the slide.
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
    struct Sample {
        qint64 timeMs;
        QPointF position;
    };
    struct Flight {  // an animated change of the view
        Viewport from;
        Viewport to;
        QElapsedTimer clock;
    };
    struct Drift {  // momentum after a drag: physical pixels per second
        QPointF velocity;
    };

    [[nodiscard]] SlideDocument* slide() const;
    struct Side {
        double x;  // of its left edge, physical pixels
        Look look;
    };
    [[nodiscard]] std::vector<Side> sides() const;
    [[nodiscard]] QVariantMap side(Mode mode) const;
    [[nodiscard]] bool canShow(Mode mode) const;
    [[nodiscard]] Mode modeAfter(Mode mode) const;
    void showModes(Mode left, Mode right, bool split);
    [[nodiscard]] QString positionText(Level0Point point) const;
    [[nodiscard]] WindowPoint toWindow(QPointF point) const;
    [[nodiscard]] WindowPoint middle() const;
    void showSlide();  // the session has another slide, or none
    void showFirstView(const SlideDocument& document);
    void watchWindow(QQuickWindow* window);
    // Whether a view that shows the whole slide goes on doing so when the window is resized.
    enum class Fit { Keep, Drop };
    void setView(Viewport view, Fit fit = Fit::Drop);  // constrained; tells the engine and everyone else
    void sendView();
    void tellEngine(const Motion& motion);  // where the user looks, and how that moves
    void flyTo(Viewport target, Fit fit = Fit::Drop);
    void zoomAbout(QPointF anchor, double factor);        // animated
    void zoomAboutAtOnce(QPointF anchor, double factor);  // follows the fingers
    void dragBy(QPointF delta);                           // item units
    void beginDrag(QPointF position);
    void continueDrag(QPointF position);
    void endDrag();
    void stopMoving();
    void advance();  // one step of what moves
    void followEngine();
    void followDisk();
    void takeShownFrames();
    void setSettled(bool settled);
    bool handleNativeGesture(QNativeGestureEvent* event);

    QPointer<ViewerSession> m_session;
    QPointer<SlideDocument> m_shown;
    Mode m_mode = Mode::Reconstructed;
    Mode m_rightMode = Mode::Prediction;
    bool m_split = false;
    double m_splitPosition = 0.5;
    int m_idealLevel = 0;  // as the sides know it
    QPointF m_pressedAt;
    bool m_isClick = false;
    bool m_reducedMotion = false;
    Viewport m_view;
    double m_pixelRatio = 1.0;
    bool m_fitted = true;

    // What viewScaleChanged told of last.
    struct Scaling {
        double scale = 0;
        WindowSize size;
        double pixelRatio = 1;
        bool isFitted = true;
        bool operator==(const Scaling&) const = default;
    };
    std::optional<Scaling> m_announced;
    void announceView();

    std::optional<Place> m_place;  // to be shown once the item has a size
    Level0Point m_focus;

    std::unique_ptr<FrameTicker> m_ticker;
    std::optional<Flight> m_flight;
    std::optional<Drift> m_drift;
    MotionTracker m_tracker;
    Motion m_motion;  // as the engine knows it
    QElapsedTimer m_viewClock;
    QElapsedTimer m_stepClock;
    QElapsedTimer m_inputClock;
    std::deque<Sample> m_samples;  // of the drag, the last tenth of a second
    bool m_dragging = false;
    std::optional<double> m_pinchDistance;

    std::optional<QPointF> m_cursor;
    int m_failedTiles = 0;
    int m_stalledSeconds = 0;
    QTimer m_diskTimer;           // runs while the view lacks something
    bool m_syncedSharp = false;   // the frame on its way to the screen is sharp, with nothing left to come
    bool m_syncedFading = false;  // tiles are fading in
    quint64 m_viewCount = 0;      // counts views
    quint64 m_syncedView = 0;     // the view of that frame
    bool m_settled = false;

    struct FrameClock;
    std::shared_ptr<FrameClock> m_frameClock;
    QList<QMetaObject::Connection> m_windowConnections;
};

}  // namespace origami
