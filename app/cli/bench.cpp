#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "app/cli/slide_arguments.h"
#include "app/cli/trace_output.h"
#include "core/base/machine.h"
#include "core/base/parallel.h"
#include "core/base/version.h"
#include "core/codec/jpeg_decoder.h"
#include "core/make/tile_maker.h"
#include "core/pyramid/family_sample.h"
#include "core/reconstruct/decode_floor.h"
#include "core/reconstruct/stage_clock.h"

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

std::string build() {
    return fmt::format("{} {}", version(), kOptimised ? "release" : "debug");
}

struct BenchArguments {
    SlideArguments slide;
    int families = 64;
    int threads = 0;
    TraceOutput trace;
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

// Medians over the rounds, of one family.
struct FamilyTimes {
    double floorMs = 0;
    double planarMs = 0;
    double firstTileMs = 0;
    FamilyRecord record;  // of the round with the median total
};

template <class Value>
double medianOf(const std::vector<FamilyTimes>& families, const Value& value) {
    std::vector<double> values;
    values.reserve(families.size());
    for (const FamilyTimes& family : families) {
        values.push_back(value(family));
    }
    return median(std::move(values));
}

struct Measurement {
    std::vector<FamilyTimes> families;  // one family at a time, with all threads
    double familiesPerSecond = 0;       // all families at once
    std::vector<FamilyRecord> records;  // of that
};

double msSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// Time of a function that fails or not; -1 and `problem` if it did.
template <class Function>
double timed(std::optional<Error>& problem, const Function& function) {
    const auto start = std::chrono::steady_clock::now();
    const auto result = function();
    const double ms = msSince(start);
    if (!result && !problem) {
        problem = result.error();
    }
    return ms;
}

// Floor, planes, first tile and whole family alternate, all from the same bytes in memory, so that whatever else the
// machine does hits all of them alike.
Result<FamilyTimes> measureFamily(const Slide& slide, FamilyId id, BufferPool* pool) {
    constexpr int kRounds = 16;  // each tile of the family is the first in one of them
    const StageClock reading;
    const Result<FamilyStreams> streams = readFamily(slide, id);
    if (!streams) {
        return streams.error();
    }
    const StageSpan read = reading.span(origami::Stage::Read);
    const Pyramid& pyramid = slide.pyramid();
    const bool hasPlanes = streams->scheme != ResidualScheme::Fused;
    const LevelRect level0 = pyramid.familyRect(id, 0);
    const auto columns = (static_cast<int>(level0.width) - 1) / pyramid.tileSize() + 1;
    const auto rows = (static_cast<int>(level0.height) - 1) / pyramid.tileSize() + 1;
    std::optional<Error> problem;
    std::vector<double> floors;
    std::vector<double> planars;
    std::vector<double> firsts;
    std::vector<FamilyRecord> records;
    // Everything runs twice in its turn and is timed the second time: none pays for what another left in the caches.
    constexpr int kRuns = 2;
    for (int round = 0; round < kRounds && !problem; ++round) {
        double ms = 0;
        for (int run = 0; run < kRuns; ++run) {
            ms = timed(problem, [&] { return decodeOnly(pyramid, *streams, pool); });
        }
        floors.push_back(ms);
        for (int run = 0; run < kRuns; ++run) {
            Result<FamilyTiles> family = rebuildFamily(slide, *streams, read, ViewMode::Reconstructed, pool);
            if (!family) {
                return std::move(family).error();
            }
            family->record.totalMs -= read.ms();
            if (run == kRuns - 1) {
                records.push_back(std::move(family->record));
            }
        }
        if (!hasPlanes) {
            continue;
        }
        for (int run = 0; run < kRuns; ++run) {
            ms = timed(problem, [&] { return reconstructPlanes(pyramid, *streams, pool); });
        }
        planars.push_back(ms);
        const TileId firstTile{0, id.x * kFamilyLevel0Side + round % columns,
                               id.y * kFamilyLevel0Side + round / columns % rows};
        for (int run = 0; run < kRuns; ++run) {
            ms = timed(problem, [&] {
                return FamilyInParts(pyramid, *streams, ViewMode::Reconstructed, pool)
                    .make({.ids = {&firstTile, 1}, .deliver = [](const FamilyTile&, double) {}});
            });
        }
        firsts.push_back(ms);
    }
    if (problem) {
        return *std::move(problem);
    }
    std::ranges::sort(records, {}, &FamilyRecord::totalMs);
    FamilyTimes times{.floorMs = median(floors), .record = std::move(records[records.size() / 2])};
    if (hasPlanes) {
        times.planarMs = median(planars);
        times.firstTileMs = median(firsts);
    }
    return times;
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
            if (family) {
                result.records.push_back(family->record);
            } else if (!problem) {
                problem = family.error();
            }
        });
    };
    makeAll(0);
    if (problem) {
        return *std::move(problem);
    }
    result.records.clear();
    const auto start = std::chrono::steady_clock::now();
    makeAll(static_cast<std::int64_t>(families.size()));
    result.familiesPerSecond = static_cast<double>(families.size()) / (msSince(start) / 1000);
    if (problem) {
        return *std::move(problem);
    }
    for (const FamilyId id : families) {
        if (stop.stop_requested()) {
            return Error{ErrorCode::Cancelled, "stopped"};
        }
        Result<FamilyTimes> times = measureFamily(slide, id, pool.get());
        if (!times) {
            return std::move(times).error();
        }
        result.families.push_back(std::move(*times));
        progress.update(static_cast<std::int64_t>(2 * families.size() + result.families.size()), total);
    }
    return result;
}

