// What `encode` and `synth` share: writing a slide as an ORIGAMI TIFF or directory.
#pragma once

#include "core/encode/directory_encoder.h"
#include "core/encode/tiff_encoder.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace origami::cli {

class EncodeArguments {
public:
    // Adds the output's place (call it where OUT belongs among the positional arguments) and all options.
    void addTo(CLI::App& verb);
    // Encodes and prints the report. The exit code.
    [[nodiscard]] int run(const Slide& source) const;

private:
    using Encode = std::function<Result<EncodeReport>(const std::function<void(const EncodeProgress&)>&)>;
    // What is to be run; or nothing, after a complaint about options that do not go together.
    [[nodiscard]] Encode encoder(const Slide& source) const;
    // Options of the command line that do not belong to `format`; empty if there are none.
    [[nodiscard]] std::string misplaced(bool isTiff) const;

    CLI::App* m_verb = nullptr;
    std::filesystem::path m_output;
    std::string m_format = "tiff";
    std::string m_preset = "default";
    std::optional<int> m_level2Quality;
    std::optional<int> m_level2ChromaQuality;
    std::optional<int> m_lumaQuality;
    std::optional<int> m_chromaQuality;
    bool m_withoutTrellis = false;
    bool m_keepGoing = false;
    DirectoryOptions m_directory;
    bool m_overwrite = false;
    int m_threads = 0;
    std::string m_progress = "auto";
    bool m_json = false;
};

}  // namespace origami::cli
