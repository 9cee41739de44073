#include "app/viewer/trace_replay.h"

#include "ui/scene/frame_ticker.h"
#include "ui/session/slide_path.h"
#include "ui/session/text_file.h"

#include <QQuickWindow>
#include <QSGRendererInterface>
#include <QScreen>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace origami {
namespace {

constexpr int kPrepareMs = 20;
constexpr int kPatienceMs = 60'000;
constexpr int kHoldMs = 300;  // a jump's view stays this long after it is complete
constexpr double kFrameMs = 1000.0 / 60;
constexpr int kFramesPerSample = 6;

const char* graphicsName(const QQuickWindow& window) {
    switch (window.rendererInterface()->graphicsApi()) {
        case QSGRendererInterface::Software: return "software";
        case QSGRendererInterface::OpenGL: return "opengl";
        case QSGRendererInterface::Vulkan: return "vulkan";
        case QSGRendererInterface::Metal: return "metal";
        case QSGRendererInterface::Direct3D11: return "direct3d11";
        default: return "unknown";
    }
}

}  // namespace

TraceReplay::TraceReplay(QQuickWindow& window, SlideView& view, ViewerSession& session, ViewTrace trace,
                         std::filesystem::path traceFile, QString reportFile)
    : m_window(window),
      m_view(view),
      m_session(session),
      m_trace(std::move(trace)),
      m_traceFile(std::move(traceFile)),
      m_reportFile(std::move(reportFile)),
      m_ticker(std::make_unique<FrameTicker>([this] { follow(); })) {
    connect(&session, &ViewerSession::openFailed, this,
            [this](const QString&, const QString& message) { fail(message); });
    connect(&view, &SlideView::frameShown, this, &TraceReplay::takeFrame);
    connect(&m_prepareTimer, &QTimer::timeout, this, &TraceReplay::prepare);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        const WindowSize size = m_view.view().size;
        const bool fits = size == m_trace.window;
        fail(fits ? tr("%1: the view was not complete after %2 s").arg(fromPath(m_traceFile)).arg(kPatienceMs / 1000)
                  : tr("%1: the trace is for a window of %2 × %3 pixels, here it is %4 × %5")
                        .arg(fromPath(m_traceFile))
                        .arg(m_trace.window.width)
                        .arg(m_trace.window.height)
                        .arg(size.width)
                        .arg(size.height));
    });
    m_deadline.setSingleShot(true);
    m_deadline.start(kPatienceMs);
    m_prepareTimer.start(kPrepareMs);
    // If the trace's window is as large as the screen, the canvas fills the screen without controls. Otherwise the
    // window gets such a size that its canvas is as large as the trace's window.
    if (const QScreen* const screen = window.screen()) {
        const QSizeF pixels = QSizeF(screen->size()) * window.effectiveDevicePixelRatio();
        if (pixels == QSizeF(m_trace.window.width, m_trace.window.height)) {
            window.showFullScreen();
        }
    }
}

TraceReplay::~TraceReplay() = default;

void TraceReplay::prepare() {
    const SlideDocument* const slide = m_session.slide();
    if (!slide) {
        return;
    }
    if (const Result<void> fits =
            checkSlideOfTrace(m_trace, m_traceFile, slide->info().path, slide->info().pyramid.levelSize(0));
        !fits) {
        fail(QString::fromStdString(fits.error().message));
    } else if (m_view.view().size != m_trace.window) {
        fitWindow();
    } else if (m_view.isSettled() && m_view.isFitted()) {
        const Gauges gauges = slide->engine().metrics().gauges;
        if (gauges.inflightCurrent == 0 && gauges.queueDepth == 0) {
            m_prepareTimer.stop();
            begin();
        }
    }
}

void TraceReplay::fitWindow() {
    const WindowSize size = m_view.view().size;
    const double ratio = m_view.pixelRatio();
    m_window.resize(static_cast<int>(std::lround(m_window.width() + (m_trace.window.width - size.width) / ratio)),
                    static_cast<int>(std::lround(m_window.height() + (m_trace.window.height - size.height) / ratio)));
}

void TraceReplay::begin() {
    m_state = State::Running;
    m_overview = m_view.view();
    m_report.before = m_session.engine()->metrics();
    m_start = Clock::now();
    if (m_trace.kind == TraceKind::Jumps) {
        showJump(0);
    } else {
        m_deadline.stop();
        m_ticker->start();
        follow();
    }
}

