#include "ui/scene/frame_clock.h"

#include <QQuickWindow>

#include <algorithm>
#include <utility>

namespace origami {

FrameClock& FrameClock::of(QQuickWindow& window) {
    auto* clock = window.findChild<FrameClock*>(QString(), Qt::FindDirectChildrenOnly);
    return clock != nullptr ? *clock : *new FrameClock(window);
}

FrameClock::FrameClock(QQuickWindow& window) : QObject(&window) {
    connect(
        &window, &QQuickWindow::beforeSynchronizing, this, [this] { m_frameClock.start(); }, Qt::DirectConnection);
    connect(&window, &QQuickWindow::afterRendering, this, &FrameClock::finishRendering, Qt::DirectConnection);
    connect(&window, &QQuickWindow::frameSwapped, this, &FrameClock::finishFrame, Qt::DirectConnection);
    connect(&window, &QQuickWindow::frameSwapped, this, &FrameClock::framesShown, Qt::QueuedConnection);
}

void FrameClock::add(Canvas& canvas) {
    const std::scoped_lock lock(m_mutex);
    m_canvases.push_back(&canvas);
}

void FrameClock::remove(Canvas& canvas) {
    const std::scoped_lock lock(m_mutex);
    std::erase(m_canvases, &canvas);
}

std::vector<ShownFrame> FrameClock::takeShown(Canvas& canvas) {
    const std::scoped_lock lock(m_mutex);
    return std::exchange(canvas.m_shown, {});
}

int FrameClock::canvasesWithSlide() const {
    const std::scoped_lock lock(m_mutex);
    return static_cast<int>(std::ranges::count_if(m_canvases, &Canvas::hasSlide));
}

void FrameClock::recordTextures(SlideEngine& engine) const {
    std::size_t bytes = 0;
    std::size_t limitBytes = 0;
    {
        const std::scoped_lock lock(m_mutex);
        for (const Canvas* const canvas : m_canvases) {
            if (canvas->engine.get() == &engine) {
                bytes += canvas->textureBytes;
                limitBytes += canvas->textureLimitBytes;
            }
        }
    }
    engine.recordTextureBytes(bytes, limitBytes);
}

void FrameClock::finishRendering() {
    if (!m_frameClock.isValid()) {
        return;
    }
    m_workMs = static_cast<double>(m_frameClock.nsecsElapsed()) / 1e6;
    std::vector<SlideEngine*> told;
    const std::scoped_lock lock(m_mutex);
    for (const Canvas* const canvas : m_canvases) {
        SlideEngine* const engine = canvas->engine.get();
        if (engine != nullptr && std::ranges::find(told, engine) == told.end()) {
            engine->recordFrame(m_workMs);
            told.push_back(engine);
        }
    }
}

void FrameClock::finishFrame() {
    const auto now = std::chrono::steady_clock::now();
    const std::scoped_lock lock(m_mutex);
    for (Canvas* const canvas : m_canvases) {
        ShownFrame& frame = canvas->m_shown.emplace_back(canvas->frame);
        frame.workMs = m_workMs;
        frame.shown = now;
    }
}

}  // namespace origami
