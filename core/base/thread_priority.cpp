#include "core/base/thread_priority.h"

#if defined(__APPLE__)
#include <pthread/qos.h>
#else
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace origami {

void giveWayToWindow() noexcept {
#if defined(__APPLE__)
    // The main thread's class is QOS_CLASS_USER_INTERACTIVE.
    pthread_set_qos_class_self_np(QOS_CLASS_USER_INITIATED, 0);
#else
    // In Linux every thread has a nice value and a policy of its own (sched(7)). The value counts from the main
    // thread's, as a new thread begins with that of the one that started it. It decides how long the main thread keeps
    // its core where others want it, too: with 3 some 6 ms, less than a frame takes to draw after a jump, and then it
    // waited up to 4; with 10 longer than any frame. With the policy for batches one of these that is woken never takes
    // the core of the thread that wakes it: on two cores a view change that did so took up to 2 ms instead of 0.1.
    constexpr int kNicer = 10;
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, static_cast<id_t>(getpid())) + kNicer);
    const sched_param unused{};
    sched_setscheduler(0, SCHED_BATCH, &unused);
#endif
}

}  // namespace origami
