#include "ui/scene/slide_view.h"

#include "ui/models/view_mode_info.h"
#include "ui/scene/frame_ticker.h"
#include "ui/scene/scale_bar.h"
#include "ui/scene/view_split.h"
#include "ui/scene/watch_instead.h"

#include <QCursor>
#include <QGuiApplication>
#include <QLineF>
#include <QLocale>
#include <QMetaMethod>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QQuickWindow>
#include <QStyleHints>
#include <QWheelEvent>

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <utility>
#include <vector>

namespace origami {
namespace {

constexpr double kFlightSeconds = 0.16;
constexpr double kDriftSeconds = 0.3;     // after which momentum has fallen to 1/e
constexpr double kDriftStartSpeed = 120;  // item units per second below which a release is just a release
constexpr double kDriftStopSpeed = 12;
constexpr qint64 kDragSampleMs = 100;
constexpr double kKeyZoomFactor = 1.5;
constexpr double kKeyPan = 0.15;  // of the window
constexpr double kDoubleClickZoom = 2.0;
constexpr double kWheelUnits = 120;             // of a notch of an ordinary wheel
constexpr double kWheelPan = 100;               // that a notch moves the slide by
constexpr double kWheelUnitsPerDoubling = 240;  // two notches of an ordinary wheel
constexpr double kPixelsPerDoubling = 150;      // scrolling a trackpad with Ctrl held
constexpr double kAssumedPower = 20;            // for the number keys on slides that do not say
constexpr double kMaxScaleBar = 160;            // item units

// Which scale the number keys stand for: 1 is full resolution, the others are magnifications.
constexpr std::array<std::pair<int, double>, 5> kMagnificationKeys{
    {{Qt::Key_2, 2.0}, {Qt::Key_5, 5.0}, {Qt::Key_6, 10.0}, {Qt::Key_7, 20.0}, {Qt::Key_8, 40.0}}};

double easedOut(double t) {
    const double left = 1.0 - t;
    return 1.0 - left * left * left;
}

// The view between two others at `t` in 0..1. The scale runs geometrically; the centre keeps the point that both
// views show at the same place of the window where it is, so that a zoom about the cursor stays about the cursor.
Viewport between(const Viewport& from, const Viewport& to, double t) {
    if (t >= 1.0) {
        return to;
    }
    Viewport view = to;
    view.scale = from.scale * std::pow(to.scale / from.scale, t);
    const double span = 1.0 / from.scale - 1.0 / to.scale;
    const double part =
        std::abs(span) * std::max(from.scale, to.scale) < 1e-6 ? t : (1.0 / from.scale - 1.0 / view.scale) / span;
    view.centre = {from.centre.x + (to.centre.x - from.centre.x) * part,
                   from.centre.y + (to.centre.y - from.centre.y) * part};
    return view;
}

static_assert(kViewModes[static_cast<std::size_t>(SlideView::Mode::ResidualColor)] == ViewMode::ResidualColor &&
              kViewModes[static_cast<std::size_t>(SlideView::Mode::DifferenceColor)] == ViewMode::DifferenceColor);

ViewMode engineMode(SlideView::Mode mode) {
    return kViewModes[static_cast<std::size_t>(mode)];
}

}  // namespace

// Follows a frame through the render thread to the screen and hands it to the GUI thread.
struct SlideView::FrameClock {
    QElapsedTimer clock;
    std::shared_ptr<SlideEngine> engine;  // set while the GUI thread waits
    ShownFrame frame;                     // likewise
    std::mutex mutex;
    std::vector<ShownFrame> shown;  // under the mutex
};

SlideView::SlideView(QQuickItem* parent)
    : QQuickItem(parent),
      m_ticker(std::make_unique<FrameTicker>([this] { advance(); })),
      m_frameClock(std::make_shared<FrameClock>()) {
    setFlag(ItemHasContents);
    setFlag(ItemIsFocusScope, false);
    setClip(true);
    setAcceptedMouseButtons(Qt::LeftButton | Qt::MiddleButton);
    setAcceptHoverEvents(true);
    setAcceptTouchEvents(true);
    setActiveFocusOnTab(true);
    m_inputClock.start();
    constexpr int kLookAtDiskMs = 500;
    m_diskTimer.setInterval(kLookAtDiskMs);
    connect(&m_diskTimer, &QTimer::timeout, this, &SlideView::followDisk);
}

SlideView::~SlideView() {
    watchWindow(nullptr);
}

void SlideView::setSession(ViewerSession* session) {
    if (!watchInstead(m_session, session, this)) {
        return;
    }
    if (session) {
        connect(session, &ViewerSession::slideChanged, this, &SlideView::showSlide);
        connect(session, &ViewerSession::tilesChanged, this, &SlideView::followEngine);
    }
    showSlide();
    emit sessionChanged();
}

SlideDocument* SlideView::slide() const {
    return m_shown;
}

void SlideView::showSlide() {
    stopMoving();
    m_shown = m_session ? m_session->slide() : nullptr;
    m_announced.reset();
    m_cursor.reset();
    m_failedTiles = 0;
    m_stalledSeconds = 0;
    setSettled(false);
    m_mode = Mode::Reconstructed;
    m_split = false;
    emit modeChanged();
    emit sidesChanged();
    if (SlideDocument* const shown = slide()) {
        m_fitted = true;
        setCursor(Qt::OpenHandCursor);
        m_place = m_session->takePlace();
        showFirstView(*shown);
    } else {
        unsetCursor();
        announceView();
    }
    emit cursorChanged();
    emit progressChanged();
    emit slideShown();
    update();
}

void SlideView::showFirstView(const SlideDocument& document) {
    if (m_view.size.isEmpty()) {
        return;  // as soon as there is room
    }
    setView(fitted(document.info().pyramid.levelSize(0), m_view.size), Fit::Keep);
    if (const std::optional<Place> place = std::exchange(m_place, std::nullopt)) {
        goTo(place->centre.x, place->centre.y, place->scale);
    }
}

void SlideView::showModes(Mode left, Mode right, bool split) {
    if (left == m_mode && right == m_rightMode && split == m_split) {
        return;
    }
    m_mode = left;
    m_rightMode = right;
    m_split = split;
    emit modeChanged();
    emit sidesChanged();
    sendView();
}

bool SlideView::canShow(Mode mode) const {
    const SlideDocument* const shown = slide();
    return mode == Mode::Reconstructed || (shown && whyNotInMode(engineMode(mode), shown->info()).isEmpty());
}

SlideView::Mode SlideView::modeAfter(Mode mode) const {
    do {
        mode = static_cast<Mode>((static_cast<std::size_t>(mode) + 1) % kViewModes.size());
    } while (!canShow(mode));
    return mode;
}

void SlideView::setMode(Mode mode) {
    if (canShow(mode)) {
        showModes(mode, m_split && mode == m_rightMode ? m_mode : m_rightMode, m_split);
    }
}

void SlideView::setRightMode(Mode mode) {
    if (canShow(mode)) {
        showModes(m_split && mode == m_mode ? m_rightMode : m_mode, mode, m_split);
    }
}

void SlideView::setSplit(bool split) {
    const bool needsAnother = split && (m_rightMode == m_mode || !canShow(m_rightMode));
    const Mode right = needsAnother ? modeAfter(m_mode) : m_rightMode;
    showModes(m_mode, right, split && right != m_mode);
}

void SlideView::setSplitPosition(double position) {
    const double limited = std::clamp(position, kMinSplit, kMaxSplit);
    if (limited == m_splitPosition || !std::isfinite(position)) {
        return;
    }
    m_splitPosition = limited;
    emit splitPositionChanged();
    if (m_split) {
        sendView();
    }
}

void SlideView::cycleMode() {
    Mode next = modeAfter(m_mode);
    if (m_split && next == m_rightMode) {
        next = modeAfter(next);
    }
    setMode(next);
}

QVariantList SlideView::modes() const {
    QVariantList list;
    const SlideDocument* const shown = slide();
    for (std::size_t i = 0; shown && i < kViewModes.size(); ++i) {
        list << QVariantMap{{QStringLiteral("mode"), static_cast<int>(i)},
                            {QStringLiteral("name"), viewModeName(kViewModes[i])},
                            {QStringLiteral("why"), whyNotInMode(kViewModes[i], shown->info())}};
    }
    return list;
}

QVariantMap SlideView::side(Mode mode) const {
    const SlideDocument* const shown = slide();
    if (!shown) {
        return {};
    }
    return {{QStringLiteral("name"), viewModeName(engineMode(mode))},
            {QStringLiteral("note"), emptyLevelNote(engineMode(mode), shown->info(), m_idealLevel)},
            {QStringLiteral("legend"), viewModeLegend(engineMode(mode))}};
}

std::vector<SlideView::Side> SlideView::sides() const {
    if (!m_split) {
        return {{0, {m_view, engineMode(m_mode)}}};
    }
    const ViewSplit split = splitView(m_view, m_splitPosition);
    return {{0, {split.left, engineMode(m_mode)}}, {split.at, {split.right, engineMode(m_rightMode)}}};
}

ViewMode SlideView::modeAt(QPointF point) const {
    const bool isRight = m_split && toWindow(point).x >= splitView(m_view, m_splitPosition).at;
    return engineMode(isRight ? m_rightMode : m_mode);
}

QPoint SlideView::familyAt(QPointF point) const {
    const SlideDocument* const shown = slide();
    if (!shown || m_view.size.isEmpty()) {
        return {-1, -1};
    }
    const Level0Point at = m_view.toLevel0(toWindow(point));
    const QSizeF size = shown->size();
    if (at.x < 0 || at.y < 0 || at.x >= size.width() || at.y >= size.height()) {
        return {-1, -1};
    }
    const int side = shown->info().pyramid.tileSize() << kFamilyLevel;
    return {static_cast<int>(at.x) / side, static_cast<int>(at.y) / side};
}

void SlideView::setReducedMotion(bool reduced) {
    if (m_reducedMotion != reduced) {
        m_reducedMotion = reduced;
        emit reducedMotionChanged();
    }
}

// What the view is, in words and numbers.

double SlideView::pixelRatio() const {
    return m_pixelRatio;
}

QRectF SlideView::visiblePart() const {
    const SlideDocument* const shown = slide();
    if (!shown || m_view.size.isEmpty()) {
        return {};
    }
    const Level0Rect area = m_view.area();
    const QSizeF size = shown->size();
    return {area.x / size.width(), area.y / size.height(), area.width / size.width(), area.height / size.height()};
}

QString SlideView::magnification() const {
    const SlideDocument* const shown = slide();
    if (!shown) {
        return {};
    }
    const auto number = [](double value) { return QLocale().toString(value, 'f', value < 9.95 ? 2 : 1); };
    if (const std::optional<double> power = shown->objectivePower()) {
        return number(m_view.scale * *power) + QLatin1Char('x');
    }
    return number(m_view.scale * 100) + QStringLiteral(" %");
}

double SlideView::scaleBarLength() const {
    const SlideDocument* const shown = slide();
    if (!shown) {
        return 0;
    }
    const double scale = m_view.scale / m_pixelRatio;
    return scaleBarFor(kMaxScaleBar / scale, shown->micronsPerPixel()).level0Pixels * scale;
}

QString SlideView::scaleBarLabel() const {
    const SlideDocument* const shown = slide();
    return shown ? scaleBarFor(kMaxScaleBar * m_pixelRatio / m_view.scale, shown->micronsPerPixel()).label : QString();
}

double SlideView::minimumScale() const {
    const SlideDocument* const shown = slide();
    return shown && !m_view.size.isEmpty() ? scaleRange(shown->info().pyramid.levelSize(0), m_view.size).min : 0;
}

double SlideView::maximumScale() const {
    const SlideDocument* const shown = slide();
    return shown && !m_view.size.isEmpty() ? scaleRange(shown->info().pyramid.levelSize(0), m_view.size).max : 0;
}

QString SlideView::cursorPosition() const {
    return slide() && m_cursor ? positionText(m_view.toLevel0(toWindow(*m_cursor))) : QString();
}

QString SlideView::widestCursorPosition() const {
    const SlideDocument* const shown = slide();
    return shown ? positionText({shown->size().width(), shown->size().height()}) : QString();
}

QString SlideView::positionText(Level0Point point) const {
    const SlideInfo& info = slide()->info();
    const QLocale locale;
    if (info.micronsPerPixelX && info.micronsPerPixelY) {
        return tr("%1, %2 µm")
            .arg(locale.toString(point.x * *info.micronsPerPixelX, 'f', 0),
                 locale.toString(point.y * *info.micronsPerPixelY, 'f', 0));
    }
    return tr("%1, %2 px")
        .arg(locale.toString(std::floor(point.x), 'f', 0), locale.toString(std::floor(point.y), 'f', 0));
}

QString SlideView::cursorColour() const {
    const SlideDocument* const shown = slide();
    if (!shown || !m_cursor) {
        return {};
    }
    const Pyramid& pyramid = shown->info().pyramid;
    const Level0Point point = m_view.toLevel0(toWindow(*m_cursor));
    const LevelSize size = pyramid.levelSize(0);
    if (point.x < 0 || point.y < 0 || point.x >= static_cast<double>(size.width) ||
        point.y >= static_cast<double>(size.height)) {
        return {};
    }
    const int level = idealLevel(pyramid, m_view.scale);
    const auto x = static_cast<std::int64_t>(point.x) >> level;
    const auto y = static_cast<std::int64_t>(point.y) >> level;
    const int tileSize = pyramid.tileSize();
    const TileId id{level, static_cast<std::int32_t>(x / tileSize), static_cast<std::int32_t>(y / tileSize)};
    const auto tile = shown->engine().tile(shown->key(), id, modeAt(*m_cursor));
    const int column = static_cast<int>(x % tileSize);
    const int row = static_cast<int>(y % tileSize);
    if (!tile || column >= tile->pixels.width() || row >= tile->pixels.height()) {
        return {};
    }
    const std::uint32_t pixel = tile->pixels.view().row(row)[column];
    return QStringLiteral("%1 %2 %3").arg(red(pixel), 3).arg(green(pixel), 3).arg(blue(pixel), 3);
}

QPointF SlideView::toItem(Level0Point point) const {
    const WindowPoint window = m_view.toWindow(point);
    return {window.x / m_pixelRatio, window.y / m_pixelRatio};
}

WindowPoint SlideView::toWindow(QPointF point) const {
    return {point.x() * m_pixelRatio, point.y() * m_pixelRatio};
}

WindowPoint SlideView::middle() const {
    return {m_view.size.width / 2, m_view.size.height / 2};
}

bool SlideView::isMoving() const {
    return m_flight || m_drift || m_dragging || m_pinchDistance;
}

// Changing the view.

// Bindings to what stays are not evaluated again with every step of a pan: what that leaves behind adds up to the GUI
// thread collecting garbage for some milliseconds.
void SlideView::announceView() {
    emit viewChanged();
    const Scaling now{m_view.scale, m_view.size, m_pixelRatio, m_fitted};
    if (m_announced != now) {
        m_announced = now;
        emit viewScaleChanged();
    }
}

void SlideView::setView(Viewport view, Fit fit) {
    const SlideDocument* const shown = slide();
    if (!shown || view.size.isEmpty()) {
        return;
    }
    m_view = constrained(view, shown->info().pyramid.levelSize(0));
    m_fitted = m_fitted && fit == Fit::Keep;
    sendView();
    announceView();
    if (m_cursor) {
        emit cursorChanged();
    }
}

void SlideView::sendView() {
    const SlideDocument* const shown = slide();
    if (!shown || m_view.size.isEmpty()) {
        return;
    }
    ++m_viewCount;
    setSettled(false);
    m_focus = m_view.toLevel0(m_cursor ? toWindow(*m_cursor) : middle());
    if (!m_viewClock.isValid()) {
        m_viewClock.start();
    }
    Motion motion = m_tracker.moved(m_view, static_cast<double>(m_viewClock.nsecsElapsed()) / 1e6);
    if (m_flight) {
        motion.target = m_flight->to;
    }
    tellEngine(motion);
    update();
}

void SlideView::tellEngine(const Motion& motion) {
    if (const SlideDocument* const shown = slide()) {
        LookRequest request{.looks = {}, .focus = m_focus, .motion = motion};
        for (const Side& each : sides()) {
            request.looks.push_back(each.look);
        }
        shown->engine().setLooks(shown->key(), std::move(request));
        if (!m_diskTimer.isActive()) {
            m_diskTimer.start();
        }
        m_motion = motion;
        const int level = idealLevel(shown->info().pyramid, m_view.scale);
        if (level != m_idealLevel) {
            m_idealLevel = level;
            emit sidesChanged();
        }
    }
}

void SlideView::flyTo(Viewport target, Fit fit) {
    const SlideDocument* const shown = slide();
    if (!shown || m_view.size.isEmpty()) {
        return;
    }
    target = constrained(target, shown->info().pyramid.levelSize(0));
    m_drift.reset();
    m_fitted = fit == Fit::Keep;
    if (m_reducedMotion) {
        m_flight.reset();
        setView(target, fit);
        return;
    }
    m_flight = Flight{m_view, target, {}};
    m_flight->clock.start();
    m_ticker->start();
    setSettled(false);
    announceView();
}

void SlideView::zoomAbout(QPointF anchor, double factor) {
    const double scale = (m_flight ? m_flight->to.scale : m_view.scale) * factor;
    const double limited = std::clamp(scale, minimumScale(), std::max(minimumScale(), maximumScale()));
    flyTo(m_view.zoomedAbout(toWindow(anchor), limited));
}

void SlideView::zoomAboutAtOnce(QPointF anchor, double factor) {
    stopMoving();
    const double limited = std::clamp(m_view.scale * factor, minimumScale(), std::max(minimumScale(), maximumScale()));
    setView(m_view.zoomedAbout(toWindow(anchor), limited));
}

void SlideView::zoomToFit() {
    if (const SlideDocument* const shown = slide()) {
        flyTo(fitted(shown->info().pyramid.levelSize(0), m_view.size), Fit::Keep);
    }
}

void SlideView::zoomToScale(double scale) {
    if (slide() && scale > 0) {
        const double limited = std::clamp(scale, minimumScale(), std::max(minimumScale(), maximumScale()));
        flyTo(m_view.zoomedAbout(middle(), limited));
    }
}

void SlideView::zoomBy(double factor) {
    if (slide() && factor > 0) {
        zoomAbout({width() / 2, height() / 2}, factor);
    }
}

void SlideView::panBy(double columns, double rows) {
    if (!slide()) {
        return;
    }
    Viewport target = m_flight ? m_flight->to : m_view;
    target.centre.x += columns * target.size.width / target.scale;
    target.centre.y += rows * target.size.height / target.scale;
    flyTo(target);
}

void SlideView::centreOnPart(QPointF point) {
    if (const SlideDocument* const shown = slide()) {
        stopMoving();
        Viewport view = m_view;
        view.centre = {point.x() * shown->size().width(), point.y() * shown->size().height()};
        setView(view);
    }
}

void SlideView::goTo(double x, double y, double scale) {
    if (slide() && scale > 0) {
        stopMoving();
        Viewport view = m_view;
        view.centre = {x, y};
        view.scale = scale;
        setView(view);
    }
}

void SlideView::dragBy(QPointF delta) {
    Viewport view = m_view;
    view.centre.x -= delta.x() * m_pixelRatio / view.scale;
    view.centre.y -= delta.y() * m_pixelRatio / view.scale;
    setView(view);
}

void SlideView::beginDrag(QPointF position) {
    stopMoving();
    m_dragging = true;
    m_samples.clear();
    m_samples.push_back({m_inputClock.elapsed(), position});
    setCursor(Qt::ClosedHandCursor);
}

void SlideView::continueDrag(QPointF position) {
    dragBy(position - m_samples.back().position);
    const qint64 now = m_inputClock.elapsed();
    m_samples.push_back({now, position});
    while (m_samples.size() > 2 && now - m_samples.front().timeMs > kDragSampleMs) {
        m_samples.pop_front();
    }
}

void SlideView::endDrag() {
    m_dragging = false;
    setCursor(Qt::OpenHandCursor);
    const qint64 now = m_inputClock.elapsed();
    // Held still before it was let go: no momentum.
    if (m_reducedMotion || m_samples.size() < 2 || now - m_samples.back().timeMs > kDragSampleMs) {
        update();
        return;
    }
    const double seconds = static_cast<double>(std::max<qint64>(now - m_samples.front().timeMs, 1)) / 1000.0;
    const QPointF velocity = (m_samples.back().position - m_samples.front().position) / seconds;
    if (std::hypot(velocity.x(), velocity.y()) >= kDriftStartSpeed) {
        m_drift = Drift{velocity};
        m_stepClock.start();
        m_ticker->start();
    }
    update();
}

void SlideView::stopMoving() {
    m_flight.reset();
    m_drift.reset();  // the ticker stops by itself
}

void SlideView::advance() {
    if (m_flight) {
        const double t = static_cast<double>(m_flight->clock.nsecsElapsed()) / 1e9 / kFlightSeconds;
        setView(between(m_flight->from, m_flight->to, easedOut(std::min(t, 1.0))), Fit::Keep);
        if (t >= 1.0) {
            stopMoving();
        }
    } else if (m_drift) {
        const double seconds = static_cast<double>(m_stepClock.nsecsElapsed()) / 1e9;
        m_stepClock.start();
        const Viewport before = m_view;
        dragBy(m_drift->velocity * seconds);
        m_drift->velocity *= std::exp(-seconds / kDriftSeconds);
        const bool isSlow = std::hypot(m_drift->velocity.x(), m_drift->velocity.y()) < kDriftStopSpeed;
        const bool isAtEdge = seconds > 0 && m_view == before;
        if (isSlow || isAtEdge) {
            stopMoving();
        }
    } else if (!m_syncedFading) {
        m_ticker->stop();
        return;
    }
    update();
}

// Following the window and the engine.

void SlideView::geometryChange(const QRectF& newGeometry, const QRectF& oldGeometry) {
    QQuickItem::geometryChange(newGeometry, oldGeometry);
    const WindowSize size{newGeometry.width() * m_pixelRatio, newGeometry.height() * m_pixelRatio};
    if (size == m_view.size) {
        return;
    }
    const bool wasEmpty = m_view.size.isEmpty();
    m_view.size = size;
    const SlideDocument* const shown = slide();
    if (!shown || size.isEmpty()) {
        return;
    }
    if (m_fitted || wasEmpty) {
        m_flight.reset();
        m_fitted = true;
        showFirstView(*shown);
    } else {
        if (m_flight) {
            m_flight->from.size = size;
            m_flight->to.size = size;
        }
        setView(m_view);  // the same centre and scale
    }
}

void SlideView::itemChange(ItemChange change, const ItemChangeData& data) {
    if (change == ItemSceneChange) {
        watchWindow(data.window);
    }
    if ((change == ItemSceneChange && data.window) || change == ItemDevicePixelRatioHasChanged) {
        const double ratio = change == ItemSceneChange ? data.window->effectiveDevicePixelRatio() : data.realValue;
        if (ratio > 0 && ratio != m_pixelRatio) {
            const double growth = ratio / m_pixelRatio;
            m_pixelRatio = ratio;
            m_flight.reset();
            m_view.size = {width() * ratio, height() * ratio};
            m_view.scale *= growth;  // the picture keeps its size on the screen
            setView(m_view, Fit::Keep);
        }
    }
    QQuickItem::itemChange(change, data);
}

void SlideView::watchWindow(QQuickWindow* window) {
    for (const QMetaObject::Connection& connection : std::as_const(m_windowConnections)) {
        disconnect(connection);
    }
    m_windowConnections.clear();
    if (!window) {
        return;
    }
    // All but the last run on the render thread and see nothing but their clock and the engine.
    m_windowConnections << connect(
        window, &QQuickWindow::beforeSynchronizing, this, [clock = m_frameClock] { clock->clock.start(); },
        Qt::DirectConnection);
    m_windowConnections << connect(
        window, &QQuickWindow::afterRendering, this,
        [clock = m_frameClock] {
            if (clock->engine && clock->clock.isValid()) {
                clock->frame.workMs = static_cast<double>(clock->clock.nsecsElapsed()) / 1e6;
                clock->engine->recordFrame(clock->frame.workMs);
            }
        },
        Qt::DirectConnection);
    m_windowConnections << connect(
        window, &QQuickWindow::frameSwapped, this,
        [clock = m_frameClock] {
            clock->frame.shown = std::chrono::steady_clock::now();
            const std::scoped_lock lock(clock->mutex);
            clock->shown.push_back(clock->frame);
        },
        Qt::DirectConnection);
    m_windowConnections << connect(window, &QQuickWindow::frameSwapped, this, &SlideView::takeShownFrames,
                                   Qt::QueuedConnection);
}

void SlideView::followDisk() {
    const SlideDocument* const shown = slide();
    const SlideProgress progress = shown ? shown->engine().progress(shown->key()) : SlideProgress{};
    const int seconds = static_cast<int>(progress.oldestReadMs / 1000);
    if (seconds != m_stalledSeconds) {
        m_stalledSeconds = seconds;
        emit progressChanged();
    }
    if (progress.isSharp() && seconds == 0) {
        m_diskTimer.stop();
    }
}

void SlideView::followEngine() {
    if (const SlideDocument* const shown = slide()) {
        const int failed = shown->engine().progress(shown->key()).failed;
        if (failed != m_failedTiles) {
            m_failedTiles = failed;
            emit progressChanged();
            sendView();  // what stands in for them is wanted now
        }
        if (m_cursor) {
            emit cursorChanged();  // its colour may be known now
        }
        update();
    }
}

void SlideView::takeShownFrames() {
    if (!isMoving() && m_motion != Motion{}) {
        tellEngine({});  // what lies around the view is made once it rests
    }
    std::vector<ShownFrame> frames;
    {
        const std::scoped_lock lock(m_frameClock->mutex);
        frames.swap(m_frameClock->shown);
    }
    for (const ShownFrame& frame : frames) {
        emit frameShown(frame);
    }
    if (m_syncedFading && m_ticker->state() != QAbstractAnimation::Running) {
        m_ticker->start();
    }
    setSettled(m_syncedSharp && m_syncedView == m_viewCount && !isMoving());
}

void SlideView::setSettled(bool settled) {
    if (m_settled != settled) {
        m_settled = settled;
        emit settledChanged();
    }
}

QSGNode* SlideView::updatePaintNode(QSGNode* old, UpdatePaintNodeData*) {
    auto* picture = static_cast<SlidePicture*>(old);
    m_frameClock->engine = m_session ? m_session->engine() : nullptr;
    const SlideDocument* const shown = slide();
    if (!shown || m_view.size.isEmpty()) {
        delete picture;
        m_syncedSharp = false;
        m_syncedFading = false;
        m_frameClock->frame = {};
        return nullptr;
    }
    if (!picture) {
        picture = new SlidePicture;
    }
    const Pyramid& pyramid = shown->info().pyramid;
    const std::vector<Side> all = sides();
    std::vector<SlidePicture::Part> parts;
    for (const Side& each : all) {
        parts.push_back({each.x,
                         {.engine = &shown->engine(),
                          .slide = shown->key(),
                          .pyramid = &pyramid,
                          .mode = each.look.mode,
                          .view = each.look.view,
                          .focus = m_focus,
                          .pixelRatio = m_pixelRatio,
                          .ms = static_cast<double>(m_inputClock.nsecsElapsed()) / 1e6,
                          .textureBytes = m_session->settings()->textureBytes() / all.size(),
                          .fades = !m_reducedMotion,
                          .share = 1.0 / static_cast<double>(all.size())}});
    }
    QElapsedTimer clock;
    clock.start();
    const TileLayerResult result = picture->sync(*window(), parts);
    const double tilesMs = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    m_syncedSharp = result.isSharp && !result.isFading && !result.uploadsPending;
    m_syncedFading = result.isFading;
    m_syncedView = m_viewCount;
    m_frameClock->frame = {.view = m_view, .quality = {}, .isSharp = result.isSharp, .tilesMs = tilesMs};
    if (isSignalConnected(QMetaMethod::fromSignal(&SlideView::frameShown))) {
        m_frameClock->frame.quality =
            frameQuality(pyramid, m_view, [picture](TileId id) { return picture->isDrawn(id); });
    }
    if (result.uploadsPending) {
        // From inside a frame the next one has to be asked for through the event loop.
        QMetaObject::invokeMethod(this, &QQuickItem::update, Qt::QueuedConnection);
    }
    return picture;
}

// Input.

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
            zoomAboutAtOnce(event->position(), std::max(0.1, 1.0 + event->value()));
            return true;
        case Qt::SmartZoomNativeGesture: zoomAbout(event->position(), kDoubleClickZoom); return true;
        case Qt::BeginNativeGesture:
        case Qt::EndNativeGesture: return true;
        default: return false;
    }
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
    beginDrag(event->position());
}

