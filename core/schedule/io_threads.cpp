#include "core/schedule/io_threads.h"

#include "core/base/thread_priority.h"
#include "core/metrics/timeline.h"

#include <system_error>
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

void IoThreads::run(std::function<void()> task) {
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
        // At the end those that are there do what their tasks add.
        if (!m_isEnding && m_tasks.size() > m_idle && m_threads.size() < static_cast<std::size_t>(m_most)) {
            startThread();
        }
    }
    m_wake.notify_one();
}

void IoThreads::startThread() {
    try {
        m_threads.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
        if (m_threads.empty()) {
            m_tasks.pop_back();
            throw;
        }
        // Fewer will do.
    }
}

void IoThreads::work() {
    giveWayToWindow();
    const ThreadRoleScope role(ThreadRole::Reader);
    std::unique_lock lock(m_mutex);
    while (true) {
        ++m_idle;
        m_wake.wait(lock, [this] { return m_isEnding || !m_tasks.empty(); });
        --m_idle;
        if (m_tasks.empty()) {
            return;
        }
        std::function<void()> task = std::move(m_tasks.front());
        m_tasks.pop_front();
        lock.unlock();
        {
            const ParallelMeter::Scope scope(m_busy);
            task();
            task = nullptr;
        }
        lock.lock();
    }
}

}  // namespace origami
