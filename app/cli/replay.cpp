#include "core/replay/replay.h"
#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/slide_arguments.h"
#include "app/cli/trace_output.h"
#include "core/base/parallel.h"
#include "core/engine/slide_engine.h"
#include "core/image/buffer_pool.h"
#include "core/make/tile_maker.h"
#include "core/metrics/percentile.h"
#include "core/reconstruct/decode_floor.h"
#include "core/reconstruct/needed_residuals.h"
#include "core/view/frame_quality.h"
#include "core/view/tile_cover.h"
#include "core/view/view_trace.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace origami::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr Milliseconds kFrame{1000.0 / 60};
constexpr Milliseconds kHold{300};             // of a jump's view once it is complete
constexpr std::chrono::seconds kPatience{30};  // for a view to become complete
constexpr int kDecodeRounds = 5;

struct ReplayArguments {
    SlideArguments slide;
    std::filesystem::path trace;
    TraceOutput timeline;
    std::size_t cacheMb = 0;
    int threads = 0;
    double speed = 1;
    bool json = false;
};

// What decoding one view's tiles takes with all threads and nothing else to do, beside how long the engine took.
struct DecodeTimes {
    std::vector<double> tilesMs;            // from the jump to every visible tile made
    std::vector<double> makeMs;             // the same tiles, by themselves: from bytes in memory to RGB32
    std::vector<double> decodeMs;           // libjpeg-turbo alone, over the same streams
    std::vector<double> decodeAfterRestMs;  // the same, once, after a rest: as a jump begins
    std::vector<double> overMake;
    std::vector<double> overDecode;
    std::vector<double> overDecodeAfterRest;
};

struct Report : ReplayReport {
    DecodeTimes decode;
};

class Replay {
public:
    Replay(SlideEngine& engine, SlideKey slide, const Slide& reader, const ViewTrace& trace, double speed)
        : m_engine(engine), m_slide(slide), m_reader(reader), m_trace(trace), m_speed(speed) {}

    Result<Report> run() {
        // The overview that every viewer has when its user starts to move: the whole slide fitted into the window.
        show(fitted(m_reader.pyramid().levelSize(0), m_trace.window));
        if (Result<void> complete = waitUntilComplete("the overview"); !complete) {
            return std::move(complete).error();
        }
        show(nothing());
        waitUntilIdle();
        m_report.viewChangeMs.clear();
        m_report.before = m_engine.metrics();
        Result<void> replayed = m_trace.kind == TraceKind::Jumps ? replayJumps() : replayMotion();
        if (!replayed) {
            return std::move(replayed).error();
        }
        m_report.after = m_engine.metrics();
        return std::move(m_report);
    }

private:
    [[nodiscard]] static Viewport nothing() { return {.centre = {}, .scale = 1, .size = {}}; }
    [[nodiscard]] Clock::duration traceTime(Milliseconds time) const {
        return std::chrono::duration_cast<Clock::duration>(time / m_speed);
    }
    [[nodiscard]] double msSinceStart() const { return Milliseconds(Clock::now() - m_start).count(); }

    void show(const Viewport& view, const Motion& motion = {}) {
        const Clock::time_point start = Clock::now();
        m_engine.setView(m_slide, view, view.centre, ViewMode::Reconstructed, motion);
        m_report.viewChangeMs.push_back(Milliseconds(Clock::now() - start).count());
    }

    FrameQuality addFrame(const Viewport& view) {
        const FrameQuality quality = frameQuality(m_reader.pyramid(), view, [this](TileId id) {
            const std::shared_ptr<const Tile> tile = m_engine.tile(m_slide, id);
            return tile && tile->kind != TileKind::Failed;
        });
        m_report.score.addFrame(msSinceStart(), quality);
        if (m_report.score.frames() % kFramesPerSample == 1) {
            m_report.sample(m_engine.metrics());
        }
        return quality;
    }

    // Shows a view after the other, each until it has been complete for a while.
    Result<void> replayJumps() {
        for (std::size_t i = 0; i < m_trace.views.size(); ++i) {
            const Viewport view = m_trace.viewport(i);
            const Clock::time_point jump = Clock::now();
            m_report.score.addJump(msSinceStart());
            show(view);
            std::optional<Clock::time_point> complete;
            Clock::time_point nextFrame = jump;
            while (!complete || Clock::now() < *complete + traceTime(kHold)) {
                std::this_thread::sleep_until(nextFrame);
                addFrame(view);
                complete = m_engine.progress(m_slide).sharpSince;
                nextFrame += traceTime(kFrame);
                if (interruptToken().stop_requested()) {
                    return Error{ErrorCode::Cancelled, "stopped"};
                }
                if (!complete && Clock::now() > jump + kPatience) {
                    return tookTooLong(fmt::format("view {} of the trace", i));
                }
            }
            if (Result<void> measured = measureDecoding(view, Milliseconds(*complete - jump).count()); !measured) {
                return measured;
            }
        }
        return {};
    }

