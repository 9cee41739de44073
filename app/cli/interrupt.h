// Ctrl-C and its relatives as a stop token.
#pragma once

#include "core/base/stop_token.h"

namespace origami::cli {

// From now on SIGINT, SIGTERM, SIGHUP and SIGPIPE (nobody reads our progress any more) ask for a stop instead of ending
// the program, which could leave half a file behind, and a file that grows beyond
// what the user may write (SIGXFSZ, ulimit -f) is an error of that write, as on a full disk.
void stopOnInterrupt();
// Stopped once one of them has arrived.
StopToken interruptToken();

}  // namespace origami::cli
