#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "app/cli/slide_arguments.h"
#include "core/base/machine.h"
#include "core/base/parallel.h"
#include "core/engine/tile_maker.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace origami::cli {
namespace {

#ifdef NDEBUG
constexpr bool kOptimised = true;
#else
constexpr bool kOptimised = false;
#endif

struct BenchArguments {
    SlideArguments slide;
    int families = 64;
    int threads = 0;
    std::string progress = "auto";
    bool json = false;
};

struct Stage {
    const char* name;
    StageTime (*of)(const FamilyRecord&);
};
constexpr std::array kStages{
    Stage{"read",
          [](const FamilyRecord& r) {
              return StageTime{r.readMs, r.readMs};
          }},
    Stage{"l2_decode", [](const FamilyRecord& r) { return r.l2Decode; }},
    Stage{"l1_resize", [](const FamilyRecord& r) { return r.l1Resize; }},
    Stage{"l1_residual", [](const FamilyRecord& r) { return r.l1Residual; }},
    Stage{"l0_resize", [](const FamilyRecord& r) { return r.l0Resize; }},
    Stage{"l0_residual", [](const FamilyRecord& r) { return r.l0Residual; }},
    Stage{"convert", [](const FamilyRecord& r) { return r.convert; }},
};

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) {
        return *middle;
    }
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

template <class Value>
double medianOf(const std::vector<FamilyRecord>& records, const Value& value) {
    std::vector<double> values;
    values.reserve(records.size());
    for (const FamilyRecord& record : records) {
        values.push_back(value(record));
    }
    return median(std::move(values));
}

struct Measurement {
    std::vector<FamilyRecord> records;  // one family at a time, with all threads
    double familiesPerSecond = 0;       // all families at once
};

// Families spread evenly over the slide, at most as many as it has.
std::vector<FamilyId> pickFamilies(const Slide& slide, int count) {
    const LevelSize grid = slide.pyramid().gridSize(kFamilyLevel);
    const std::int64_t all = grid.width * grid.height;
    const std::int64_t picked = std::min<std::int64_t>(count, all);
    std::vector<FamilyId> families;
    for (std::int64_t i = 0; i < picked; ++i) {
        const std::int64_t index = (2 * i + 1) * all / (2 * picked);
        families.push_back(
            {static_cast<std::int32_t>(index % grid.width), static_cast<std::int32_t>(index / grid.width)});
    }
    return families;
}

Result<Measurement> measure(const Slide& slide, const std::vector<FamilyId>& families, Progress& progress) {
    const auto pool = BufferPool::create(256);
    const StopToken stop = interruptToken();
    const auto total = static_cast<std::int64_t>(families.size()) * 3;
    Measurement result;
    // Warms up the pool, the decoders and the file cache for all families alike.
    std::mutex mutex;
    std::optional<Error> problem;
    const auto makeAll = [&](std::int64_t done) {
        parallelFor(static_cast<int>(families.size()), [&](int i) {
            const auto family =
                makeFamily(slide, families[static_cast<std::size_t>(i)], ViewMode::Reconstructed, pool.get(), stop);
            const std::lock_guard lock(mutex);
            progress.update(++done, total);
            if (!family && !problem) {
                problem = family.error();
            }
        });
    };
    makeAll(0);
    if (problem) {
        return *std::move(problem);
    }
    const auto start = std::chrono::steady_clock::now();
    makeAll(static_cast<std::int64_t>(families.size()));
    result.familiesPerSecond = static_cast<double>(families.size()) /
                               std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (problem) {
        return *std::move(problem);
    }
    for (const FamilyId id : families) {
        Result<FamilyTiles> family = makeFamily(slide, id, ViewMode::Reconstructed, pool.get(), stop);
        if (!family) {
            return std::move(family).error();
        }
        result.records.push_back(std::move(family->record));
        progress.update(static_cast<std::int64_t>(2 * families.size() + result.records.size()), total);
    }
    return result;
}

void printMeasurement(const BenchArguments& arguments, int threads, const Measurement& measured) {
    const double totalMs = medianOf(measured.records, [](const FamilyRecord& r) { return r.totalMs; });
    if (arguments.json) {
        nlohmann::ordered_json json;
        json["slide"] = arguments.slide.path.string();
        json["threads"] = threads;
        json["families"] = measured.records.size();
        json["total_ms"] = totalMs;
        json["families_per_s"] = measured.familiesPerSecond;
        json["stages"] = nlohmann::ordered_json::array();
        for (const Stage& stage : kStages) {
            json["stages"].push_back(
                {{"name", stage.name},
                 {"wall_ms", medianOf(measured.records, [&](const FamilyRecord& r) { return stage.of(r).wallMs; })},
                 {"busy_ms", medianOf(measured.records, [&](const FamilyRecord& r) { return stage.of(r).busyMs; })}});
        }
        json["build"] = fmt::format("{} {}", ORIGAMI_VERSION, kOptimised ? "release" : "debug");
        printJson(json);
        return;
    }
    print(fmt::format("{} families, {} threads, median ms per family", measured.records.size(), threads));
    print(fmt::format("{:<12}  {:>9}  {:>9}", "stage", "wall", "busy"));
    for (const Stage& stage : kStages) {
        print(fmt::format("{:<12}  {:>9.3f}  {:>9.3f}", stage.name,
                          medianOf(measured.records, [&](const FamilyRecord& r) { return stage.of(r).wallMs; }),
                          medianOf(measured.records, [&](const FamilyRecord& r) { return stage.of(r).busyMs; })));
    }
    print(fmt::format("{:<12}  {:>9.3f}", "total", totalMs));
    print(fmt::format("{:.1f} families/s with all of them at once", measured.familiesPerSecond));
}

int run(const BenchArguments& arguments) {
    const Result<std::shared_ptr<const Slide>> opened = arguments.slide.open();
    if (!opened) {
        return fail(opened.error());
    }
    const Slide& slide = **opened;
    if (slide.originOf(0) != TileOrigin::Family) {
        return fail({ErrorCode::Unsupported, fmt::format("{}: {} has no families to measure",
                                                         arguments.slide.path.string(), name(slide.info().format))});
    }
    if (!kOptimised) {
        fmt::print(stderr, "origami: this build is not optimised, its times mean little\n");
    }
    const int threads = arguments.threads > 0 ? arguments.threads : hardwareThreads();
    std::optional<Result<Measurement>> measured;
    {
        Progress progress(arguments.progress, "families");
        withThreads(threads, [&] { measured = measure(slide, pickFamilies(slide, arguments.families), progress); });
    }
    if (!*measured) {
        return fail(measured->error());
    }
    printMeasurement(arguments, threads, **measured);
    return kSuccess;
}

}  // namespace

void addBench(CLI::App& app, Verb& chosen) {
    CLI::App& verb = *app.add_subcommand("bench", "How long rebuilding a family takes, stage by stage");
    auto arguments = std::make_shared<BenchArguments>();
    arguments->slide.addTo(verb);
    verb.add_option("--families", arguments->families, "Families to measure, spread over the slide")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    verb.add_option("--threads", arguments->threads, "Threads, 0: one per logical core")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    Progress::addOption(verb, arguments->progress);
    verb.add_flag("--json", arguments->json, "Print one JSON object");
    verb.callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace origami::cli
