// Takes one picture of the window when everything in it is sharp: `--screenshot`. GUI thread, which writes the file
// itself, as the program ends then.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

class QQuickWindow;

namespace origami {

class MetricsModel;
class SlideView;
class ViewerSession;

class Screenshot : public QObject {
    Q_OBJECT

public:
    // `expectsSlide` is false for a window that stays empty. Then there is no sharpness to wait for.
    Screenshot(QQuickWindow& window, SlideView& view, const ViewerSession& session, MetricsModel& metrics, QString file,
               bool expectsSlide);

signals:
    void saved();
    void failed(const QString& reason);  // one sentence that names the file

private:
    void check();
    void finish(const QString& reason);  // empty: the picture is saved

    QQuickWindow& m_window;
    SlideView& m_view;
    MetricsModel& m_metrics;
    QString m_file;
    bool m_expectsSlide;
    bool m_finished = false;
    int m_framesToWait;
    QTimer m_deadline;
};

}  // namespace origami
