// Stands in for disks that do not answer.
#pragma once

#include "ui/session/file_tasks.h"

#include <QObject>

#include <future>

namespace origami::test {

// Takes all threads of the tasks, so that no further task begins until it is released.
class BusyTasks {
public:
    explicit BusyTasks(FileTasks& tasks) {
        const std::shared_future<void> released = m_release.get_future().share();
        for (int i = 0; i < FileTasks::kThreads; ++i) {
            tasks.run(
                &m_receiver,
                [released]() -> Result<void> {
                    released.wait();
                    return {};
                },
                [](const Result<void>&) {});
        }
    }
    ~BusyTasks() { release(); }

    void release() {
        if (!m_isReleased) {
            m_isReleased = true;
            m_release.set_value();
        }
    }

private:
    QObject m_receiver;
    std::promise<void> m_release;
    bool m_isReleased = false;
};

}  // namespace origami::test
