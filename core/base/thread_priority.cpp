#include "core/base/thread_priority.h"

#if defined(__APPLE__)
#include <pthread/qos.h>
#else
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace origami {

void giveWayToWindow() noexcept {
#if defined(__APPLE__)
    // The main thread's class is QOS_CLASS_USER_INTERACTIVE.
    pthread_set_qos_class_self_np(QOS_CLASS_USER_INITIATED, 0);
#else
    // In Linux every thread has a nice value of its own (sched(7)). This is enough for the scheduler to let one that
    // has just woken go first, and takes little from these where others are busy.
    // From the main thread's, as a new thread begins with that of the one that started it.
    constexpr int kNicer = 3;
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, static_cast<id_t>(getpid())) + kNicer);
#endif
}

}  // namespace origami
