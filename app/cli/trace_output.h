// The option --trace of verbs that can say what each thread did.
#pragma once

#include "core/replay/trace_file.h"

#include <CLI/CLI.hpp>

#include <filesystem>

namespace origami::cli {

class TraceOutput {
public:
    void addTo(CLI::App& verb);

    [[nodiscard]] bool isWanted() const { return !m_path.empty(); }
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    // Before the work: makes room, and says whether the file can be written. Nothing where no trace is wanted.
    [[nodiscard]] Result<void> prepare() const;
    // Says on stderr what has been written and what is missing in it. The exit code.
    [[nodiscard]] int report(const Result<TraceSummary>& written) const;

private:
    std::filesystem::path m_path;
};

}  // namespace origami::cli
