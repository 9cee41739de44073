#include "app/viewer/screenshot.h"

#include "ui/models/metrics_model.h"
#include "ui/scene/slide_view.h"
#include "ui/session/viewer_session.h"

#include <QImage>
#include <QQuickWindow>

namespace origami {
namespace {

constexpr int kDeadlineMs = 60'000;
// Frames after the slide has become sharp, so that the panels around it have come to rest too.
constexpr int kFramesAfterSharp = 20;

}  // namespace

Screenshot::Screenshot(QQuickWindow& window, SlideView& view, const ViewerSession& session, MetricsModel& metrics,
                       QString file, bool expectsSlide)
    : m_window(window),
      m_view(view),
      m_metrics(metrics),
      m_file(std::move(file)),
      m_expectsSlide(expectsSlide),
      m_framesToWait(kFramesAfterSharp) {
    connect(&window, &QQuickWindow::frameSwapped, this, &Screenshot::check, Qt::QueuedConnection);
    connect(&view, &SlideView::settledChanged, this, [this] { m_window.update(); });
    connect(&session, &ViewerSession::openFailed, this,
            [this](const QString&, const QString& message) { finish(message); });
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        finish(tr("%1 was not written: the slide was not sharp after %2 s").arg(m_file).arg(kDeadlineMs / 1000));
    });
    m_deadline.start(kDeadlineMs);
}

void Screenshot::check() {
    if (m_finished || (m_expectsSlide && !m_view.isSettled())) {
        return;
    }
    if (m_framesToWait == kFramesAfterSharp && m_metrics.isActive()) {
        m_metrics.update();  // counts the tiles that have just become sharp
    }
    if (--m_framesToWait > 0) {
        m_window.update();
        return;
    }
    const QImage picture = m_window.grabWindow();
    finish(!picture.isNull() && picture.save(m_file) ? QString() : tr("%1 cannot be written").arg(m_file));
}

void Screenshot::finish(const QString& reason) {
    if (m_finished) {
        return;
    }
    m_finished = true;
    m_deadline.stop();
    if (reason.isEmpty()) {
        emit saved();
    } else {
        emit failed(reason);
    }
}

}  // namespace origami
