// Keeps files away from the GUI thread: work that may wait for a disk runs on threads of its own, and its result comes
// back as a call on the GUI thread.
#pragma once

#include "ui/session/guarded.h"

#include <QMetaObject>
#include <QObject>
#include <QPointer>
#include <QThreadPool>

#include <chrono>
#include <utility>

namespace origami {

// Lives on the GUI thread, and so do its receivers. The destructor drops the work that waits and blocks until the work
// that runs has ended.
class FileTasks : public QObject {
public:
    // A disk that does not answer takes one thread for each task that reads it. The others remain for other disks.
    static constexpr int kThreads = 8;

    explicit FileTasks(QObject* parent = nullptr);
    ~FileTasks() override;

    // Runs `work`, which returns a Result, on a background thread; then calls `then` with the result on the GUI thread,
    // unless `receiver` has been destroyed meanwhile. Work that throws yields OutOfMemory. Tasks may end in any order:
    // a receiver that asks again has to drop the answers to what it asked before. Returns at once.
    template <class Work, class Then>
    void run(QObject* receiver, Work work, Then then) {
        m_pool.start([this, receiver = QPointer<QObject>(receiver), work = std::move(work), then = std::move(then)] {
            auto answer = [receiver, then, result = guarded(work)] {
                if (receiver) {
                    then(result);
                }
            };
            QMetaObject::invokeMethod(this, std::move(answer), Qt::QueuedConnection);
        });
    }

    // Drops the work that waits, and waits at most this long for the work that runs. Returns whether all has ended.
    bool stop(std::chrono::milliseconds patience);

private:
    QThreadPool m_pool;
};

}  // namespace origami
