// Threads for work that mostly waits, for a disk for example. A thread that has nothing to do sleeps at once. (A thread
// of oneTBB first looks around for work, for as long as a read takes, on a core that others need.)
#pragma once

#include "core/base/parallel_meter.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace origami {

class IoThreads {
public:
    // Threads are started when they are first needed, at most `most` of them (at least 1).
    explicit IoThreads(int most) : m_most(most) {}
    // Blocks until all tasks are done.
    ~IoThreads();
    IoThreads(const IoThreads&) = delete;
    IoThreads& operator=(const IoThreads&) = delete;

    // Tasks begin in the order of the calls. Returns false, and runs nothing, if the system has no memory for the task
    // or not even one thread. Thread-safe.
    bool run(std::function<void()> task) noexcept;

    [[nodiscard]] const ParallelMeter& busy() const noexcept { return m_busy; }

private:
    void callOne();  // call it with m_mutex held
    void work();

    const int m_most;
    ParallelMeter m_busy;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_tasks;
    std::size_t m_idle = 0;      // threads that wait for a task
    bool m_isOneComing = false;  // a thread has been woken or started and has not looked for a task yet
    bool m_isEnding = false;
    std::vector<std::thread> m_threads;
};

}  // namespace origami
