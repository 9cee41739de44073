// What the operating system says about this process. Linux: /proc/self/statm and getrusage; macOS: task_info and
// getrusage.
#pragma once

#include "core/metrics/metrics.h"

#include <chrono>
#include <mutex>

namespace origami {

// CPU time of the calling thread, user and system. Takes about a microsecond.
[[nodiscard]] std::chrono::nanoseconds threadCpuTime() noexcept;

// Thread-safe. CPU use is measured from one call to the next; the first one covers the time since construction.
class ProcessUseMeter {
public:
    ProcessUseMeter();
    [[nodiscard]] ProcessUse measure();

private:
    std::mutex m_mutex;
    std::chrono::steady_clock::time_point m_lastTime;
    std::chrono::microseconds m_lastCpu;
};

}  // namespace origami
