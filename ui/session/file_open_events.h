// Takes the files that the desktop asks a running program to open: by double clicks, Open With and drops on the Dock of
// macOS.
#pragma once

#include <QList>
#include <QObject>
#include <QUrl>

namespace origami {

// Filters the application's QFileOpenEvents. The desktop sends one for each file; files that come together are passed
// on together. Files that come before `start` wait for it. GUI thread; create it before the event loop first runs.
class FileOpenEvents : public QObject {
    Q_OBJECT

public:
    explicit FileOpenEvents(QObject& application);

    // Passes on the files that have come so far, and from now on those that come.
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