void SlideView::mouseMoveEvent(QMouseEvent* event) {
    m_cursor = event->position();
    const QPointF moved = event->position() - m_pressedAt;
    m_isClick = m_isClick && moved.manhattanLength() < QGuiApplication::styleHints()->startDragDistance();
    if (m_dragging) {
        continueDrag(event->position());
    }
}

void SlideView::mouseReleaseEvent(QMouseEvent* event) {
    if (m_dragging) {
        endDrag();
    }
    if (std::exchange(m_isClick, false)) {
        emit clicked(event->position());
    }
}

void SlideView::mouseUngrabEvent() {
    m_isClick = false;
    if (m_dragging) {
        m_samples.clear();
        endDrag();
    }
}

void SlideView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (slide()) {
        m_isClick = false;
        emit doubleClicked();
        const bool isOut = event->modifiers().testFlag(Qt::ShiftModifier);
        zoomAbout(event->position(), isOut ? 1.0 / kDoubleClickZoom : kDoubleClickZoom);
    }
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
    // Trackpads send phases and pixels: two fingers pan, and zoom with Ctrl (Cmd) held. Wheels zoom, or
    // move the slide and zoom with Ctrl, as the user likes.
    const bool isTrackpad = !event->pixelDelta().isNull() && event->phase() != Qt::NoScrollPhase;
    if (isTrackpad) {
        const QPointF delta = event->pixelDelta();
        if (event->modifiers().testFlag(Qt::ControlModifier)) {
            zoomAboutAtOnce(event->position(), std::exp2(delta.y() / kPixelsPerDoubling));
        } else {
            stopMoving();
            dragBy(delta);
        }
        return;
    }
    const QPoint angle = event->angleDelta();
    if (m_session->settings()->wheelMoves() && !event->modifiers().testFlag(Qt::ControlModifier)) {
        const QPointF turned = event->modifiers().testFlag(Qt::ShiftModifier) ? angle.transposed() : angle;
        stopMoving();
        dragBy(turned * (kWheelPan / kWheelUnits));
        return;
    }
    const int turn = angle.y() != 0 ? angle.y() : angle.x();
    if (turn != 0) {
        m_cursor = event->position();
        zoomAbout(event->position(), std::exp2(turn / kWheelUnitsPerDoubling));
    }
}

