#include "core/base/machine.h"

#include <unistd.h>
#if defined(__APPLE__)
#include <malloc/malloc.h>
#include <sys/sysctl.h>
#elif defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>
#include <thread>

namespace origami {

int hardwareThreads() noexcept {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

Machine thisMachine() noexcept {
    Machine machine{.performanceCores = hardwareThreads(), .efficiencyCores = 0, .memoryBytes = physicalMemoryBytes()};
#if defined(__APPLE__)
    const auto coresOf = [](const char* level) {
        int cores = 0;
        std::size_t size = sizeof cores;
        return sysctlbyname(level, &cores, &size, nullptr, 0) == 0 ? cores : 0;
    };
    if (const int performance = coresOf("hw.perflevel0.logicalcpu"); performance > 0) {
        machine.performanceCores = performance;
        machine.efficiencyCores = coresOf("hw.perflevel1.logicalcpu");
    }
#endif
    return machine;
}

std::int64_t physicalMemoryBytes() noexcept {
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long pageSize = sysconf(_SC_PAGESIZE);
    return pages > 0 && pageSize > 0 ? std::int64_t{pages} * pageSize : 0;
}

void returnFreeMemory() noexcept {
#if defined(__APPLE__)
    malloc_zone_pressure_relief(nullptr, 0);
#elif defined(__GLIBC__)
    malloc_trim(0);
#endif
}

}  // namespace origami
