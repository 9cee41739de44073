#include "app/cli/output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace origami::cli {
namespace {

void printError(std::string_view message) {
    fmt::print(stderr, "origami: {}\n", onOneLine(message));
}

}  // namespace

int fail(const Error& error) {
    printError(error.isCancelled() ? "stopped, nothing was kept" : error.message);
    return error.isCancelled() ? kInterrupted : kFailure;
}

int usageError(std::string_view message) {
    printError(message);
    return kUsage;
}

std::string onOneLine(std::string_view text) {
    std::string line(text);
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return line;
}

void print(std::string_view line) {
    // Errors show in finishOutput.
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
}

void printJson(const nlohmann::ordered_json& json) {
    print(json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

int finishOutput(int exitCode) {
    errno = 0;
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        printError(
            fmt::format("stdout cannot be written: {}", std::generic_category().message(errno != 0 ? errno : EIO)));
        return kFailure;
    }
    return exitCode;
}

std::string grouped(std::int64_t number) {
    const std::string digits = fmt::format("{}", number);
    const std::size_t first = number < 0 ? 1 : 0;
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > first && (digits.size() - i) % 3 == 0) {
            text += ',';
        }
        text += digits[i];
    }
    return text;
}

}  // namespace origami::cli