void SlideView::touchEvent(QTouchEvent* event) {
    if (!slide()) {
        event->ignore();
        return;
    }
    event->accept();
    QList<QPointF> before;
    QList<QPointF> now;
    for (const QEventPoint& point : event->points()) {
        if (point.state() == QEventPoint::Released) {
            continue;
        }
        before << (point.state() == QEventPoint::Pressed ? point.position() : point.lastPosition());
        now << point.position();
    }
    if (now.size() >= 2) {
        if (m_dragging) {
            m_samples.clear();
            m_dragging = false;
        }
        const QPointF middleNow = (now[0] + now[1]) / 2;
        const double distance = std::max(1.0, QLineF(now[0], now[1]).length());
        const QPointF middleBefore = (before[0] + before[1]) / 2;
        if (m_pinchDistance) {
            stopMoving();
            dragBy(middleNow - middleBefore);
            zoomAboutAtOnce(middleNow, distance / *m_pinchDistance);
        }
        m_pinchDistance = distance;
    } else if (now.size() == 1) {
        m_pinchDistance.reset();
        if (m_dragging) {
            continueDrag(now[0]);
        } else {
            beginDrag(now[0]);
        }
    } else {
        m_pinchDistance.reset();
        if (m_dragging) {
            endDrag();
        }
    }
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