    // Follows the trace's clock; frames whose time has passed are missed, as a window misses them.
    Result<void> replayMotion() {
        m_start = Clock::now();
        const auto lastFrame = static_cast<std::int64_t>(m_trace.durationMs() / kFrame.count());
        std::optional<double> settledMs;
        for (std::int64_t frame = 0; frame <= lastFrame; ++frame) {
            std::this_thread::sleep_until(m_start + traceTime(kFrame * static_cast<double>(frame)));
            if (interruptToken().stop_requested()) {
                return Error{ErrorCode::Cancelled, "stopped"};
            }
            const auto due = static_cast<std::int64_t>((Clock::now() - m_start) / traceTime(kFrame));
            if (due > frame && frame < lastFrame) {
                m_report.framesMissed += static_cast<int>(std::min(due, lastFrame) - frame);
                frame = std::min(due, lastFrame);
            }
            const double ms = static_cast<double>(frame) * kFrame.count();
            const Viewport view = m_trace.at(ms);
            show(view, m_tracker.moved(view, ms / m_speed));
            const bool isIdeal = addFrame(view).isIdeal;
            if (ms >= m_trace.lastMotionMs() && isIdeal && !settledMs) {
                settledMs = (ms - m_trace.lastMotionMs()) / m_speed;
            }
        }
        m_report.settleMs = settledMs;
        return {};
    }

    // With the engine at rest, which it is made to be meanwhile.
    Result<void> measureDecoding(const Viewport& view, double tilesMs) {
        const Pyramid& pyramid = m_reader.pyramid();
        const int level = idealLevel(pyramid, view.scale);
        if (m_reader.originOf(level) != TileOrigin::Family) {
            return {};
        }
        m_engine.setView(m_slide, nothing(), {});
        waitUntilIdle();
        std::map<FamilyId, std::vector<TileId>> families;
        for (const TileId id : tilesInView(pyramid, view, level, view.centre)) {
            families[Pyramid::familyOf(id)].push_back(id);
        }
        std::vector<FamilyStreams> streams;
        for (const auto& [id, tiles] : families) {
            Result<FamilyStreams> family = readFamily(m_reader, id);
            if (!family) {
                return {};  // a damaged family has no time to compare with
            }
            dropUnneededResiduals(pyramid, *family, tiles);
            streams.push_back(std::move(*family));
        }
        std::vector<double> makeMs;
        std::vector<double> decodeMs;
        double afterRestMs = 0;
        Result<void> result;
        withThreads(0, [&] {
            const auto decode = [&] {
                return timeOfAll(streams, result, [&](const FamilyStreams& family) {
                    return decodeOnly(pyramid, family, m_pool.get());
                });
            };
            // The view has been held: threads sleep and caches are cold, as before the jump.
            afterRestMs = decode();
            // The two alternate, so that whatever else the machine does affects both alike.
            for (int round = 0; round < kDecodeRounds && result; ++round) {
                makeMs.push_back(timeOfAll(streams, result, [&](const FamilyStreams& family) {
                    return makeOnly(family, families.at(family.id));
                }));
                decodeMs.push_back(decode());
            }
        });
        if (result) {
            DecodeTimes& times = m_report.decode;
            times.tilesMs.push_back(tilesMs);
            times.makeMs.push_back(percentile(makeMs, 0.5));
            times.decodeMs.push_back(percentile(decodeMs, 0.5));
            times.decodeAfterRestMs.push_back(afterRestMs);
            times.overMake.push_back(tilesMs / times.makeMs.back());
            times.overDecode.push_back(tilesMs / times.decodeMs.back());
            times.overDecodeAfterRest.push_back(tilesMs / afterRestMs);
        }
        return {};
    }

    // The time of a function over all families, with all threads of the arena.
    template <class Function>
    static double timeOfAll(const std::vector<FamilyStreams>& families, Result<void>& result,
                            const Function& function) {
        const Clock::time_point start = Clock::now();
        std::mutex mutex;
        parallelFor(static_cast<int>(families.size()), [&](int i) {
            Result<void> one = function(families[static_cast<std::size_t>(i)]);
            if (!one) {
                const std::lock_guard lock(mutex);
                result = std::move(one);
            }
        });
        return Milliseconds(Clock::now() - start).count();
    }

    // Those of the tiles that are the family's, and nothing else where the family's scheme allows that.
    Result<void> makeOnly(const FamilyStreams& family, const std::vector<TileId>& tiles) const {
        const Pyramid& pyramid = m_reader.pyramid();
        if (FamilyInParts::isPossible(family.scheme)) {
            return FamilyInParts(pyramid, family, ViewMode::Reconstructed, m_pool.get())
                .make({.ids = tiles, .deliver = [](const FamilyTile&, double) {}});
        }
        const Result<ReconstructedFamily> made =
            reconstructFamily(pyramid, family, ViewMode::Reconstructed, m_pool.get());
        return made ? Result<void>{} : made.error();
    }

