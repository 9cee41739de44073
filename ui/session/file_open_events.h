// Files that the desktop asks a running program to open: double clicks, Open With and drops on the Dock on macOS.
#pragma once

#include <QList>
#include <QObject>
#include <QUrl>

namespace origami {

// Takes the application's QFileOpenEvents, of which the desktop sends one a file, and hands on those that come together
// as one wish. What comes before `start` waits for it. GUI thread; make it before the event loop first runs.
class FileOpenEvents : public QObject {
    Q_OBJECT

public:
    explicit FileOpenEvents(QObject& application);

    // From now on wishes are handed on, those that have come already first.
    void start();

    bool eventFilter(QObject* watched, QEvent* event) override;

signals:
    void filesWished(const QList<QUrl>& urls);

private:
    void handOnSoon();
    void handOn();

    QList<QUrl> m_urls;
    bool m_isStarted = false;
    bool m_isScheduled = false;
};

}  // namespace origami
