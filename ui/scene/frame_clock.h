// Follows each frame of a window from the start of its synchronisation to the screen, for all canvases of the window:
// how long the frame took, and when it was shown. A window's frame is recorded once however many canvases it has.
#pragma once

#include "core/engine/slide_engine.h"
#include "core/view/frame_quality.h"

#include <QElapsedTimer>
#include <QObject>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

class QQuickWindow;

namespace origami {

// One frame of a canvas as it came to the screen.
struct ShownFrame {
    Viewport view;
    FrameQuality quality;  // while someone listens to SlideView::frameShown
    bool isSharp = false;  // every ideal tile in view is drawn, or failed for good
    double tilesMs = 0;    // the part of workMs in which the slide's tiles were uploaded and placed; the rest is Qt's
    double workMs = 0;     // from the start of synchronising to the end of rendering
    std::chrono::steady_clock::time_point shown{};
};

class FrameClock : public QObject {
    Q_OBJECT

public:
    // What a canvas contributed when the window was last synchronised. The canvas writes it in updatePaintNode(), while
    // the GUI thread waits for the render thread.
    struct Canvas {
        std::shared_ptr<SlideEngine> engine;  // records the canvas's frames; may be null
        ShownFrame frame;                     // without workMs and shown, which the clock fills in
        bool hasSlide = false;
        std::size_t textureBytes = 0;
        std::size_t textureLimitBytes = 0;

    private:
        friend FrameClock;
        std::vector<ShownFrame> m_shown;  // not taken yet; guarded by the clock's mutex
    };

    // The window's clock, which is made when it is first asked for and lives as long as the window. GUI thread.
    static FrameClock& of(QQuickWindow& window);

    // GUI thread. A canvas must be removed before it leaves the window.
    void add(Canvas& canvas);
    void remove(Canvas& canvas);
    // The frames of a canvas that were shown since the last call. GUI thread.
    [[nodiscard]] std::vector<ShownFrame> takeShown(Canvas& canvas);

    // How many canvases of the window show a slide. They share what one frame may upload and what textures may take.
    // Call this and recordTextures() during synchronisation.
    [[nodiscard]] int canvasesWithSlide() const;
    // Tells the engine how many bytes the textures of all its canvases in this window take.
    void recordTextures(SlideEngine& engine) const;

signals:
    // A frame has been shown. GUI thread.
    void framesShown();

private:
    explicit FrameClock(QQuickWindow& window);
    void finishRendering();  // render thread
    void finishFrame();      // render thread

    QElapsedTimer m_frameClock;  // render thread
    double m_workMs = 0;         // render thread
    mutable std::mutex m_mutex;
    std::vector<Canvas*> m_canvases;  // guarded by the mutex
};

}  // namespace origami
