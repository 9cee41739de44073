#include "app/cli/encode_arguments.h"

#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/base/parallel.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <utility>

namespace origami::cli {
namespace {

constexpr std::array kTiffOnly = {"--preset",     "--luma-quality", "--chroma-quality", "--l2-chroma-quality",
                                  "--no-trellis", "--keep-going"};
constexpr std::array kDirectoryOnly = {"--l1-quality", "--l0-quality"};

}  // namespace

void EncodeArguments::addTo(CLI::App& verb) {
    m_verb = &verb;
    verb.add_option("OUT", m_output, "The file or folder to write")->required();
    verb.add_option("--format", m_format, "tiff (ORIGAMI TIFF) or directory (version 1 packs)")
        ->check(CLI::IsMember({"tiff", "directory"}))
        ->capture_default_str();
    verb.add_option("--preset", m_preset, "Quality of a TIFF: small, default or high")
        ->check(CLI::IsMember({"small", "default", "high"}))
        ->capture_default_str();
    const auto addQuality = [&verb](const char* option, auto& quality, const std::string& help) {
        return verb.add_option(option, quality, help)->check(CLI::Range(1, 100));
    };
    addQuality("--l2-quality", m_level2Quality,
               fmt::format("JPEG quality of level 2 and coarser (of luma in a TIFF; default {}; directory {})",
                           TiffEncodeOptions().level2Quality, DirectoryOptions().level2Quality));
    addQuality("--l2-chroma-quality", m_level2ChromaQuality,
               fmt::format("TIFF: of their chroma (default {})", TiffEncodeOptions().level2ChromaQuality));
    addQuality("--luma-quality", m_lumaQuality, "TIFF: JPEG quality of the residual (default: the preset's)");
    addQuality("--chroma-quality", m_chromaQuality, "TIFF: of its chroma (default: luma quality + 8)");
    verb.add_flag("--no-trellis", m_withoutTrellis,
                  "TIFF: round coefficients instead of weighing their bits: faster, larger");
    verb.add_flag("--keep-going", m_keepGoing, "TIFF: encode the prediction where tiles of the source cannot be read");
    addQuality("--l1-quality", m_directory.level1Quality, "Directory: JPEG quality of the level 1 residuals")
        ->capture_default_str();
    addQuality("--l0-quality", m_directory.level0Quality, "Directory: JPEG quality of the level 0 residuals")
        ->capture_default_str();
    verb.add_option("--threads", m_threads, "Threads, 0: one per logical core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    Progress::addOption(verb, m_progress);
    verb.add_flag("--overwrite", m_overwrite, "Replace a file, or an ORIGAMI directory, once the new one is complete");
    verb.add_flag("--json", m_json, "Print one JSON object");
}

std::string EncodeArguments::misplaced(bool isTiff) const {
    std::string names;
    const auto collect = [&](const auto& options) {
        for (const char* const option : options) {
            if (m_verb->count(option) > 0) {
                names += names.empty() ? option : std::string(", ") + option;
            }
        }
    };
    isTiff ? collect(kDirectoryOnly) : collect(kTiffOnly);
    return names;
}

EncodeArguments::Encode EncodeArguments::encoder(const Slide& source) const {
    const bool isTiff = m_format == "tiff";
    const std::string extension = m_output.extension().string();
    if (!isTiff && (extension == ".tif" || extension == ".tiff")) {
        usageError(fmt::format("{}: --format directory writes a folder; leave it out for a TIFF", m_output.string()));
        return {};
    }
    if (const std::string names = misplaced(isTiff); !names.empty()) {
        usageError(fmt::format("{} does not go with --format {}", names, m_format));
        return {};
    }
    if (!isTiff) {
        DirectoryOptions options = m_directory;
        options.level2Quality = m_level2Quality.value_or(options.level2Quality);
        options.overwrite = m_overwrite;
        return [this, &source, options](const std::function<void(const EncodeProgress&)>& progress) {
            return encodeDirectory(source, m_output, options, progress, interruptToken());
        };
    }
    TiffEncodeOptions options = tiffPreset(m_preset).value_or(TiffEncodeOptions());
    const int chromaOffset = options.chromaQuality - options.lumaQuality;
    options.level2Quality = m_level2Quality.value_or(options.level2Quality);
    options.level2ChromaQuality = m_level2ChromaQuality.value_or(options.level2ChromaQuality);
    options.lumaQuality = m_lumaQuality.value_or(options.lumaQuality);
    options.chromaQuality = m_chromaQuality.value_or(std::min(100, options.lumaQuality + chromaOffset));
    if (m_withoutTrellis) {
        options.lambda = 0;
        options.chromaLambda = 0;
        options.level2Lambda = 0;
    }
    options.overwrite = m_overwrite;
    options.keepGoing = m_keepGoing;
    return [this, &source, options](const std::function<void(const EncodeProgress&)>& progress) {
        return encodeTiff(source, m_output, options, progress, interruptToken());
    };
}

int EncodeArguments::run(const Slide& source) const {
    const Encode encode = encoder(source);
    if (!encode) {
        return kUsage;
    }
    const auto start = std::chrono::steady_clock::now();
    std::optional<Result<EncodeReport>> report;
    {
        Progress shown(m_progress, "families");
        withThreads(m_threads, [&] {
            report =
                encode([&shown](const EncodeProgress& p) { shown.update(p.familiesDone, p.familiesTotal, p.bytes); });
        });
    }
    if (!*report) {
        return fail(report->error());
    }
    const EncodeReport& done = **report;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const LevelSize size = source.pyramid().levelSize(0);
    const double megapixels = static_cast<double>(size.width) * static_cast<double>(size.height) / 1e6;
    if (m_json) {
        nlohmann::ordered_json object;
        object["bytes"] = done.bytes;
        object["bytes_by_level"] = done.bytesByLevel;
        object["source_bytes"] = source.info().fileBytes;
        object["seconds"] = seconds;
        object["megapixels_per_s"] = megapixels / seconds;
        object["families"] = done.families;
        if (m_keepGoing) {
            object["unreadable_tiles"] = done.unreadableTiles;
            object["unreadable"] = done.unreadable;
        }
        printJson(object);
    } else {
        print(fmt::format("{}: {} x {} pixels, {} families, {} bytes in {:.1f} s ({:.1f} megapixels/s)",
                          m_output.string(), grouped(size.width), grouped(size.height), grouped(done.families),
                          grouped(done.bytes), seconds, megapixels / seconds));
        if (done.unreadableTiles > 0) {
            print(fmt::format("{} tiles of the source could not be read; the prediction stands in for them",
                              grouped(done.unreadableTiles)));
        }
    }
    return kSuccess;
}

}  // namespace origami::cli
