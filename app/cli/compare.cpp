#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "app/cli/quality_sweep.h"
#include "app/cli/slide_arguments.h"
#include "core/base/parallel.h"
#include "core/make/tile_maker.h"
#include "core/pyramid/family_sample.h"
#include "core/quality/picture_difference.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace origami::cli {
namespace {

// What is compared at once, in pixels of level 0: a family of 256-pixel tiles, whatever tiles the slides have.
constexpr int kAreaSide = 4 * kDefaultTileSize;
constexpr int kLevels = 2;  // that are compared: 0 and 1

constexpr int kDefaultAreas = 64;

struct CompareArguments {
    SlideArguments a;
    SlideArguments b;
    std::optional<int> areas;
    std::uint64_t seed = 1;
    bool sweeps = false;
    std::optional<std::vector<int>> qualities;
    std::optional<int> downsample;
    int threads = 0;
    std::string progress = "auto";
    bool json = false;
};

using ByteCount = std::optional<std::int64_t>;  // none where it cannot be told

ByteCount sum(ByteCount a, ByteCount b) {
    return a && b ? ByteCount(*a + *b) : std::nullopt;
}

struct Comparison {
    std::array<PictureDifference, kLevels> levels;
    ByteCount bytesA = 0;
    ByteCount bytesB = 0;

