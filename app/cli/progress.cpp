#include "app/cli/progress.h"

#include "app/cli/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace origami::cli {

void Progress::addOption(CLI::App& verb, std::string& mode) {
    verb.add_option("--progress", mode, "auto (a bar on a terminal), bar, json or none")
        ->check(CLI::IsMember({"auto", "bar", "json", "none"}))
        ->capture_default_str();
}

Progress::Progress(const std::string& mode, std::string unit)
    : m_style(mode == "json"                                                      ? Style::Json
              : mode == "bar" || (mode == "auto" && ::isatty(STDERR_FILENO) != 0) ? Style::Bar
                                                                                  : Style::None),
      m_unit(std::move(unit)) {}

Progress::~Progress() {
    if (m_drawn && m_style == Style::Bar) {
        std::fputc('\n', stderr);
    }
}

void Progress::update(std::int64_t done, std::int64_t total, std::int64_t bytes) {
    if (m_style == Style::None) {
        return;
    }
    const std::lock_guard lock(m_mutex);
    const Clock::time_point now = Clock::now();
    if (now < m_next && done < total) {
        return;
    }
    m_next = now + std::chrono::milliseconds(100);
    draw(done, total, bytes);
}

void Progress::draw(std::int64_t done, std::int64_t total, std::int64_t bytes) {
    const double seconds = std::chrono::duration<double>(Clock::now() - m_start).count();
    if (m_style == Style::Json) {
        std::string line =
            fmt::format(R"({{"done":{},"total":{},"unit":"{}","seconds":{:.1f})", done, total, m_unit, seconds);
        if (bytes >= 0) {
            line += fmt::format(R"(,"bytes":{})", bytes);
        }
        fmt::print(stderr, "{}}}\n", line);
        return;
    }
    constexpr int kCells = 30;
    const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1.0;
    const int filled = std::clamp(static_cast<int>(share * kCells), 0, kCells);
    const double left = share > 0 ? seconds * (1.0 - share) / share : 0.0;
    fmt::print(stderr, "\r[{:=<{}}{:<{}}] {:3.0f} %  {} of {} {}", "", filled, "", kCells - filled, share * 100,
               grouped(done), grouped(total), m_unit);
    if (bytes >= 0) {
        fmt::print(stderr, ", {:.1f} MB", static_cast<double>(bytes) / 1e6);
    }
    fmt::print(stderr, ", {:.0f} s left \x1b[K", left);
    std::fflush(stderr);
    m_drawn = true;
}

}  // namespace origami::cli
