#include "app/cli/interrupt.h"

#include <csignal>

namespace origami::cli {
namespace {

const StopSource& source() {
    static const StopSource kSource;
    return kSource;
}

extern "C" void onSignal(int) {
    source().request_stop();
}

}  // namespace

void stopOnInterrupt() {
    source();  // made now: a signal handler must not
    struct sigaction action = {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        sigaction(signal, &action, nullptr);
    }
    action.sa_handler = SIG_IGN;
    sigaction(SIGXFSZ, &action, nullptr);
}

StopToken interruptToken() {
    return source().token();
}

}  // namespace origami::cli
