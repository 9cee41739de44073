#include "core/schedule/alarm.h"

#include "core/base/guard.h"
#include "core/base/thread_purpose.h"

#include <system_error>

namespace origami {

void Alarm::stop() {
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void Alarm::setFor(Clock::time_point time) {
    const std::lock_guard lock(m_mutex);
    if (m_isEnding) {
        return;
    }
    if (m_time && *m_time <= time) {
        return;
    }
    m_time = time;
    if (!m_thread.joinable()) {
        try {
            m_thread = std::thread([this] { run(); });
        } catch (const std::system_error&) {
            return;  // the next call tries again
        }
    }
    m_changed.notify_all();
}

void Alarm::run() {
    enterThread(ThreadPurpose::Reader);
    std::unique_lock lock(m_mutex);
    while (!m_isEnding) {
        if (!m_time) {
            m_changed.wait(lock);
        } else if (Clock::now() < *m_time) {
            m_changed.wait_until(lock, Clock::time_point(*m_time));
        } else {
            m_time.reset();
            lock.unlock();
            runGuarded(m_ring);
            lock.lock();
        }
    }
}

}  // namespace origami
