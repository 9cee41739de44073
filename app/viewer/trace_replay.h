// Drives the window with a recorded session and reports what came to the screen, frame by frame: `--replay`. The
// animation clock sets the views as it does for a user, and the window draws them as always. GUI thread, which writes
// the report itself, as the program ends then.
#pragma once

#include "core/replay/replay.h"
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
    // begins. Messages call the trace `traceFile`.
    TraceReplay(QQuickWindow& window, SlideView& view, ViewerSession& session, ViewTrace trace,
                std::filesystem::path traceFile, QString reportFile);
    ~TraceReplay() override;

signals:
    void finished();                     // the report is written
    void failed(const QString& reason);  // one sentence

private:
    using Clock = std::chrono::steady_clock;

    void prepare();  // called until everything is ready for the first view
    void fitWindow();
    void begin();
    void show(const Viewport& view);
    void showJump(std::size_t index);
    void follow();  // shows the view of this moment of the trace
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
    QTimer m_deadline;  // for each step
    std::unique_ptr<FrameTicker> m_ticker;
    Clock::time_point m_start;
    Viewport m_overview;
    Viewport m_shown;  // the view that was set last
    std::size_t m_jump = 0;
    bool m_jumpDone = false;
    bool m_isAtRest = false;  // the trace has stopped moving
    bool m_isOver = false;    // the trace has ended
    std::optional<Clock::time_point> m_lastFrame;
    std::optional<double> m_restMs;  // when the first frame after the last motion was shown
    ReplayReport m_report;
    std::vector<double> m_frameMs;  // from one frame to the next
    std::vector<double> m_tilesMs;  // of each frame, as in ShownFrame
    std::vector<double> m_workMs;
};

}  // namespace origami