    void add(const Comparison& other) {
        for (std::size_t level = 0; level < levels.size(); ++level) {
            levels[level].add(other.levels[level]);
        }
        bytesA = sum(bytesA, other.bytesA);
        bytesB = sum(bytesB, other.bytesB);
    }
};

LevelRect rectOf(const Pyramid& pyramid, FamilyId area, int level) {
    const std::int64_t side = kAreaSide >> level;
    const LevelSize size = pyramid.levelSize(level);
    return LevelRect{area.x * side, area.y * side, side, side}.intersected({0, 0, size.width, size.height});
}

// The bytes that levels 0, 1 and 2 of an area take up in the file. A family counts what has to be read for it, a level
// that is derived nothing. None where a library reads the file, or where tiles reach across the area's border.
Result<ByteCount> bytesOf(const Slide& slide, FamilyId area) {
    const Pyramid& pyramid = slide.pyramid();
    if (kAreaSide % (pyramid.tileSize() << kFamilyLevel) != 0) {
        return ByteCount();
    }
    const bool hasFamilies = slide.originOf(0) == TileOrigin::Family;
    std::int64_t bytes = 0;
    for (int level = hasFamilies ? kFamilyLevel : 0; level <= kFamilyLevel; ++level) {
        if (!hasFamilies && (level >= pyramid.levelCount() || slide.originOf(level) == TileOrigin::Derived)) {
            continue;
        }
        if (!hasFamilies && slide.originOf(level) != TileOrigin::Encoded) {
            return ByteCount();
        }
        const std::int64_t side = kAreaSide / (pyramid.tileSize() << level);
        const LevelSize grid = pyramid.gridSize(level);
        const LevelRect tiles =
            LevelRect{area.x * side, area.y * side, side, side}.intersected({0, 0, grid.width, grid.height});
        for (auto y = static_cast<std::int32_t>(tiles.y); y < tiles.bottom(); ++y) {
            for (auto x = static_cast<std::int32_t>(tiles.x); x < tiles.right(); ++x) {
                if (hasFamilies) {
                    const Result<FamilyStreams> family = readFamily(slide, {x, y});
                    if (!family) {
                        return family.error();
                    }
                    bytes += family->bytesRead;
                } else {
                    const Result<EncodedTile> tile = slide.readEncoded({level, x, y});
                    if (!tile) {
                        return tile.error();
                    }
                    bytes += static_cast<std::int64_t>(tile->bytes.size());
                }
            }
        }
    }
    return ByteCount(bytes);
}

bool haveLevel1(const Slide& a, const Slide& b) {
    return a.pyramid().levelCount() > 1 && b.pyramid().levelCount() > 1;
}

Result<Comparison> compareArea(const Slide& a, const Slide& b, FamilyId area, BufferPool* pool, const StopToken& stop) {
    Comparison comparison;
    const int levels = haveLevel1(a, b) ? kLevels : 1;
    for (int level = 0; level < levels; ++level) {
        const RegionRequest request{.rect = rectOf(a.pyramid(), area, level), .level = level};
        const Result<Rgb32Image> pictureA = renderRegion(a, request, pool, stop);
        if (!pictureA) {
            return pictureA.error();
        }
        const Result<Rgb32Image> pictureB = renderRegion(b, request, pool, stop);
        if (!pictureB) {
            return pictureB.error();
        }
        comparison.levels[static_cast<std::size_t>(level)].add(pictureA->view(), pictureB->view());
    }
    const Result<ByteCount> bytesA = bytesOf(a, area);
    if (!bytesA) {
        return bytesA.error();
    }
    const Result<ByteCount> bytesB = bytesOf(b, area);
    if (!bytesB) {
        return bytesB.error();
    }
    comparison.bytesA = *bytesA;
    comparison.bytesB = *bytesB;
    return comparison;
}

Result<Comparison> compareAreas(const Slide& a, const Slide& b, const std::vector<FamilyId>& areas,
                                Progress& progress) {
    const auto pool = BufferPool::create(256);
    const StopToken stop = interruptToken();
    Comparison total;
    std::mutex mutex;
    std::optional<Error> problem;
    std::atomic<bool> failed{false};
    std::int64_t done = 0;
    parallelFor(static_cast<int>(areas.size()), [&](int i) {
        if (failed) {
            return;
        }
        Result<Comparison> comparison = compareArea(a, b, areas[static_cast<std::size_t>(i)], pool.get(), stop);
        const std::lock_guard lock(mutex);
        if (comparison) {
            total.add(*comparison);
        } else if (!problem) {
            problem = std::move(comparison).error();
            failed = true;
        }
        progress.update(++done, static_cast<std::int64_t>(areas.size()));
    });
    if (problem) {
        return *std::move(problem);
    }
    return total;
}

struct Metric {
    const char* name;   // in JSON
    const char* label;  // in the table
    int decimals;
    double (*of)(const PictureDifference&);
};
constexpr std::array kMetrics{
    Metric{"psnr_y", "PSNR-Y, dB", 2, [](const PictureDifference& d) { return d.luma.psnr(); }},
    Metric{"ssim_y", "SSIM-Y", 5, [](const PictureDifference& d) { return d.structure.mean(); }},
    Metric{"psnr_chroma", "PSNR chroma, dB", 2, [](const PictureDifference& d) { return d.chroma.psnr(); }},
    Metric{"ciede2000_mean", "CIEDE2000 mean", 3, [](const PictureDifference& d) { return d.color.mean(); }},
    Metric{"ciede2000_p99", "CIEDE2000 p99", 2, [](const PictureDifference& d) { return d.color.percentile(0.99); }},
};

void printComparison(const CompareArguments& arguments, std::size_t areas, int levels, const Comparison& comparison) {
    const auto valueOf = [&](const Metric& metric, int level) {
        return metric.of(comparison.levels[static_cast<std::size_t>(level)]);
    };
    if (arguments.json) {
        const auto bytes = [](ByteCount count) {
            return count ? nlohmann::ordered_json(*count) : nlohmann::ordered_json(nullptr);
        };
        nlohmann::ordered_json json;
        json["a"] = arguments.a.path.string();
        json["b"] = arguments.b.path.string();
        json["families"] = areas;
        json["seed"] = arguments.seed;
        for (int level = 0; level < kLevels; ++level) {
            nlohmann::ordered_json& object = json[fmt::format("l{}", level)];
            for (const Metric& metric : kMetrics) {
                if (level < levels) {
                    const double value = valueOf(metric, level);
                    object[metric.name] = std::isfinite(value) ? nlohmann::ordered_json(value) : nullptr;
                }
            }
        }
        json["bytes_a"] = bytes(comparison.bytesA);
        json["bytes_b"] = bytes(comparison.bytesB);
        printJson(json);
        return;
    }
    print(fmt::format("{} {} of up to {} x {} pixels", grouped(static_cast<std::int64_t>(areas)),
                      areas == 1 ? "area" : "areas", kAreaSide, kAreaSide));
    print(fmt::format("{:<16}  {:>14}  {:>14}", "", "level 0", levels > 1 ? "level 1" : ""));
    for (const Metric& metric : kMetrics) {
        std::string line = fmt::format("{:<16}", metric.label);
        for (int level = 0; level < levels; ++level) {
            const double value = valueOf(metric, level);
            line += std::isfinite(value) ? fmt::format("  {:>14.{}f}", value, metric.decimals)
                                         : fmt::format("  {:>14}", "identical");
        }
        print(line);
    }
    const auto bytes = [](ByteCount count) { return count ? grouped(*count) : std::string("unknown"); };
    print(fmt::format("{:<16}  {:>14}", "bytes of A", bytes(comparison.bytesA)));
    print(fmt::format("{:<16}  {:>14}", "bytes of B", bytes(comparison.bytesB)));
}

// Pictures without residuals are compared as they are shown; whoever reads the numbers should know.
void warnOfMissingResiduals(const Slide& slide) {
    if (const auto& residuals = slide.info().residuals; residuals && residuals->missing > 0) {
        fmt::print(stderr, "origami: {}: {} of {} families have no residuals\n", slide.info().path.string(),
                   grouped(residuals->missing), grouped(residuals->missing + residuals->present));
    }
}

int runSweep(const CompareArguments& arguments) {
    SweepArguments sweep{
        .seed = arguments.seed, .threads = arguments.threads, .progress = arguments.progress, .json = arguments.json};
    sweep.areas = arguments.areas.value_or(sweep.areas);
    sweep.qualities = arguments.qualities.value_or(sweep.qualities);
    sweep.downsample = arguments.downsample.value_or(sweep.downsample);
    const Result<std::shared_ptr<const Slide>> source = arguments.a.open();
    if (!source) {
        return fail(source.error());
    }
    warnOfMissingResiduals(**source);
    return sweepQualities(**source, sweep);
}

int run(const CompareArguments& arguments) {
    if (arguments.sweeps) {
        return arguments.b.path.empty() ? runSweep(arguments)
                                        : usageError("--rd measures coders on one slide: B does not go with it");
    }
    if (arguments.b.path.empty()) {
        return usageError("B is missing (or --rd, which takes one slide)");
    }
    if (arguments.qualities || arguments.downsample) {
        return usageError("--qualities and --downsample go with --rd only");
    }
    const Result<std::shared_ptr<const Slide>> a = arguments.a.open();
    if (!a) {
        return fail(a.error());
    }
    const Result<std::shared_ptr<const Slide>> b = arguments.b.open();
    if (!b) {
        return fail(b.error());
    }
    const LevelSize size = (*a)->pyramid().levelSize(0);
    if (const LevelSize other = (*b)->pyramid().levelSize(0); other != size) {
        return fail({ErrorCode::InvalidArgument,
                     fmt::format("{} has {} x {} pixels and {} has {} x {}: only slides of the same size are compared",
                                 arguments.a.path.string(), size.width, size.height, arguments.b.path.string(),
                                 other.width, other.height)});
    }
    warnOfMissingResiduals(**a);
    warnOfMissingResiduals(**b);
    const std::vector<FamilyId> areas =
        sampleFamilies({ceilDiv(size.width, kAreaSide), ceilDiv(size.height, kAreaSide)},
                       arguments.areas.value_or(kDefaultAreas), arguments.seed);
    std::optional<Result<Comparison>> comparison;
    {
        Progress progress(arguments.progress, "areas");
        withThreads(arguments.threads, [&] { comparison = compareAreas(**a, **b, areas, progress); });
    }
    if (!*comparison) {
        return fail(comparison->error());
    }
    printComparison(arguments, areas.size(), haveLevel1(**a, **b) ? kLevels : 1, **comparison);
    return kSuccess;
}

}  // namespace