void printMeasurement(const BenchArguments& arguments, int threads, const Measurement& measured) {
    const std::vector<FamilyTimes>& families = measured.families;
    const double totalMs = medianOf(families, [](const FamilyTimes& f) { return f.record.totalMs; });
    const double floorMs = medianOf(families, [](const FamilyTimes& f) { return f.floorMs; });
    const double planarMs = medianOf(families, [](const FamilyTimes& f) { return f.planarMs; });
    const double firstTileMs = medianOf(families, [](const FamilyTimes& f) { return f.firstTileMs; });
    // Medians of each family's own ratio.
    const double totalOverFloor = medianOf(families, [](const FamilyTimes& f) { return f.record.totalMs / f.floorMs; });
    const double planarOverFloor = medianOf(families, [](const FamilyTimes& f) { return f.planarMs / f.floorMs; });
    const double firstOverFloor = medianOf(families, [](const FamilyTimes& f) { return f.firstTileMs / f.floorMs; });
    const auto wall = [&](const Stage& stage) {
        return medianOf(families, [&](const FamilyTimes& f) { return stage.of(f.record).wallMs; });
    };
    const auto busy = [&](const Stage& stage) {
        return medianOf(families, [&](const FamilyTimes& f) { return stage.of(f.record).busyMs; });
    };
    if (arguments.json) {
        nlohmann::ordered_json json;
        json["slide"] = arguments.slide.path.string();
        json["threads"] = threads;
        json["families"] = families.size();
        json["floor_ms"] = floorMs;
        json["total_ms"] = totalMs;
        json["total_over_floor"] = totalOverFloor;
        if (planarMs > 0) {
            json["planar_ms"] = planarMs;
            json["planar_over_floor"] = planarOverFloor;
            json["first_tile_ms"] = firstTileMs;
        }
        json["families_per_s"] = measured.familiesPerSecond;
        json["stages"] = nlohmann::ordered_json::array();
        for (const Stage& stage : kStages) {
            json["stages"].push_back({{"name", stage.name}, {"wall_ms", wall(stage)}, {"busy_ms", busy(stage)}});
        }
        json["build"] = build();
        printJson(json);
        return;
    }
    print(fmt::format("{} families, {} threads, median ms per family", families.size(), threads));
    print(fmt::format("{:<12}  {:>9}  {:>9}  {:>9}", "", "wall", "busy", "/ floor"));
    print(fmt::format("{:<12}  {:>9.3f}  {:>9}  {:>9.3f}", "floor", floorMs, "", 1.0));
    for (const Stage& stage : kStages) {
        print(fmt::format("{:<12}  {:>9.3f}  {:>9.3f}", stage.name, wall(stage), busy(stage)));
    }
    print(fmt::format("{:<12}  {:>9.3f}  {:>9}  {:>9.3f}", "total", totalMs, "", totalOverFloor));
    if (planarMs > 0) {
        print(fmt::format("{:<12}  {:>9.3f}  {:>9}  {:>9.3f}", "planar", planarMs, "", planarOverFloor));
        print(fmt::format("{:<12}  {:>9.3f}  {:>9}  {:>9.3f}", "first tile", firstTileMs, "", firstOverFloor));
    }
    print(fmt::format("{:.1f} families/s with all of them at once", measured.familiesPerSecond));
}

