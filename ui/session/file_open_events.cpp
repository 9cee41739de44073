#include "ui/session/file_open_events.h"

#include <QFileOpenEvent>
#include <QMetaObject>

#include <utility>

namespace origami {

FileOpenEvents::FileOpenEvents(QObject& application) {
    application.installEventFilter(this);
}

void FileOpenEvents::start() {
    m_isStarted = true;
    handOnSoon();
}

bool FileOpenEvents::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::FileOpen) {
        return QObject::eventFilter(watched, event);
    }
    m_urls << static_cast<QFileOpenEvent*>(event)->url();
    handOnSoon();
    return true;
}

// The other files of the same request are already in the queue, or come in this turn of the event loop.
void FileOpenEvents::handOnSoon() {
    if (m_isStarted && !m_isScheduled && !m_urls.isEmpty()) {
        m_isScheduled = true;
        QMetaObject::invokeMethod(this, &FileOpenEvents::handOn, Qt::QueuedConnection);
    }
}

void FileOpenEvents::handOn() {
    m_isScheduled = false;
    emit filesWished(std::exchange(m_urls, {}));
}

}  // namespace origami