void TraceReplay::show(const Viewport& view) {
    const Clock::time_point before = Clock::now();
    m_view.goTo(view.centre.x, view.centre.y, view.scale);
    m_report.viewChangeMs.push_back(msOf(Clock::now()) - msOf(before));
    m_shown = m_view.view();
}

void TraceReplay::showJump(std::size_t index) {
    if (m_state != State::Running) {
        return;
    }
    if (index == m_trace.views.size()) {
        finish();
        return;
    }
    m_jump = index;
    m_jumpDone = false;
    m_deadline.start(kPatienceMs);
    m_report.score.addJump(msOf(Clock::now()));
    show(m_trace.viewport(index));
}

void TraceReplay::follow() {
    const double ms = msOf(Clock::now());
    m_isAtRest = ms >= m_trace.lastMotionMs();
    if (ms > m_trace.durationMs()) {
        m_isOver = true;
        m_ticker->stop();
        m_deadline.start(kPatienceMs);  // until the last view is complete
    }
    show(m_trace.at(ms));
}

void TraceReplay::takeFrame(const ShownFrame& frame) {
    if (m_state == State::Running) {
        m_trace.kind == TraceKind::Jumps ? takeJumpFrame(frame) : takeMotionFrame(frame);
    }
}

void TraceReplay::takeJumpFrame(const ShownFrame& frame) {
    if (frame.view != m_shown) {
        return;  // the frame shows the view before this one
    }
    addFrame(frame);
    if (frame.isSharp && !m_jumpDone) {
        m_jumpDone = true;
        QTimer::singleShot(kHoldMs, Qt::PreciseTimer, this, [this] { showJump(m_jump + 1); });
    }
}

void TraceReplay::takeMotionFrame(const ShownFrame& frame) {
    const double ms = msOf(frame.shown);
    if (!m_lastFrame && frame.view == m_overview) {
        return;
    }
    if (ms <= m_trace.durationMs()) {
        addFrame(frame);
    }
    if (m_isAtRest && frame.view == m_shown) {
        m_restMs = m_restMs.value_or(ms);
        if (frame.isSharp && !m_report.settleMs) {
            m_report.settleMs = ms - *m_restMs;
        }
    }
    if (m_isOver && m_report.settleMs) {
        finish();
    }
}

void TraceReplay::addFrame(const ShownFrame& frame) {
    m_report.score.addFrame(msOf(frame.shown), frame.quality);
    m_tilesMs.push_back(frame.tilesMs);
    m_workMs.push_back(frame.workMs);
    if (m_lastFrame && m_trace.kind != TraceKind::Jumps) {
        m_frameMs.push_back(msOf(frame.shown) - msOf(*m_lastFrame));
    }
    m_lastFrame = frame.shown;
    if (m_report.score.frames() % kFramesPerSample == 1) {
        m_report.sample(m_session.engine()->metrics());
    }
}

void TraceReplay::finish() {
    m_state = State::Done;
    m_deadline.stop();
    m_report.after = m_session.engine()->metrics();
    if (m_trace.kind != TraceKind::Jumps) {
        const int steps = static_cast<int>(m_trace.durationMs() / kFrameMs) + 1;
        m_report.framesMissed = std::max(0, steps - m_report.score.frames());
    }
    nlohmann::ordered_json json = toJson(m_report, m_trace, m_session.slide()->info().path);
    json["graphics"] = graphicsName(m_window);
    if (m_trace.kind != TraceKind::Jumps) {
        json["frame_ms"] = spread(m_frameMs);
    }
    json["frame_tiles_ms"] = spread(m_tilesMs);
    json["frame_work_ms"] = spread(m_workMs);
    const QString problem = writeTextFile(m_reportFile, QByteArray::fromStdString(json.dump(2) + '\n'));
    if (problem.isEmpty()) {
        emit finished();
    } else {
        emit failed(problem);
    }
}

void TraceReplay::fail(const QString& reason) {
    if (m_state == State::Done) {
        return;
    }
    m_state = State::Done;
    m_prepareTimer.stop();
    m_deadline.stop();
    m_ticker->stop();
    emit failed(reason);
}

}  // namespace origami
