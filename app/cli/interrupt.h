// Ctrl-C and its relatives as a stop token.
#pragma once

#include "core/base/stop_token.h"

namespace origami::cli {

// From now on SIGINT, SIGTERM and SIGHUP ask for a stop instead of ending the program.
void stopOnInterrupt();
// Stopped once one of them has arrived.
StopToken interruptToken();

}  // namespace origami::cli
