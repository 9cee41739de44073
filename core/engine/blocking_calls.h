// Counts the calls that read on their callers' threads, so that leaving can end them and wait for them, but not for
// ever.
#pragma once

#include "core/base/stop_token.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace origami {

// Thread-safe. Outlives every pass.
class BlockingCalls {
public:
    using Pass = std::shared_ptr<const void>;

    // To be held during the call. Null once leaving has begun: the call is not to be made.
    [[nodiscard]] Pass enter() {
        const std::lock_guard lock(m_mutex);
        if (m_leaving.stop_requested()) {
            return nullptr;
        }
        ++m_inside;
        return {this, [this](const void*) { leave(); }};
    }
    // Stopped once leaving has begun: what the calls inside go by.
    [[nodiscard]] StopToken leaving() const { return m_leaving.token(); }
    // Lets nobody in any more and blocks until all have left, or until that time: whether they have.
    bool stop(std::chrono::steady_clock::time_point latest) {
        std::unique_lock lock(m_mutex);
        m_leaving.request_stop();
        return m_left.wait_until(lock, latest, [this] { return m_inside == 0; });
    }

private:
    void leave() {
        const std::lock_guard lock(m_mutex);
        --m_inside;
        m_left.notify_all();
    }

    std::mutex m_mutex;
    std::condition_variable m_left;
    int m_inside = 0;
    StopSource m_leaving;
};

}  // namespace origami
