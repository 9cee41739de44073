#include "core/base/machine.h"

#include <unistd.h>
#if defined(__APPLE__)
#include <malloc/malloc.h>
#elif defined(__GLIBC__)
#include <malloc.h>
#endif

#include <algorithm>
#include <thread>

namespace origami {

int hardwareThreads() noexcept {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
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
