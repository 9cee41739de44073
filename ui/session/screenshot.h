// Takes one picture of the window when everything in it is sharp: `--screenshot`.
#pragma once

#include <QObject>
#include <QString>
#include <QTimer>

class QQuickWindow;

namespace origami {

class SlideView;
class ViewerSession;

class Screenshot : public QObject {
    Q_OBJECT

public:
    // `expectsSlide` is false for a window that stays empty: then the first frame will do.
    Screenshot(QQuickWindow& window, SlideView& view, ViewerSession& session, QString file, bool expectsSlide);

signals:
    void saved();
    void failed(const QString& reason);  // one sentence that names the file

private:
    void check();
    void finish(const QString& reason);  // empty: the picture is saved

    QQuickWindow& m_window;
    SlideView& m_view;
    ViewerSession& m_session;
    QString m_file;
    bool m_expectsSlide;
    bool m_finished = false;
    int m_framesToWait;
    QTimer m_deadline;
};

}  // namespace origami
