// Input of the canvas: mouse, wheel, trackpad, fingers and keys, as the navigator takes them.
#include "ui/navigate/gestures.h"
#include "ui/scene/slide_view.h"

#include <QCursor>
#include <QGuiApplication>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QStyleHints>
#include <QWheelEvent>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace origami {
namespace {

constexpr double kKeyZoomFactor = 1.5;
constexpr double kKeyPan = 0.15;  // fraction of the canvas
constexpr double kDoubleClickZoom = 2.0;
constexpr double kAssumedPower = 20;  // for the number keys, where the slide does not say its magnification

// The magnifications that number keys stand for; key 1 is full resolution.
constexpr std::array<std::pair<int, double>, 5> kMagnificationKeys{
    {{Qt::Key_2, 2.0}, {Qt::Key_5, 5.0}, {Qt::Key_6, 10.0}, {Qt::Key_7, 20.0}, {Qt::Key_8, 40.0}}};

Navigator::Time now() {
    return Navigator::Time::clock::now();
}

}  // namespace

bool SlideView::event(QEvent* event) {
    if (event->type() == QEvent::NativeGesture && handleNativeGesture(static_cast<QNativeGestureEvent*>(event))) {
        event->accept();
        return true;
    }
    return QQuickItem::event(event);
}

bool SlideView::handleNativeGesture(QNativeGestureEvent* event) {
    if (!slide()) {
        return false;
    }
    switch (event->gestureType()) {
        case Qt::ZoomNativeGesture:
            m_navigator.zoomAtOnce(toWindow(event->position()), std::max(0.1, 1.0 + event->value()), now());
            break;
        case Qt::SmartZoomNativeGesture:
            m_navigator.zoomAbout(toWindow(event->position()), kDoubleClickZoom, now());
            break;
        case Qt::BeginNativeGesture:
        case Qt::EndNativeGesture: break;
        default: return false;
    }
    followNavigator();
    return true;
}

void SlideView::mousePressEvent(QMouseEvent* event) {
    forceActiveFocus(Qt::MouseFocusReason);
    if (!slide()) {
        event->ignore();
        return;
    }
    m_cursor = event->position();
    m_pressedAt = event->position();
    m_isClick = event->button() == Qt::LeftButton;
    m_navigator.beginDrag(toWindow(event->position()), now());
    setDragCursor();
}

void SlideView::mouseMoveEvent(QMouseEvent* event) {
    m_cursor = event->position();
    const QPointF moved = event->position() - m_pressedAt;
    m_isClick = m_isClick && moved.manhattanLength() < QGuiApplication::styleHints()->startDragDistance();
    m_navigator.continueDrag(toWindow(event->position()), now());
    followNavigator();
}

void SlideView::mouseReleaseEvent(QMouseEvent* event) {
    endDrag();
    if (std::exchange(m_isClick, false)) {
        emit clicked(event->position());
    }
}

void SlideView::mouseUngrabEvent() {
    m_isClick = false;
    if (m_navigator.isDragging()) {
        m_navigator.cancelDrag();
        setDragCursor();
        update();
    }
}

void SlideView::endDrag() {
    if (m_navigator.isDragging()) {
        m_navigator.endDrag(now());
        followNavigator();
        setDragCursor();
        update();
    }
}

void SlideView::setDragCursor() {
    setCursor(m_navigator.isDragging() ? Qt::ClosedHandCursor : Qt::OpenHandCursor);
}

void SlideView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (!slide()) {
        return;
    }
    m_isClick = false;
    emit doubleClicked();
    const bool isOut = event->modifiers().testFlag(Qt::ShiftModifier);
    m_navigator.zoomAbout(toWindow(event->position()), isOut ? 1.0 / kDoubleClickZoom : kDoubleClickZoom, now());
    followNavigator();
}

void SlideView::hoverMoveEvent(QHoverEvent* event) {
    m_cursor = event->position();
    emit cursorChanged();
    event->ignore();
}

void SlideView::hoverLeaveEvent(QHoverEvent* event) {
    m_cursor.reset();
    emit cursorChanged();
    event->ignore();
}

void SlideView::wheelEvent(QWheelEvent* event) {
    if (!slide()) {
        event->ignore();
        return;
    }
    event->accept();
    const Scroll scroll{.angleX = static_cast<double>(event->angleDelta().x()),
                        .angleY = static_cast<double>(event->angleDelta().y()),
                        .distanceX = static_cast<double>(event->pixelDelta().x()),
                        .distanceY = static_cast<double>(event->pixelDelta().y()),
                        .hasPhase = event->phase() != Qt::NoScrollPhase,
                        .control = event->modifiers().testFlag(Qt::ControlModifier),
                        .shift = event->modifiers().testFlag(Qt::ShiftModifier)};
    const ScrollAction action = actionOf(scroll, m_session->settings()->wheelMoves());
    switch (action.kind) {
        case ScrollAction::Kind::None: return;
        case ScrollAction::Kind::Move: m_navigator.moveSlideBy(toWindow({action.x, action.y}), now()); break;
        case ScrollAction::Kind::ZoomAtOnce:
            m_navigator.zoomAtOnce(toWindow(event->position()), action.factor, now());
            break;
        case ScrollAction::Kind::Zoom:
            m_cursor = event->position();
            m_navigator.zoomAbout(toWindow(event->position()), action.factor, now());
            break;
    }
    followNavigator();
}

void SlideView::touchEvent(QTouchEvent* event) {
    if (!slide()) {
        event->ignore();
        return;
    }
    event->accept();
    std::vector<TouchPoint> fingers;
    for (const QEventPoint& point : event->points()) {
        if (point.state() != QEventPoint::Released) {
            const bool isNew = point.state() == QEventPoint::Pressed;
            fingers.push_back({toWindow(isNew ? point.position() : point.lastPosition()), toWindow(point.position())});
        }
    }
    followTouch(m_navigator, fingers, now());
    followNavigator();
    setDragCursor();
    update();
}

void SlideView::keyPressEvent(QKeyEvent* event) {
    const SlideDocument* const shown = slide();
    if (!shown || (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))) {
        event->ignore();
        return;
    }
    switch (event->key()) {
        case Qt::Key_Left: panBy(-kKeyPan, 0); return;
        case Qt::Key_Right: panBy(kKeyPan, 0); return;
        case Qt::Key_Up: panBy(0, -kKeyPan); return;
        case Qt::Key_Down: panBy(0, kKeyPan); return;
        case Qt::Key_Plus:
        case Qt::Key_Equal: zoomBy(kKeyZoomFactor); return;
        case Qt::Key_Minus: zoomBy(1.0 / kKeyZoomFactor); return;
        case Qt::Key_0: zoomToFit(); return;
        case Qt::Key_1: zoomToScale(1.0); return;
        default: break;
    }
    for (const auto& [key, magnification] : kMagnificationKeys) {
        if (event->key() == key) {
            const double power = shown->objectivePower().value_or(kAssumedPower);
            zoomToScale(magnification / power);
            return;
        }
    }
    event->ignore();
}

}  // namespace origami
