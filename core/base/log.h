// Logging, on spdlog. Everything goes to stderr; results of commands go to stdout and never through here.
#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

namespace origami {

// Sends log lines to stderr at the given level: trace, debug, info, warn, error or off. Lines below warn are written
// within a second, many at a time; warnings and errors at once, after what came before them. False if there is
// no such level, and then nothing changes. Call once from main.
bool initialiseLogging(std::string_view level);

}  // namespace origami
