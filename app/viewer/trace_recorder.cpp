#include "app/viewer/trace_recorder.h"

#include "core/base/log.h"
#include "ui/scene/slide_view.h"
#include "ui/session/slide_path.h"
#include "ui/session/text_file.h"

namespace origami {
namespace {

constexpr std::size_t kMaxMoments = 500'000;  // more than two hours of moving without a rest
constexpr double kFrameMs = 1000.0 / 60;
constexpr double kRestMs = 3 * kFrameMs;  // a longer time between two views was a rest

}  // namespace

TraceRecorder::TraceRecorder(SlideView& view, QString file) : m_view(view), m_file(std::move(file)) {
    connect(&view, &SlideView::viewChanged, this, &TraceRecorder::record);
}

void TraceRecorder::record() {
    SlideDocument* const slide = m_view.session() ? m_view.session()->slide() : nullptr;
    if (!slide || m_view.view().size.isEmpty()) {
        return;
    }
    if (m_moments.empty()) {
        m_slide = slide;
        m_slideSize = slide->info().pyramid.levelSize(0);
        m_clock.start();
    }
    if (slide != m_slide || (!m_moments.empty() && m_moments.back().view == m_view.view())) {
        return;
    }
    // A trace moves between two views, so a rest has a view at each end.
    const double ms = now();
    if (!m_moments.empty() && ms - m_moments.back().ms > kRestMs) {
        add(ms - kFrameMs, m_moments.back().view);
    }
    add(ms, m_view.view());
}

void TraceRecorder::add(double ms, const Viewport& view) {
    // The trace's resolution is a microsecond. The later one of two views within that time counts.
    if (!m_moments.empty() && ms - m_moments.back().ms < 0.001) {
        m_moments.back().view = view;
        return;
    }
    if (m_moments.size() == kMaxMoments) {
        spdlog::warn("{}: the trace is full, the rest of the session is not recorded", m_file.toStdString());
    }
    if (m_moments.size() <= kMaxMoments) {
        m_moments.push_back({ms, view});
    }
}

QString TraceRecorder::write() {
    if (m_moments.empty()) {
        return tr("%1 was not written: no slide was shown").arg(m_file);
    }
    ViewTrace trace;
    trace.name = toPath(m_file).stem().string();
    trace.kind = TraceKind::Session;
    trace.slide = m_slideSize;
    // A trace has one window size. Views that were seen in another keep their middle and their scale.
    trace.window = m_moments.back().view.size;
    std::vector<Moment> moments = m_moments;
    if (m_slide && now() - moments.back().ms > kFrameMs) {
        moments.push_back({now(), moments.back().view});
    }
    for (auto [ms, view] : moments) {
        view.size = trace.window;
        const Level0Rect area = view.area();
        trace.views.push_back({.ms = ms, .topLeft = {area.x, area.y}, .width = area.width});
    }
    return writeTextFile(m_file, QByteArray::fromStdString(formatViewTrace(trace)));
}

}  // namespace origami
