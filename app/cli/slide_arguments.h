// The arguments of every verb that opens a slide.
#pragma once

#include "core/slide/slide.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>

namespace origami::cli {

struct SlideArguments {
    std::filesystem::path path;
    OpenOptions options;

    // Adds the slide under the given name, as required.
    CLI::Option* addPathTo(CLI::App& verb, const char* name);
    // Adds the slide, --residual-pack-dir and --residuals-dir.
    void addTo(CLI::App& verb, const char* name = "SLIDE");
    [[nodiscard]] Result<std::shared_ptr<const Slide>> open() const { return openSlide(path, options); }
};

}  // namespace origami::cli
