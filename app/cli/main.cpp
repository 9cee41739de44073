#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "core/base/log.h"
#include "core/base/version.h"

#include <fmt/format.h>

#include <exception>

int main(int argc, char** argv) {
    using namespace origami::cli;
    origami::initialiseLogging("warn");
    stopOnInterrupt();

    CLI::App app("Reads, checks, measures and writes whole-slide images without a window.", "origami");
    app.set_version_flag("--version", fmt::format("origami {}", origami::version()));
    app.require_subcommand(0, 1);  // none is refused below: what is no verb is then named as unexpected
    app.fallthrough(false);
    Verb chosen;
    addInfo(app, chosen);
    addRegion(app, chosen);
    addVerify(app, chosen);
    addCompare(app, chosen);
    addBench(app, chosen);
    addReplay(app, chosen);
    addSynth(app, chosen);
    addEncode(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& request) {  // --help, --version
        app.exit(request);
        return kSuccess;
    } catch (const CLI::ParseError& error) {
        return usageError(fmt::format("{} (origami --help says more)", error.what()));
    }
    if (!chosen) {
        return usageError(
            "a verb is missing: info, region, verify, compare, bench, replay, synth or encode (origami --help says "
            "more)");
    }
    try {
        return finishOutput(chosen());
    } catch (const std::exception& error) {
        return fail({origami::ErrorCode::OutOfMemory, error.what()});
    }
}
