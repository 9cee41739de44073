#include "ui/scene/slide_view.h"

#include "ui/scene/frame_ticker.h"
#include "ui/scene/read_outs.h"
#include "ui/scene/scale_bar.h"
#include "ui/scene/slide_picture.h"
#include "ui/scene/view_mode_info.h"
#include "ui/scene/watch_instead.h"

#include <QCursor>
#include <QMetaMethod>
#include <QQuickWindow>

#include <algorithm>
#include <utility>
#include <vector>

namespace origami {
namespace {

constexpr double kMaxScaleBar = 160;  // item units
constexpr int kLookAtDiskMs = 500;

using Clock = Navigator::Time::clock;

double msOf(Clock::duration duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

static_assert(kViewModes[static_cast<std::size_t>(SlideView::Mode::ResidualColor)] == ViewMode::ResidualColor &&
              kViewModes[static_cast<std::size_t>(SlideView::Mode::DifferenceColor)] == ViewMode::DifferenceColor);

ViewMode engineMode(SlideView::Mode mode) {
    return kViewModes[static_cast<std::size_t>(mode)];
}

}  // namespace

SlideView::SlideView(QQuickItem* parent)
    : QQuickItem(parent), m_ticker(std::make_unique<FrameTicker>([this] { advance(); })) {
    setFlag(ItemHasContents);
    setFlag(ItemIsFocusScope, false);
    setClip(true);
    setAcceptedMouseButtons(Qt::LeftButton | Qt::MiddleButton);
    setAcceptHoverEvents(true);
    setAcceptTouchEvents(true);
    setActiveFocusOnTab(true);
    m_diskTimer.setInterval(kLookAtDiskMs);
    connect(&m_diskTimer, &QTimer::timeout, this, &SlideView::followDisk);
    enterWindow(window());  // the parent's; itemChange() is not told of a window that the constructor sets
}

SlideView::~SlideView() {
    enterWindow(nullptr);
}

SlideView::Mode SlideView::nameOf(ViewMode mode) {
    return static_cast<Mode>(indexOf(mode));
}

// The slide and its modes.

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

void SlideView::showSlide() {
    m_navigator.close();
    m_shown = m_session ? m_session->slide() : nullptr;
    m_announced.reset();
    m_cursor.reset();
    m_failedTiles = 0;
    m_stalledSeconds = 0;
    setSettled(false);
    m_modes.reset();
    emit modeChanged();
    emit sidesChanged();
    if (const SlideDocument* const shown = slide()) {
        setCursor(Qt::OpenHandCursor);
        m_navigator.open(shown->info().pyramid.levelSize(0), Clock::now());
        m_place = m_session->takePlace();
        followNavigator();
        showPlace();
    } else {
        unsetCursor();
        announceView();
    }
    emit cursorChanged();
    emit progressChanged();
    emit slideShown();
    update();
}

void SlideView::showPlace() {
    if (m_place && !view().size.isEmpty()) {
        const Place place = *std::exchange(m_place, std::nullopt);
        goTo(place.centre.x, place.centre.y, place.scale);
    }
}

bool SlideView::canShow(ViewMode mode) const {
    const SlideDocument* const shown = slide();
    return mode == ViewMode::Reconstructed || (shown && whyNotInMode(mode, shown->info()).isEmpty());
}

void SlideView::announceModes(bool isChanged) {
    if (isChanged) {
        emit modeChanged();
        emit sidesChanged();
        sendView();
    }
}

void SlideView::setMode(Mode mode) {
    announceModes(m_modes.setLeft(engineMode(mode), [this](ViewMode m) { return canShow(m); }));
}

void SlideView::setRightMode(Mode mode) {
    announceModes(m_modes.setRight(engineMode(mode), [this](ViewMode m) { return canShow(m); }));
}

void SlideView::setSplit(bool split) {
    announceModes(m_modes.setSplit(split, [this](ViewMode m) { return canShow(m); }));
}

void SlideView::cycleMode() {
    announceModes(m_modes.cycle([this](ViewMode m) { return canShow(m); }));
}

void SlideView::setSplitPosition(double position) {
    if (m_modes.setPosition(position)) {
        emit splitPositionChanged();
        if (isSplit()) {
            sendView();
        }
    }
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

QVariantMap SlideView::side(ViewMode mode) const {
    const SlideDocument* const shown = slide();
    if (!shown) {
        return {};
    }
    return {{QStringLiteral("name"), viewModeName(mode)},
            {QStringLiteral("note"), emptyLevelNote(mode, shown->info(), m_idealLevel)},
            {QStringLiteral("legend"), viewModeLegend(mode)}};
}

ViewMode SlideView::modeAt(QPointF point) const {
    return m_modes.modeAt(view(), toWindow(point).x);
}

// The view in words and numbers.

QRectF SlideView::visiblePart() const {
    const SlideDocument* const shown = slide();
    if (!shown || view().size.isEmpty()) {
        return {};
    }
    const Level0Rect area = view().area();
    const QSizeF size = shown->size();
    return {area.x / size.width(), area.y / size.height(), area.width / size.width(), area.height / size.height()};
}

QString SlideView::magnification() const {
    const SlideDocument* const shown = slide();
    return shown ? magnificationText(*shown, view().scale) : QString();
}

double SlideView::scaleBarLength() const {
    const SlideDocument* const shown = slide();
    if (!shown) {
        return 0;
    }
    const double scale = view().scale / pixelRatio();
    return scaleBarFor(kMaxScaleBar / scale, shown->micronsPerPixel()).level0Pixels * scale;
}

QString SlideView::scaleBarLabel() const {
    const SlideDocument* const shown = slide();
    return shown ? scaleBarFor(kMaxScaleBar * pixelRatio() / view().scale, shown->micronsPerPixel()).label : QString();
}

QString SlideView::cursorPosition() const {
    const SlideDocument* const shown = slide();
    return shown && m_cursor ? positionText(shown->info(), toLevel0(*m_cursor)) : QString();
}

QString SlideView::widestCursorPosition() const {
    const SlideDocument* const shown = slide();
    return shown ? positionText(shown->info(), {shown->size().width(), shown->size().height()}) : QString();
}

QString SlideView::cursorColour() const {
    const SlideDocument* const shown = slide();
    return shown && m_cursor ? colourText(*shown, view(), toLevel0(*m_cursor), modeAt(*m_cursor)) : QString();
}

QPoint SlideView::familyAt(QPointF point) const {
    const SlideDocument* const shown = slide();
    return shown && !view().size.isEmpty() ? origami::familyAt(shown->info(), toLevel0(point)) : QPoint(-1, -1);
}

QPointF SlideView::toItem(Level0Point point) const {
    const WindowPoint window = view().toWindow(point);
    return {window.x / pixelRatio(), window.y / pixelRatio()};
}

// Changing the view.

void SlideView::setReducedMotion(bool reduced) {
    if (reducedMotion() != reduced) {
        m_navigator.setReducedMotion(reduced);
        emit reducedMotionChanged();
    }
}

void SlideView::zoomToFit() {
    m_navigator.zoomToFit(Clock::now());
    followNavigator();
}

void SlideView::zoomToScale(double scale) {
    m_navigator.zoomToScale(scale, Clock::now());
    followNavigator();
}

void SlideView::zoomBy(double factor) {
    m_navigator.zoomAbout(m_navigator.middle(), factor, Clock::now());
    followNavigator();
}

void SlideView::panBy(double columns, double rows) {
    m_navigator.panBy(columns, rows, Clock::now());
    followNavigator();
}

void SlideView::centreOnPart(QPointF point) {
    if (const SlideDocument* const shown = slide()) {
        goTo(point.x() * shown->size().width(), point.y() * shown->size().height(), view().scale);
    }
}

void SlideView::goTo(double x, double y, double scale) {
    m_navigator.lookAt({x, y}, scale, Clock::now());
    followNavigator();
}

void SlideView::advance() {
    if (!m_navigator.isAnimated() && !m_syncedFading) {
        m_ticker->stop();
        return;
    }
    m_navigator.advance(Clock::now());
    followNavigator();
    update();
}

void SlideView::followNavigator() {
    const Navigator::Changes changes = m_navigator.takeChanges();
    if (changes.animation) {
        m_ticker->start();
        setSettled(false);
    }
    if (changes.view) {
        sendView();
    }
    if (changes.view || changes.animation) {
        announceView();
    }
    if (changes.view && m_cursor) {
        emit cursorChanged();
    }
}

// A pan leaves most bindings alone: evaluating all of them with every step makes so much garbage that collecting it
// holds up the GUI thread for some milliseconds.
void SlideView::announceView() {
    emit viewChanged();
    const Scaling now{view().scale, view().size, pixelRatio(), isFitted()};
    if (m_announced != now) {
        m_announced = now;
        emit viewScaleChanged();
    }
}

void SlideView::sendView() {
    if (!slide() || view().size.isEmpty()) {
        return;
    }
    ++m_viewCount;
    setSettled(false);
    m_focus = m_cursor ? toLevel0(*m_cursor) : view().toLevel0(m_navigator.middle());
    tellEngine(m_navigator.motion());
    update();
}

void SlideView::tellEngine(const Motion& motion) {
    const SlideDocument* const shown = slide();
    if (!shown) {
        return;
    }
    LookRequest request{.looks = {}, .focus = m_focus, .motion = motion};
    for (const ModeSplit::Side& side : m_modes.sidesOf(view())) {
        request.looks.push_back(side.look);
    }
    shown->engine().setLooks(shown->key(), std::move(request));
    if (!m_diskTimer.isActive()) {
        m_diskTimer.start();
    }
    const int level = idealLevel(shown->info().pyramid, view().scale);
    if (level != m_idealLevel) {
        m_idealLevel = level;
        emit sidesChanged();
    }
}

// Following the window and the engine.

void SlideView::geometryChange(const QRectF& newGeometry, const QRectF& oldGeometry) {
    QQuickItem::geometryChange(newGeometry, oldGeometry);
    m_navigator.resize({newGeometry.width() * pixelRatio(), newGeometry.height() * pixelRatio()}, Clock::now());
    followNavigator();
    showPlace();
}

void SlideView::itemChange(ItemChange change, const ItemChangeData& data) {
    if (change == ItemSceneChange) {
        enterWindow(data.window);
    } else if (change == ItemDevicePixelRatioHasChanged) {
        setPixelRatio(data.realValue);
    }
    QQuickItem::itemChange(change, data);
}

void SlideView::enterWindow(QQuickWindow* window) {
    if (m_frameClock) {
        m_frameClock->disconnect(this);
        m_frameClock->remove(m_frame);
    }
    m_frameClock = window ? &FrameClock::of(*window) : nullptr;
    if (m_frameClock) {
        m_frameClock->add(m_frame);
        connect(m_frameClock, &FrameClock::framesShown, this, &SlideView::takeShownFrames);
        setPixelRatio(window->effectiveDevicePixelRatio());
    }
}

void SlideView::setPixelRatio(double ratio) {
    m_navigator.setPixelRatio(ratio, Clock::now());
    followNavigator();
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
            sendView();  // what stands in for the failed tiles is wanted now
        }
        if (m_cursor) {
            emit cursorChanged();  // the colour under it may be known now
        }
        update();
    }
}

void SlideView::takeShownFrames() {
    if (m_navigator.rest()) {
        tellEngine({});  // at rest, the engine makes the tiles around the view
    }
    for (const ShownFrame& frame : m_frameClock->takeShown(m_frame)) {
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

// Drawing. Runs on the render thread while the GUI thread waits.
QSGNode* SlideView::updatePaintNode(QSGNode* old, UpdatePaintNodeData*) {
    auto* picture = static_cast<SlidePicture*>(old);
    const SlideDocument* const shown = slide();
    m_frame.engine = m_session ? m_session->engine() : nullptr;
    m_frame.hasSlide = shown && !view().size.isEmpty();
    if (!m_frame.hasSlide) {
        delete picture;
        m_syncedSharp = false;
        m_syncedFading = false;
        m_frame.frame = {};
        m_frame.textureBytes = 0;
        m_frame.textureLimitBytes = 0;
        return nullptr;
    }
    if (!picture) {
        picture = new SlidePicture;
    }
    const Clock::time_point start = Clock::now();
    const Pyramid& pyramid = shown->info().pyramid;
    const std::vector<ModeSplit::Side> sides = m_modes.sidesOf(view());
    const std::size_t sharers = sides.size() * static_cast<std::size_t>(m_frameClock->canvasesWithSlide());
    std::vector<SlidePicture::Part> parts;
    for (const ModeSplit::Side& side : sides) {
        parts.push_back({side.x,
                         {.engine = &shown->engine(),
                          .slide = shown->key(),
                          .pyramid = &pyramid,
                          .mode = side.look.mode,
                          .view = side.look.view,
                          .focus = m_focus,
                          .pixelRatio = pixelRatio(),
                          .ms = msOf(start.time_since_epoch()),
                          .textureBytes = m_session->settings()->textureBytes() / sharers,
                          .fades = !reducedMotion(),
                          .share = 1.0 / static_cast<double>(sharers)}});
    }
    const TileLayerResult result = picture->sync(*window(), parts);
    const double tilesMs = msOf(Clock::now() - start);
    m_frame.textureBytes = picture->textureBytes();
    m_frame.textureLimitBytes = parts.size() * parts.front().frame.textureBytes;
    m_frameClock->recordTextures(shown->engine());
    m_syncedSharp = result.isSharp && !result.isFading && !result.uploadsPending;
    m_syncedFading = result.isFading;
    m_syncedView = m_viewCount;
    m_frame.frame = {.view = view(), .quality = {}, .isSharp = result.isSharp, .tilesMs = tilesMs};
    if (isSignalConnected(QMetaMethod::fromSignal(&SlideView::frameShown))) {
        m_frame.frame.quality = frameQuality(pyramid, view(), [picture](TileId id) { return picture->isDrawn(id); });
    }
    if (result.uploadsPending) {
        // From inside a frame the next one has to be asked for through the event loop.
        QMetaObject::invokeMethod(this, &QQuickItem::update, Qt::QueuedConnection);
    }
    return picture;
}

}  // namespace origami
