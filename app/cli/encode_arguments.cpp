#include "app/cli/encode_arguments.h"

#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/base/parallel.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <optional>

namespace origami::cli {

void EncodeArguments::addTo(CLI::App& verb) {
    verb.add_option("OUT", output, "The folder to write")->required();
    const auto addQuality = [&verb](const char* option, int& quality, const char* help) {
        verb.add_option(option, quality, help)->check(CLI::Range(1, 100))->capture_default_str();
    };
    addQuality("--l2-quality", options.level2Quality, "JPEG quality of level 2 and coarser");
    addQuality("--l1-quality", options.level1Quality, "JPEG quality of the level 1 residuals");
    addQuality("--l0-quality", options.level0Quality, "JPEG quality of the level 0 residuals");
    verb.add_option("--threads", threads, "Threads, 0: one per logical core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    Progress::addOption(verb, progress);
    verb.add_flag("--overwrite", options.overwrite, "Replace an ORIGAMI directory once the new one is complete");
    verb.add_flag("--json", json, "Print one JSON object");
}

int EncodeArguments::run(const Slide& source) const {
    const auto start = std::chrono::steady_clock::now();
    std::optional<Result<EncodeReport>> report;
    {
        Progress shown(progress, "families");
        withThreads(threads, [&] {
            report = encodeDirectory(
                source, output, options,
                [&shown](const EncodeProgress& p) { shown.update(p.familiesDone, p.familiesTotal, p.bytes); },
                interruptToken());
        });
    }
    if (!*report) {
        return fail(report->error());
    }
    const EncodeReport& done = **report;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const LevelSize size = source.pyramid().levelSize(0);
    const double megapixels = static_cast<double>(size.width) * static_cast<double>(size.height) / 1e6;
    if (json) {
        nlohmann::ordered_json object;
        object["bytes"] = done.bytes;
        object["bytes_by_level"] = done.bytesByLevel;
        object["source_bytes"] = source.info().fileBytes;
        object["seconds"] = seconds;
        object["megapixels_per_s"] = megapixels / seconds;
        object["families"] = done.families;
        printJson(object);
    } else {
        print(fmt::format("{}: {} x {} pixels, {} families, {} bytes in {:.1f} s ({:.1f} megapixels/s)",
                          output.string(), grouped(size.width), grouped(size.height), grouped(done.families),
                          grouped(done.bytes), seconds, megapixels / seconds));
    }
    return kSuccess;
}

}  // namespace origami::cli
