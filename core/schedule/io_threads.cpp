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
    const std::lock_guard lock(m_mutex);
    m_tasks.push_back(std::move(task));
    callOne();
    if (m_threads.empty()) {
        m_tasks.pop_back();
        throw std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again));
    }
}

// Waking or starting a thread takes longer than all else here. Whoever comes calls the next one, if there is more to
// do.
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
        } catch (const std::system_error&) {
            // Fewer will do.
        }
    }
}

void IoThreads::work() {
    giveWayToWindow();
    if (m_begin) {
        m_begin();
    }
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
            task();
            task = nullptr;
        }
        lock.lock();
    }
}

}  // namespace origami
