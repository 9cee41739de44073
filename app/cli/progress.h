// Progress on stderr: a bar on a terminal, lines in a log, JSON lines for programs, or nothing.
#pragma once

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace origami::cli {

class Progress {
public:
    // Adds --progress; the value lands in `mode`.
    static void addOption(CLI::App& verb, std::string& mode);

    // `mode` as the option has it: auto (a bar if stderr is a terminal, else lines), bar, json, none. `unit` names what
    // is counted, in the plural.
    Progress(const std::string& mode, std::string unit);
    ~Progress();  // ends the bar's line
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    // Thread-safe. The bar and JSON come at most ten times a second, and when done reaches total; lines at most every
    // five seconds, so that a short run prints none. Bytes below zero are not shown.
    void update(std::int64_t done, std::int64_t total, std::int64_t bytes = -1);

private:
    enum class Style { None, Bar, Lines, Json };
    using Clock = std::chrono::steady_clock;
    [[nodiscard]] Clock::duration interval() const;
    void draw(std::int64_t done, std::int64_t total, std::int64_t bytes);

    Style m_style;
    std::string m_unit;
    std::mutex m_mutex;
    Clock::time_point m_start = Clock::now();
    Clock::time_point m_next = m_start;  // nothing is printed before
    bool m_drawn = false;
};

}  // namespace origami::cli
