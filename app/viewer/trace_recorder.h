// Records where the user looks on the slide that is shown first, as a trace (core/view/view_trace.h): `--record`. GUI
// thread.
#pragma once

#include "core/view/view_trace.h"

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QString>

#include <vector>

namespace origami {

class SlideDocument;
class SlideView;

class TraceRecorder : public QObject {
    Q_OBJECT

public:
    TraceRecorder(SlideView& view, QString file);

    // Replaces the file by the views that were seen so far. Empty, or one sentence that names the file. Blocks on the
    // disk; call it when the window is gone.
    [[nodiscard]] QString write();

private:
    struct Moment {
        double ms;
        Viewport view;
    };

    void record();
    void add(double ms, const Viewport& view);
    [[nodiscard]] double now() const { return static_cast<double>(m_clock.nsecsElapsed()) / 1e6; }

    SlideView& m_view;
    QString m_file;
    QElapsedTimer m_clock;  // since the first view
    QPointer<SlideDocument> m_slide;
    LevelSize m_slideSize;
    std::vector<Moment> m_moments;
};

}  // namespace origami
