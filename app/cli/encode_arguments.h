// What `encode` and `synth` share: writing a slide as an ORIGAMI directory.
#pragma once

#include "core/encode/directory_encoder.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <string>

namespace origami::cli {

struct EncodeArguments {
    std::filesystem::path output;
    DirectoryOptions options;
    int threads = 0;
    std::string progress = "auto";
    bool json = false;

    // Adds the output's place (call it where OUT belongs among the positional arguments) and all options.
    void addTo(CLI::App& verb);
    // Encodes and prints the report. The exit code.
    [[nodiscard]] int run(const Slide& source) const;
};

}  // namespace origami::cli