// Whether level 0 is stored in JPEG tiles that we can have as they lie in the file.
bool hasJpegTiles(const Slide& slide) {
    if (slide.originOf(0) != TileOrigin::Encoded) {
        return false;
    }
    const Result<EncodedTile> first = slide.readEncoded({0, 0, 0});
    return first && first->codec == ImageCodec::Jpeg;
}

// Whole JPEG files: the tiles of level 0 that have pixels in the area.
Result<std::vector<Bytes>> readTiles(const Slide& slide, const LevelRect& area) {
    const std::int64_t side = slide.pyramid().tileSize();
    std::vector<Bytes> tiles;
    for (std::int64_t y = area.y / side; y * side < area.bottom(); ++y) {
        for (std::int64_t x = area.x / side; x * side < area.right(); ++x) {
            Result<EncodedTile> tile =
                slide.readEncoded({0, static_cast<std::int32_t>(x), static_cast<std::int32_t>(y)});
            if (!tile) {
                return std::move(tile).error();
            }
            tiles.push_back(std::move(tile->bytes));
        }
    }
    return tiles;
}

// By libjpeg-turbo alone, to RGB32.
Result<void> decodeAll(const std::vector<Bytes>& tiles) {
    std::mutex mutex;
    Result<void> result;
    parallelFor(static_cast<int>(tiles.size()), [&](int i) {
        const Result<Rgb32Image> image =
            JpegDecoder::forThisThread().decodeRgb32(tiles[static_cast<std::size_t>(i)], 2 * kMaxTileSize);
        if (!image) {
            const std::lock_guard lock(mutex);
            result = image.error();
        }
    });
    return result;
}

// Of areas of a family's size at full resolution; empty where there is no such way to read them.
struct AreaTimes {
    std::vector<double> openSlideMs;
    std::vector<double> jpegTilesMs;
};

// Measures each area in both ways, one after the other. `library` is the same slide with every pixel read by OpenSlide,
// or null.
Result<AreaTimes> measureAreas(const Slide& slide, const Slide* library, const std::vector<LevelRect>& areas,
                               Progress& progress) {
    const bool isStored = hasJpegTiles(slide);
    AreaTimes times;
    std::int64_t done = 0;
    for (const LevelRect& area : areas) {
        std::optional<Error> problem;
        if (library != nullptr) {
            times.openSlideMs.push_back(
                timed(problem, [&] { return renderRegion(*library, {.rect = area}, nullptr, interruptToken()); }));
        }
        if (isStored) {
            const Result<std::vector<Bytes>> tiles = readTiles(slide, area);
            if (!tiles) {
                return tiles.error();
            }
            times.jpegTilesMs.push_back(timed(problem, [&] { return decodeAll(*tiles); }));
        }
        if (problem) {
            return *std::move(problem);
        }
        progress.update(++done, static_cast<std::int64_t>(areas.size()));
    }
    return times;
}

