// The verbs of the `origami` program, one file each. Every function adds its verb to the program; when the verb is
// given on the command line, `chosen` becomes what to run. It returns the exit code.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

namespace origami::cli {

using Verb = std::function<int()>;

void addInfo(CLI::App& app, Verb& chosen);
void addRegion(CLI::App& app, Verb& chosen);
void addVerify(CLI::App& app, Verb& chosen);
void addCompare(CLI::App& app, Verb& chosen);
void addBench(CLI::App& app, Verb& chosen);
void addReplay(CLI::App& app, Verb& chosen);
void addSynth(CLI::App& app, Verb& chosen);
void addEncode(CLI::App& app, Verb& chosen);

}  // namespace origami::cli