    Result<void> waitUntilComplete(std::string_view what) {
        const Clock::time_point start = Clock::now();
        while (!m_engine.progress(m_slide).isSharp()) {
            std::this_thread::sleep_for(kFrame);
            if (interruptToken().stop_requested()) {
                return Error{ErrorCode::Cancelled, "stopped"};
            }
            if (Clock::now() > start + kPatience) {
                return tookTooLong(what);
            }
        }
        return {};
    }

    [[nodiscard]] Error tookTooLong(std::string_view what) const {
        return {ErrorCode::Io, fmt::format("{}: {} was not complete after {} seconds", m_reader.info().path.string(),
                                           what, kPatience.count())};
    }

    void waitUntilIdle() {
        while (m_engine.metrics().gauges.inflightCurrent > 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    static constexpr int kFramesPerSample = 6;

    SlideEngine& m_engine;
    const SlideKey m_slide;
    const Slide& m_reader;
    const ViewTrace& m_trace;
    const double m_speed;
    MotionTracker m_tracker;
    const std::shared_ptr<BufferPool> m_pool = BufferPool::create(256);
    Clock::time_point m_start = Clock::now();
    Report m_report;
};

nlohmann::ordered_json toJson(const ReplayArguments& arguments, const ViewTrace& trace, const Report& report) {
    nlohmann::ordered_json json = origami::toJson(report, trace, arguments.slide.path);
    json["speed"] = arguments.speed;
    if (trace.kind == TraceKind::Jumps) {
        json["tiles_ideal_ms"] = spread(report.decode.tilesMs);
        json["make_ms"] = spread(report.decode.makeMs);
        json["decode_ms"] = spread(report.decode.decodeMs);
        json["decode_after_rest_ms"] = spread(report.decode.decodeAfterRestMs);
        json["tiles_ideal_over_make"] = spread(report.decode.overMake);
        json["tiles_ideal_over_decode"] = spread(report.decode.overDecode);
        json["tiles_ideal_over_decode_after_rest"] = spread(report.decode.overDecodeAfterRest);
    }
    return json;
}

void printText(const nlohmann::ordered_json& json) {
    for (const auto& [key, value] : json.items()) {
        if (value.is_object()) {
            print(fmt::format("{:<34}  p50 {:>9.3f}  p95 {:>9.3f}  max {:>9.3f}", key, value["p50"].get<double>(),
                              value["p95"].get<double>(), value["max"].get<double>()));
        } else if (value.is_number_float()) {
            print(fmt::format("{:<34}  {:.3f}", key, value.get<double>()));
        } else {
            print(fmt::format("{:<34}  {}", key, value.is_string() ? value.get<std::string>() : value.dump()));
        }
    }
}

int run(const ReplayArguments& arguments) {
    const Result<ViewTrace> trace = readViewTrace(arguments.trace);
    if (!trace) {
        return fail(trace.error());
    }
    const Result<std::shared_ptr<const Slide>> reader = arguments.slide.open();
    if (!reader) {
        return fail(reader.error());
    }
    if (const Result<void> fits =
            checkSlideOfTrace(*trace, arguments.trace, arguments.slide.path, (*reader)->pyramid().levelSize(0));
        !fits) {
        return fail(fits.error());
    }
    if (const Result<void> prepared = arguments.timeline.prepare(); !prepared) {
        return fail(prepared.error());
    }
    SlideEngine engine({.threads = arguments.threads, .cacheBytes = arguments.cacheMb * 1'000'000});
    const Result<SlideKey> slide = engine.open(arguments.slide.path, arguments.slide.options);
    if (!slide) {
        return fail(slide.error());
    }
    const Result<Report> report = Replay(engine, *slide, **reader, *trace, arguments.speed).run();
    if (!report) {
        return fail(report.error());
    }
    const nlohmann::ordered_json json = toJson(arguments, *trace, *report);
    if (arguments.json) {
        printJson(json);
    } else {
        printText(json);
    }
    return arguments.timeline.isWanted() ? arguments.timeline.report(engine.writeTrace(arguments.timeline.path()))
                                         : kSuccess;
}

}  // namespace

void addReplay(CLI::App& app, Verb& chosen) {
    CLI::App& verb =
        *app.add_subcommand("replay", "Replays a recorded session without a window and says how sharp it was");
    auto arguments = std::make_shared<ReplayArguments>();
    arguments->slide.addTo(verb);
    verb.add_option("TRACE", arguments->trace, "The recorded session, a JSON file")->required();
    verb.add_option("--cache-mb", arguments->cacheMb, "Decoded tiles kept, in MB; 0: from the machine")
        ->check(CLI::Range(0, 1'000'000))
        ->capture_default_str();
    verb.add_option("--threads", arguments->threads, "Worker threads; 0: from the machine")
        ->check(CLI::Range(0, 1024))
        ->capture_default_str();
    verb.add_option("--speed", arguments->speed,
                    "How many times faster than recorded; times in the report are real ones")
        ->check(CLI::Range(0.01, 100.0))
        ->capture_default_str();
    arguments->timeline.addTo(verb);
    verb.add_flag("--json", arguments->json, "Print one JSON object");
    verb.callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace origami::cli
