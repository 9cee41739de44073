#include "ui/session/file_tasks.h"

namespace origami {

FileTasks::FileTasks(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(kThreads);
}

FileTasks::~FileTasks() {
    m_pool.clear();
    m_pool.waitForDone();
}

bool FileTasks::stop(std::chrono::milliseconds patience) {
    m_pool.clear();
    return m_pool.waitForDone(static_cast<int>(patience.count()));
}

}  // namespace origami