int benchAreas(const BenchArguments& arguments, const Slide& slide, int threads) {
    std::shared_ptr<const Slide> library;
    if (slide.info().format == SlideFormat::OpenSlide) {
        Result<std::shared_ptr<const Slide>> opened = openSlide(arguments.slide.path, {.decodesTiffTiles = false});
        if (!opened) {
            return fail(opened.error());
        }
        library = std::move(*opened);
    }
    const Pyramid& pyramid = library ? library->pyramid() : slide.pyramid();
    std::vector<LevelRect> areas;
    for (const FamilyId family : sampleFamilies(pyramid.gridSize(kFamilyLevel), arguments.families)) {
        areas.push_back(pyramid.familyRect(family, 0));
    }
    std::optional<Result<AreaTimes>> measured;
    {
        Progress progress(arguments.progress, "areas");
        withThreads(threads, [&] { measured = measureAreas(slide, library.get(), areas, progress); });
    }
    if (!*measured) {
        return fail(measured->error());
    }
    const AreaTimes& times = **measured;
    if (arguments.json) {
        nlohmann::ordered_json json;
        json["slide"] = arguments.slide.path.string();
        json["threads"] = threads;
        json["families"] = areas.size();
        if (!times.openSlideMs.empty()) {
            json["openslide_ms"] = median(times.openSlideMs);
        }
        if (!times.jpegTilesMs.empty()) {
            json["jpeg_tiles_ms"] = median(times.jpegTilesMs);
        }
        json["build"] = build();
        printJson(json);
        return kSuccess;
    }
    print(fmt::format("{} areas of a family's size, {} threads, median ms", areas.size(), threads));
    if (!times.openSlideMs.empty()) {
        print(fmt::format("{:<12}  {:>9.3f}", "openslide", median(times.openSlideMs)));
    }
    if (!times.jpegTilesMs.empty()) {
        print(fmt::format("{:<12}  {:>9.3f}", "jpeg tiles", median(times.jpegTilesMs)));
    }
    return kSuccess;
}

int writeTrace(const BenchArguments& arguments, const std::vector<FamilyRecord>& families) {
    return arguments.trace.isWanted() ? arguments.trace.report(writeTraceFile(arguments.trace.path(), families))
                                      : kSuccess;
}

int run(const BenchArguments& arguments) {
    const Result<std::shared_ptr<const Slide>> opened = arguments.slide.open();
    if (!opened) {
        return fail(opened.error());
    }
    const Slide& slide = **opened;
    const bool hasFamilies = slide.originOf(0) == TileOrigin::Family;
    if (!hasFamilies && slide.info().format != SlideFormat::OpenSlide && !hasJpegTiles(slide)) {
        return fail({ErrorCode::Unsupported, fmt::format("{}: {} has no families to measure",
                                                         arguments.slide.path.string(), name(slide.info().format))});
    }
    if (!kOptimised) {
        fmt::print(stderr, "origami: this build is not optimised, its times mean little\n");
    }
    if (const Result<void> prepared = arguments.trace.prepare(); !prepared) {
        return fail(prepared.error());
    }
    const int threads = arguments.threads > 0 ? arguments.threads : hardwareThreads();
    if (!hasFamilies) {
        const int result = benchAreas(arguments, slide, threads);
        return result == kSuccess ? writeTrace(arguments, {}) : result;
    }
    std::optional<Result<Measurement>> measured;
    {
        Progress progress(arguments.progress, "families");
        withThreads(threads, [&] {
            measured =
                measure(slide, sampleFamilies(slide.pyramid().gridSize(kFamilyLevel), arguments.families), progress);
        });
    }
    if (!*measured) {
        return fail(measured->error());
    }
    printMeasurement(arguments, threads, **measured);
    return writeTrace(arguments, (*measured)->records);
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
    arguments->trace.addTo(verb);
    Progress::addOption(verb, arguments->progress);
    verb.add_flag("--json", arguments->json, "Print one JSON object");
    verb.callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace origami::cli
