#include "app/cli/trace_output.h"

#include "app/cli/output.h"

#include <fmt/format.h>

namespace origami::cli {

void TraceOutput::addTo(CLI::App& verb) {
    verb.add_option("--trace", m_path, "Write what each thread did, and when, for Perfetto or speedscope")
        ->type_name("FILE");
}

Result<void> TraceOutput::prepare() const {
    return isWanted() ? prepareTrace(m_path) : Result<void>{};
}

int TraceOutput::report(const Result<TraceSummary>& written) const {
    if (!written) {
        return fail(written.error());
    }
    const std::string dropped =
        written->dropped > 0 ? fmt::format("; {} before them were dropped", grouped(written->dropped)) : "";
    fmt::print(stderr, "{}: {} events of {:.1f} s{}\n", m_path.string(), grouped(written->events), written->seconds,
               dropped);
    return kSuccess;
}

}  // namespace origami::cli
