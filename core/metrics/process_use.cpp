#include "core/metrics/process_use.h"

#include "core/base/machine.h"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>

#if defined(__APPLE__)
#include <mach/mach.h>
#else
#include <cstdio>
#include <fstream>
#include <memory>
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

// Memory that programs can have without others being swapped out; 0 if the system does not tell.
std::int64_t availableMemoryBytes() noexcept {
#if defined(__APPLE__)
    vm_statistics64_data_t use{};
    mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
    if (host_statistics64(mach_host_self(), HOST_VM_INFO64, reinterpret_cast<host_info64_t>(&use), &count) !=
        KERN_SUCCESS) {
        return 0;
    }
    const std::int64_t pages = std::int64_t{use.free_count} + use.inactive_count + use.purgeable_count;
    return pages * sysconf(_SC_PAGESIZE);
#else
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/meminfo", "r"), std::fclose);
    char line[128];
    while (file && std::fgets(line, sizeof line, file.get()) != nullptr) {
        long long kibibytes = 0;
        if (std::sscanf(line, "MemAvailable: %lld kB", &kibibytes) == 1) {
            return kibibytes * 1024;
        }
    }
    return 0;
#endif
}

}  // namespace

std::chrono::nanoseconds threadCpuTime() noexcept {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

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
