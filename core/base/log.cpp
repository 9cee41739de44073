#include "core/base/log.h"

#include <spdlog/sinks/base_sink.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

namespace origami {
namespace {

constexpr std::size_t kMostWaiting = std::size_t{32} << 10U;
constexpr std::chrono::seconds kLongestWait{1};

// Writes lines to stderr many at a time: a system call for each tile would cost as much as some stages of making it.
class BufferedStderr final : public spdlog::sinks::base_sink<std::mutex> {
public:
    BufferedStderr() = default;
    ~BufferedStderr() override { BufferedStderr::flush_(); }
    BufferedStderr(const BufferedStderr&) = delete;
    BufferedStderr& operator=(const BufferedStderr&) = delete;

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        m_line.clear();
        formatter_->format(message, m_line);
        m_waiting.append(m_line.data(), m_line.size());
        if (m_waiting.size() >= kMostWaiting) {
            flush_();
        }
    }
    void flush_() override {
        std::fwrite(m_waiting.data(), 1, m_waiting.size(), stderr);
        std::fflush(stderr);
        m_waiting.clear();
    }

private:
    spdlog::memory_buf_t m_line;
    std::string m_waiting;
};

}  // namespace

bool initialiseLogging(std::string_view level) {
    const auto parsed = spdlog::level::from_str(std::string(level));
    if (parsed == spdlog::level::off && level != "off") {
        return false;
    }
    static const auto logger = [] {
        auto created = std::make_shared<spdlog::logger>("origami", std::make_shared<BufferedStderr>());
        created->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
        created->flush_on(spdlog::level::warn);
        return created;
    }();
    logger->set_level(parsed);
    spdlog::set_default_logger(logger);
    if (parsed < spdlog::level::warn) {
        spdlog::flush_every(kLongestWait);
    }
    return true;
}

}  // namespace origami
