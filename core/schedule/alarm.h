// Calls a function at a given time, on a thread of its own that sleeps in between.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace origami {

// Thread-safe.
class Alarm {
public:
    using Clock = std::chrono::steady_clock;

    // `ring` is called on the alarm's thread, with no lock held. It may set the alarm again.
    explicit Alarm(std::function<void()> ring) : m_ring(std::move(ring)) {}
    ~Alarm() { stop(); }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    // Rings once at this time, or at an earlier one for which it is set already. The first call starts the thread;
    // does nothing if the system has none.
    void setFor(Clock::time_point time);
    // Never rings again. Blocks until a call of `ring` that is under way has returned.
    void stop();

private:
    void run();

    const std::function<void()> m_ring;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<Clock::time_point> m_time;
    bool m_isEnding = false;
    std::thread m_thread;
};

}  // namespace origami
