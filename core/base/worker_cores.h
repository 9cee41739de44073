// A core for each worker, on a machine that has no more cores than there are workers.
//
// A thread that is woken while all cores are busy, if only with the one that wakes it, waits on the core of another,
// and Linux may leave it there when a core becomes idle: it looks for such threads with every tick (4 ms, of a kernel
// with 250 of them a second), and where it seldom finds one it hardly looks in between. Two workers on one core are
// half as fast as on two for as long as that.
//
// Elsewhere than on Linux nothing is done: macOS does not bind threads to cores.
#pragma once

#ifdef __linux__
#include <sched.h>
#endif

#include <atomic>

namespace origami {

class WorkerCores {
public:
    // The cores on which the calling thread may run. Nothing is done where there are more of them than workers.
    explicit WorkerCores(int workers) noexcept;
    WorkerCores(const WorkerCores&) = delete;
    WorkerCores& operator=(const WorkerCores&) = delete;

    // The calling thread is one of the workers: it keeps to one of the cores, by turns, for the rest of its life.
    void bind() noexcept;
    // It is no worker, but one may have started it: it may run on all cores.
    void release() const noexcept;

private:
#ifdef __linux__
    cpu_set_t m_cores{};
    int m_count = 0;  // of them; 0: they are not known
    bool m_bindsThreads = false;
    std::atomic<int> m_bound{0};
#endif
};

}  // namespace origami
