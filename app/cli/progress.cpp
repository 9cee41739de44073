#include "app/cli/progress.h"

#include "app/cli/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace origami::cli {
namespace {

// "42 s", "7 min", "1 h 05 min".
std::string duration(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::lround(seconds));
    if (whole < 120) {
        return fmt::format("{} s", whole);
    }
    const std::int64_t minutes = (whole + 30) / 60;
    return minutes < 60 ? fmt::format("{} min", minutes) : fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

}  // namespace

void Progress::addOption(CLI::App& verb, std::string& mode) {
    verb.add_option("--progress", mode, "auto (a bar on a terminal, else a line now and then), bar, json or none")
        ->check(CLI::IsMember({"auto", "bar", "json", "none"}))
        ->capture_default_str();
}

Progress::Progress(const std::string& mode, std::string unit)
    : m_style(mode == "json"                 ? Style::Json
              : mode == "bar"                ? Style::Bar
              : mode == "none"               ? Style::None
              : ::isatty(STDERR_FILENO) != 0 ? Style::Bar
                                             : Style::Lines),
      m_unit(std::move(unit)) {
    if (m_style == Style::Lines) {
        m_next += interval();
    }
}

Progress::~Progress() {
    if (m_drawn && m_style == Style::Bar) {
        std::fputc('\n', stderr);
    }
}

Progress::Clock::duration Progress::interval() const {
    return m_style == Style::Lines ? std::chrono::milliseconds(5000) : std::chrono::milliseconds(100);
}

void Progress::update(std::int64_t done, std::int64_t total, std::int64_t bytes) {
    if (m_style == Style::None) {
        return;
    }
    const std::lock_guard lock(m_mutex);
    const Clock::time_point now = Clock::now();
    const bool isLast = done >= total && m_style != Style::Lines;
    if (now < m_next && !isLast) {
        return;
    }
    m_next = now + interval();
    draw(done, total, bytes);
}

void Progress::draw(std::int64_t done, std::int64_t total, std::int64_t bytes) {
    const double seconds = std::chrono::duration<double>(Clock::now() - m_start).count();
    const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1.0;
    const double perSecond = seconds > 0 ? static_cast<double>(done) / seconds : 0.0;
    const double left = share > 0 ? seconds * (1.0 - share) / share : 0.0;
    if (m_style == Style::Json) {
        std::string line =
            fmt::format(R"({{"done":{},"total":{},"unit":"{}","seconds":{:.1f},"per_s":{:.2f},"seconds_left":{:.1f})",
                        done, total, m_unit, seconds, perSecond, left);
        if (bytes >= 0) {
            line += fmt::format(R"(,"bytes":{})", bytes);
        }
        fmt::print(stderr, "{}}}\n", line);
        return;
    }
    std::string line = fmt::format("{:3.0f} %  {} of {} {}", share * 100, grouped(done), grouped(total), m_unit);
    if (bytes >= 0) {
        line += fmt::format(", {:.1f} MB", static_cast<double>(bytes) / 1e6);
    }
    line += fmt::format(", {:.{}f} {}/s, {} left", perSecond, perSecond < 10 ? 1 : 0, m_unit, duration(left));
    if (m_style == Style::Lines) {
        fmt::print(stderr, "{}\n", line);
    } else {
        constexpr int kCells = 30;
        const int filled = std::clamp(static_cast<int>(share * kCells), 0, kCells);
        fmt::print(stderr, "\r[{:=<{}}{:<{}}] {} \x1b[K", "", filled, "", kCells - filled, line);
    }
    std::fflush(stderr);
    m_drawn = true;
}

}  // namespace origami::cli
