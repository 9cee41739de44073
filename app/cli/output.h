// What every verb prints and returns: results on stdout, one line on stderr for an error.
#pragma once

#include "core/base/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace origami::cli {

inline constexpr int kSuccess = 0;
inline constexpr int kFailure = 1;        // something is wrong with the input or output
inline constexpr int kUsage = 2;          // something is wrong with the command line
inline constexpr int kInterrupted = 130;  // as shells have it: 128 + SIGINT

// Print the line; return the exit code that belongs to it.
int fail(const Error& error);
int usageError(std::string_view message);

// Without control characters, which names and properties in files may have: a space each.
std::string onOneLine(std::string_view text);

void print(std::string_view line);
// Names in files need not be valid UTF-8: what is not is replaced.
void printJson(const nlohmann::ordered_json& json);

// Flushes stdout. `exitCode`, or kFailure if stdout took not all of it (a full disk).
int finishOutput(int exitCode);

// "1,234,567".
std::string grouped(std::int64_t number);

}  // namespace origami::cli
