#include "core/base/thread_purpose.h"

#include <pthread.h>
#ifdef __APPLE__
#include <pthread/qos.h>
#else
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace origami {
namespace {

const char* nameOf(ThreadPurpose purpose) noexcept {
    switch (purpose) {
        case ThreadPurpose::Worker: return "worker";
        case ThreadPurpose::Reader: return "reader";
        case ThreadPurpose::Background: return "background";
    }
    return "thread";
}

}  // namespace

void enterThread(ThreadPurpose purpose) noexcept {
#ifdef __APPLE__
    pthread_setname_np(nameOf(purpose));
    // The main thread belongs to QOS_CLASS_USER_INTERACTIVE.
    pthread_set_qos_class_self_np(purpose == ThreadPurpose::Background ? QOS_CLASS_UTILITY : QOS_CLASS_USER_INITIATED,
                                  0);
#else
    pthread_setname_np(pthread_self(), nameOf(purpose));
    // On Linux every thread has a nice value of its own (sched(7)); a new thread inherits that of its creator.
    if (purpose == ThreadPurpose::Background) {
        constexpr int kLowest = 19;
        setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kLowest);
    }
#endif
}

}  // namespace origami
