#include "core/base/machine.h"

#include <unistd.h>
#if defined(__APPLE__)
#include <mach/mach.h>
#include <malloc/malloc.h>
#include <sys/sysctl.h>
#elif defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>
#include <cstdio>
#include <memory>
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

void returnFreeMemory() noexcept {
#if defined(__APPLE__)
    malloc_zone_pressure_relief(nullptr, 0);
#elif defined(__GLIBC__)
    malloc_trim(0);
#endif
}

}  // namespace origami