void addCompare(CLI::App& app, Verb& chosen) {
    CLI::App& verb = *app.add_subcommand("compare", "How much two slides of the same size differ, and their bytes");
    auto arguments = std::make_shared<CompareArguments>();
    arguments->a.addPathTo(verb, "A");
    arguments->b.addPathTo(verb, "B")->required(false);
    const SweepArguments sweep;
    verb.add_flag("--rd", arguments->sweeps,
                  "Rate and distortion: code a sample of A as ORIGAMI TIFF, as version 1 and as JPEG pyramid");
    verb.add_option("--qualities", arguments->qualities,
                    fmt::format("--rd: luma qualities of the TIFF (default {})", fmt::join(sweep.qualities, ",")))
        ->delimiter(',')
        ->check(CLI::Range(1, 100));
    verb.add_option("--downsample", arguments->downsample, "--rd: 2 halves A first (default 1)")
        ->check(CLI::IsMember({1, 2}));
    verb.add_option("--families", arguments->areas,
                    fmt::format("Areas of 1024 x 1024 pixels to compare, spread over the slide (default {}; --rd {})",
                                kDefaultAreas, sweep.areas))
        ->check(CLI::Range(1, 1'000'000));
    verb.add_option("--seed", arguments->seed, "Picks the areas; the same seed picks the same ones")
        ->capture_default_str();
    verb.add_option("--threads", arguments->threads, "Threads, 0: one per logical core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    Progress::addOption(verb, arguments->progress);
    verb.add_flag("--json", arguments->json, "Print one JSON object");
    verb.footer(
        "PSNR of luma and of chroma (JFIF), SSIM of luma (Wang et al. 2004) and CIEDE2000 (Sharma et al. 2005), for\n"
        "levels 0 and 1. Bytes are those of levels 0 to 2 of the same areas. In JSON a PSNR is null where nothing\n"
        "differs, bytes are null where they cannot be told, and l1 is null where a slide has no level 1.\n"
        "--rd prints bytes of levels 0 to 2 (streams and JPEG tables) and the differences at level 0 for each "
        "quality,\n"
        "then how many bytes each coder needs for the pyramid's quality; null or unknown where they share none.");
    verb.callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace origami::cli
