// Drives the window with a recorded session and reports what came to the screen, frame by frame: `--replay`. The views
// are set as a user's are, by the animation clock, and drawn as they always are. GUI thread.
#pragma once

#include "core/engine/replay.h"
#include "ui/scene/slide_view.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

class QQuickWindow;

namespace origami {

class FrameTicker;

class TraceReplay : public QObject {
    Q_OBJECT

public:
    // Waits for the session's slide, gives the window the trace's size, shows the overview until it is complete, and
    // begins. `traceFile` is what messages call the trace.
    TraceReplay(QQuickWindow& window, SlideView& view, ViewerSession& session, ViewTrace trace,
                std::filesystem::path traceFile, QString reportFile);
    ~TraceReplay() override;

signals:
    void finished();                     // the report is written
    void failed(const QString& reason);  // one sentence

private:
    using Clock = std::chrono::steady_clock;

    void prepare();  // until all is ready for the first view
    void fitWindow();
    void begin();
    void show(const Viewport& view);
    void showJump(std::size_t index);
    void follow();  // the trace's clock
    void takeFrame(const ShownFrame& frame);
    void takeJumpFrame(const ShownFrame& frame);
    void takeMotionFrame(const ShownFrame& frame);
    void addFrame(const ShownFrame& frame);
    void finish();
    void fail(const QString& reason);
    [[nodiscard]] double msOf(Clock::time_point time) const {
        return std::chrono::duration<double, std::milli>(time - m_start).count();
    }

    enum class State { Preparing, Running, Done };

    QQuickWindow& m_window;
    SlideView& m_view;
    ViewerSession& m_session;
    const ViewTrace m_trace;
    const std::filesystem::path m_traceFile;
    const QString m_reportFile;

    State m_state = State::Preparing;
    QTimer m_prepareTimer;
    QTimer m_deadline;  // of each step
    std::unique_ptr<FrameTicker> m_ticker;
    Clock::time_point m_start;
    Viewport m_overview;
    Viewport m_shown;  // what the window was asked for last
    std::size_t m_jump = 0;
    bool m_jumpDone = false;
    bool m_isAtRest = false;  // the trace moves no more
    bool m_isOver = false;    // the trace has ended
    std::optional<Clock::time_point> m_lastFrame;
    std::optional<double> m_restMs;  // when the first frame after the last motion was shown
    ReplayReport m_report;
    std::vector<double> m_frameMs;  // from a frame to the next
    std::vector<double> m_tilesMs;  // of a frame
    std::vector<double> m_workMs;
};

}  // namespace origami
