#include "core/base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>

#include <string>

namespace origami {

bool initialiseLogging(std::string_view level) {
    const auto parsed = spdlog::level::from_str(std::string(level));
    if (parsed == spdlog::level::off && level != "off") {
        return false;
    }
    static const auto logger = [] {
        auto created = spdlog::stderr_color_mt("origami");
        created->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
        return created;
    }();
    logger->set_level(parsed);
    spdlog::set_default_logger(logger);
    return true;
}

}  // namespace origami
