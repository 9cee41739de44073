#include "core/metrics/process_use.h"

#include "core/base/machine.h"

#include <sys/resource.h>
#include <unistd.h>

#if defined(__APPLE__)
#include <mach/mach.h>
#else
#include <fstream>
#endif

namespace origami {
namespace {

// CPU time of all threads, user and system.
std::chrono::microseconds cpuTime() noexcept {
    rusage usage{};
    if (getrusage(RUSAGE_SELF, &usage) != 0) {
        return {};
    }
    const auto of = [](const timeval& time) {
        return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

std::int64_t residentBytes() {
#if defined(__APPLE__)
    mach_task_basic_info info{};
    mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;
    const kern_return_t result =
        task_info(mach_task_self(), MACH_TASK_BASIC_INFO, reinterpret_cast<task_info_t>(&info), &count);
    return result == KERN_SUCCESS ? static_cast<std::int64_t>(info.resident_size) : 0;
#else
    std::ifstream statm("/proc/self/statm");
    std::int64_t totalPages = 0;
    std::int64_t residentPages = 0;
    return statm >> totalPages >> residentPages ? residentPages * sysconf(_SC_PAGESIZE) : 0;
#endif
}

}  // namespace

ProcessUseMeter::ProcessUseMeter() : m_lastTime(std::chrono::steady_clock::now()), m_lastCpu(cpuTime()) {}

ProcessUse ProcessUseMeter::measure() {
    const std::lock_guard lock(m_mutex);
    const auto now = std::chrono::steady_clock::now();
    const std::chrono::microseconds cpu = cpuTime();
    const std::chrono::duration<double> elapsed = now - m_lastTime;
    const std::chrono::duration<double> used = cpu - m_lastCpu;
    m_lastTime = now;
    m_lastCpu = cpu;
    return {.rssBytes = residentBytes(),
            .memoryBytes = physicalMemoryBytes(),
            .memoryAvailableBytes = availableMemoryBytes(),
            .cpuPercent = elapsed.count() > 0 ? 100 * used.count() / elapsed.count() : 0};
}

}  // namespace origami
