#include "core/schedule/io_threads.h"

#include "core/base/guard.h"
#include "core/base/thread_purpose.h"
#include "core/metrics/timeline.h"

#include <exception>
#include <utility>

namespace origami {

IoThreads::~IoThreads() {
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_wake.notify_all();
    for (std::thread& thread : m_threads) {
        thread.join();
    }
}

bool IoThreads::run(std::function<void()> task) noexcept {
    const std::lock_guard lock(m_mutex);
    try {
        m_tasks.push_back(std::move(task));
    } catch (...) {
        return false;
    }
    callOne();
    if (m_threads.empty()) {
        m_tasks.pop_back();
        return false;
    }
    return true;
}

// Waking or starting a thread takes longer than everything else here, so the caller calls one thread, and that thread
// calls the next if there is more to do.
void IoThreads::callOne() {
    if (m_isOneComing || m_tasks.empty()) {
        return;
    }
    if (m_idle > 0) {
        m_isOneComing = true;
        m_wake.notify_one();
    } else if (!m_isEnding && m_threads.size() < static_cast<std::size_t>(m_most)) {
        try {
            m_threads.emplace_back([this] { work(); });
            m_isOneComing = true;
        } catch (const std::exception&) {
            // The threads that there are do the work.
        }
    }
}

void IoThreads::work() {
    enterThread(ThreadPurpose::Reader);
    const ThreadRoleScope role(ThreadRole::Reader);
    std::unique_lock lock(m_mutex);
    while (true) {
        ++m_idle;
        m_wake.wait(lock, [this] { return m_isEnding || !m_tasks.empty(); });
        --m_idle;
        m_isOneComing = false;
        if (m_tasks.empty()) {
            return;
        }
        std::function<void()> task = std::move(m_tasks.front());
        m_tasks.pop_front();
        callOne();
        lock.unlock();
        {
            const ParallelMeter::Scope scope(m_busy);
            runGuarded(task);
            task = nullptr;
        }
        lock.lock();
    }
}

}  // namespace origami
