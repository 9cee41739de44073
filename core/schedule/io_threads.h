// Threads for work that mostly waits, for a disk say. One that has nothing to do sleeps at once; a thread of oneTBB
// looks around for work first, for as long as a read takes, on a core that others need.
#pragma once

#include "core/base/parallel_meter.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace origami {

class IoThreads {
public:
    // Threads are started when they are first needed, no more than these (at least 1). They give way to the window, and
    // call `begin`, which may be empty, first.
    explicit IoThreads(int most, std::function<void()> begin = {}) : m_most(most), m_begin(std::move(begin)) {}
    // When all has been done.
    ~IoThreads();
    IoThreads(const IoThreads&) = delete;
    IoThreads& operator=(const IoThreads&) = delete;

    // Begun in the order of the calls. Thread-safe. Throws std::system_error if the system does not give even one
    // thread.
    void run(std::function<void()> task);

    [[nodiscard]] const ParallelMeter& busy() const noexcept { return m_busy; }

private:
    void callOne();  // with m_mutex held
    void work();

    const int m_most;
    const std::function<void()> m_begin;
    ParallelMeter m_busy;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_tasks;
    std::size_t m_idle = 0;      // threads that wait for a task
    bool m_isOneComing = false;  // one has been called or started and does not look for a task yet
    bool m_isEnding = false;
    std::vector<std::thread> m_threads;
};

}  // namespace origami
