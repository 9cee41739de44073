#include "core/base/worker_cores.h"

#include <cstddef>

namespace origami {

#ifdef __linux__

WorkerCores::WorkerCores(int workers) noexcept {
    // Refused, as with more cores than a cpu_set_t has room for, nothing is done.
    if (sched_getaffinity(0, sizeof m_cores, &m_cores) == 0) {
        m_count = CPU_COUNT(&m_cores);
        m_bindsThreads = m_count <= workers;
    }
}

void WorkerCores::bind() noexcept {
    if (!m_bindsThreads) {
        release();  // it may have been one of other workers
        return;
    }
    int before = m_bound++ % m_count;
    std::size_t core = 0;
    while (!CPU_ISSET(core, &m_cores) || before-- > 0) {
        ++core;
    }
    cpu_set_t own;
    CPU_ZERO(&own);
    CPU_SET(core, &own);
    sched_setaffinity(0, sizeof own, &own);
}

void WorkerCores::release() const noexcept {
    if (m_count > 0) {
        sched_setaffinity(0, sizeof m_cores, &m_cores);
    }
}

#else

WorkerCores::WorkerCores(int) noexcept {}
void WorkerCores::bind() noexcept {}
void WorkerCores::release() const noexcept {}

#endif

}  // namespace origami
