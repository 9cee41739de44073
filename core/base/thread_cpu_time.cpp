#include "core/base/thread_cpu_time.h"

#include <ctime>

namespace origami {

std::chrono::nanoseconds threadCpuTime() noexcept {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace origami
