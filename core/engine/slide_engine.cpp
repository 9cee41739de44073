#include "core/engine/slide_engine.h"

#include "core/base/log.h"
#include "core/base/machine.h"
#include "core/base/parallel.h"
#include "core/base/thread_cpu_time.h"
#include "core/engine/blocking_calls.h"
#include "core/engine/open_slide.h"
#include "core/engine/started_families.h"
#include "core/engine/tile_maker.h"
#include "core/engine/trace_file.h"
#include "core/engine/view_modes.h"
#include "core/image/pixel_slabs.h"
#include "core/metrics/process_use.h"
#include "core/metrics/recorder.h"
#include "core/metrics/timeline.h"
#include "core/reconstruct/stage_clock.h"
#include "core/schedule/arenas.h"
#include "core/schedule/scheduler.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iterator>
#include <mutex>
#include <new>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace origami {
namespace {

constexpr std::size_t kMinCacheBytes = std::size_t{256} << 20U;
constexpr std::size_t kMaxCacheBytes = std::size_t{2} << 30U;
constexpr std::size_t kLeastCachesOfSpare = 8;  // a cache that is smaller than so much spare memory keeps none
constexpr std::size_t kEvictedAtOnce = std::size_t{1} << 20U;  // at rest
constexpr double kLeastIoThreads = 40;        // a slow disk gives as many files at a time as it is asked for
constexpr unsigned kTilesPerProbe = 8;        // made ahead, of a slow slide that a library reads
constexpr int kFamiliesBeside = 7;            // that one read brings along
constexpr int kTilesBeside = 15;              // the same: a row of a view
constexpr std::size_t kPrefetchedAtOnce = 4;  // tiles of a family, after which more urgent ones get their turn
constexpr int kStartedPerInflight = 4;        // families kept that have been made in part, a MB each

ViewMode modeOf(const JobKey& key) {
    return static_cast<ViewMode>(key.variant);
}

// Of a family's job.
FamilyId familyOf(const JobKey& key) {
    return {key.id.x, key.id.y};
}

RequestReason reasonOf(Want want) {
    switch (want) {
        case Want::Cover: return RequestReason::Cover;
        case Want::Visible: return RequestReason::Visible;
        case Want::Predicted: return RequestReason::Predicted;
        case Want::Ring: return RequestReason::Ring;
        case Want::Nearby: return RequestReason::Nearby;
    }
    return RequestReason::Direct;
}

Instant earlier(Instant time, double ms) {
    return time - std::chrono::duration_cast<Instant::duration>(std::chrono::duration<double, std::milli>(ms));
}

}  // namespace

EngineOptions resolved(EngineOptions options, const Machine& machine) {
    const auto orElse = [](int& value, double standard) {
        if (value <= 0) {
            value = std::max(1, static_cast<int>(std::lround(standard)));
        }
    };
    const int cores = machine.performanceCores + machine.efficiencyCores;
    const int mostWorkers = machine.efficiencyCores > 0 ? cores - 1 : cores;
    orElse(options.threads, std::min(0.8 * cores, static_cast<double>(mostWorkers)));
    // Reads wait for the disk whatever the number of cores. From the system's cache fewer are at work.
    orElse(options.ioThreads, std::max(kLeastIoThreads, 3.0 * options.threads));
    orElse(options.maxInflightFamilies, 2.0 * options.threads);
    orElse(options.bufferPoolSize, 16.0 * options.maxInflightFamilies);
    if (options.cacheBytes == 0) {
        options.cacheBytes =
            std::clamp(static_cast<std::size_t>(machine.memoryBytes / 8), kMinCacheBytes, kMaxCacheBytes);
    }
    return options;
}

struct SlideEngine::Impl {
    explicit Impl(const EngineOptions& engineOptions)
        : options(resolved(engineOptions)),
          pool(BufferPool::create(static_cast<std::size_t>(options.bufferPoolSize))),
          cache(options.cacheBytes),
          startedFamilies(static_cast<std::size_t>(kStartedPerInflight) *
                          static_cast<std::size_t>(options.maxInflightFamilies)),
          arenas(options.threads, options.ioThreads),
          scheduler({.maxInflight = options.maxInflightFamilies,
                     .maxReading = options.ioThreads,
                     .neighbours = [this](const JobKey& job) { return neighboursOf(job); },
                     .readCached = [this](std::span<const JobContext> jobs) { return read(jobs, Waiting::Refused); },
                     .whenIdle = [this] { return prepareMemory(); }},
                    arenas.readers(), arenas.workers(),
                    [this](std::span<const JobContext> jobs) { return *read(jobs, Waiting::Allowed); }) {}

    [[nodiscard]] std::shared_ptr<OpenSlide> find(SlideKey key) const {
        const std::lock_guard lock(mutex);
        const auto found = slides.find(key);
        return found != slides.end() ? found->second : nullptr;
    }

    [[nodiscard]] static JobKey jobFor(const OpenSlide& open, TileId id, ViewMode mode) {
        const bool isFamily = open.slide->originOf(id.level) == TileOrigin::Family;
        return {open.key, static_cast<std::uint32_t>(mode), isFamily,
                isFamily ? Pyramid::ancestor(id, kFamilyLevel) : id};
    }

    // --- jobs: the read step on an I/O thread, or on a worker if it does not wait, what it returns on a worker ---

    // Where a read takes as long as a disk or a share needs to find the place, what is stored beside it comes along.
    // From the system's cache one at a time is sooner on the screen.
    std::vector<JobKey> neighboursOf(const JobKey& job) const {
        std::vector<JobKey> neighbours;
        const std::shared_ptr<OpenSlide> open = find(job.slide);
        if (!open || !open->isSlow()) {
            return neighbours;
        }
        if (job.isFamily) {
            for (const FamilyId family : open->slide->familiesBeside(familyOf(job), kFamiliesBeside)) {
                neighbours.push_back({job.slide, job.variant, true, {kFamilyLevel, family.x, family.y}});
            }
        } else if (isReadAsBytes(*open, job)) {
            for (const TileId id : open->slide->tilesBeside(job.id, kTilesBeside)) {
                neighbours.push_back({job.slide, job.variant, false, id});
            }
        }
        return neighbours;
    }

    // Of a tile's job.
    static bool isReadAsBytes(const OpenSlide& open, const JobKey& job) {
        return open.slide->originOf(job.id.level) == TileOrigin::Encoded && !nothingColor(modeOf(job));
    }

    // What comes into view next is then made into memory that is there already, or that what was used longest ago in a
    // full cache has left. Whether there is more to prepare.
    bool prepareMemory() noexcept {
        try {
            const std::size_t limit = cache.limit();
            if (!isOfSlabs(tileBytes) || limit / kLeastCachesOfSpare < kSpareBytes) {
                return false;
            }
            if (const std::size_t bytes = cache.bytes(); bytes + kSpareBytes > limit) {
                return cache.shrinkTo(std::max(limit - kSpareBytes, bytes - kEvictedAtOnce));
            }
            return prepareSlab(tileBytes);
        } catch (const std::bad_alloc&) {
            // Nobody needs it yet.
        }
        return false;
    }

    // Null where waiting for the disk is refused and would be needed.
    std::optional<std::vector<ComputeStep>> read(std::span<const JobContext> jobs, Waiting waiting) {
        const std::shared_ptr<OpenSlide> open = find(jobs.front().key.slide);
        if (!open) {
            return std::vector<ComputeStep>(jobs.size());
        }
        if (jobs.front().key.isFamily) {
            return readFamilyJobs(open, jobs, waiting);
        }
        if (isReadAsBytes(*open, jobs.front().key)) {
            return readTileJobs(open, jobs, waiting);
        }
        std::vector<ComputeStep> steps;
        for (const JobContext& job : jobs) {
            if (isCached(*open, job)) {
                steps.emplace_back();
            } else if (waiting == Waiting::Allowed && open->isSlow() && !isProbe(*open, job)) {
                steps.push_back(madeStep(open, job));
            } else {
                steps.push_back(makeStep(open, job));
            }
        }
        return steps;
    }

    // Whether a slow slide is asked once more how slow it is. Not with what somebody waits for.
    static bool isProbe(OpenSlide& open, const JobContext& job) {
        return isPrefetch(job.want) && open.unprobed.fetch_add(1) % kTilesPerProbe == 0;
    }

    std::optional<std::vector<ComputeStep>> readFamilyJobs(const std::shared_ptr<OpenSlide>& open,
                                                           std::span<const JobContext> jobs, Waiting waiting) {
        std::vector<ComputeStep> steps(jobs.size());
        std::vector<std::size_t> missing;
        std::vector<FamilyId> families;
        const StageClock clock;
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            const FamilyId family = familyOf(jobs[i].key);
            if (absentTilesOf(*open, family, modeOf(jobs[i].key)).empty()) {
                continue;  // it was on its way when it was wanted once more
            }
            if (StartedFamilies::Pointer started = startedFamilies.take(jobs[i].key)) {
                steps[i] = partStep(std::move(started), modeOf(jobs[i].key), jobs[i]);
            } else {
                missing.push_back(i);
                families.push_back(family);
            }
        }
        if (!missing.empty()) {
            const auto mode = modeOf(jobs.front().key);
            const StageClock reads;
            auto streams = readFamilies(*open->slide, families, mode, waiting);
            const StageSpan reading = reads.span(Stage::Read);
            if (!noteRead(*open, reading, tileOf(families.front()), waiting, streams.has_value())) {
                return std::nullopt;
            }
            for (std::size_t i = 0; i < missing.size(); ++i) {
                steps[missing[i]] = familyStep(open, jobs[missing[i]], std::move((*streams)[i]), reading);
            }
        }
        for (const JobContext& job : jobs) {
            recordQueue(job.key.id, clock.start(), job.queueMs);
        }
        return steps;
    }

    // Of one tile or of those beside it, too. Whether it succeeded.
    bool noteRead(OpenSlide& open, const StageSpan& reading, TileId first, Waiting waiting, bool isRead) {
        if (!isRead) {
            open.cacheHope.noteFailure();  // and the scheduler makes the slide Quick
            return false;
        }
        recordSpan(reading, first);
        open.readMs.note(reading.ms());
        if (waiting == Waiting::Refused) {
            open.cacheHope.noteSuccess();
        } else {
            open.cacheHope.noteRead(reading.ms());
        }
        scheduler.setReadSpeed(open.key, open.readSpeed());
        return true;
    }

    ComputeStep familyStep(const std::shared_ptr<OpenSlide>& open, const JobContext& job, Result<FamilyStreams> read,
                           const StageSpan& reading) {
        const auto mode = modeOf(job.key);
        const FamilyOrigin origin{reasonOf(job.want), job.queueMs, reading};
        if (read && FamilyInParts::isPossible(read->scheme)) {
            return partStep(std::make_unique<StartedFamily>(open, std::move(*read), mode, pool.get(), origin), mode,
                            job);
        }
        auto streams = std::make_shared<const Result<FamilyStreams>>(std::move(read));
        return [this, open, family = familyOf(job.key), mode, streams, job, origin](Want) {
            FamilyOrigin begun = origin;
            begun.queueMs += recordQueueSince(job.key.id, begun.read.endNs);
            return guarded(*open, [&] { return computeFamily(*open, family, mode, *streams, begun, job); });
        };
    }

    // Tiles whose bytes are read here.
    std::optional<std::vector<ComputeStep>> readTileJobs(const std::shared_ptr<OpenSlide>& open,
                                                         std::span<const JobContext> jobs, Waiting waiting) {
        std::vector<ComputeStep> steps(jobs.size());
        std::vector<std::size_t> missing;
        std::vector<TileId> ids;
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            if (!isCached(*open, jobs[i])) {
                missing.push_back(i);
                ids.push_back(jobs[i].key.id);
            }
        }
        if (missing.empty()) {
            return steps;
        }
        const StageClock reads;
        auto tiles = open->slide->readEncodedTiles(ids, waiting);
        const StageSpan reading = reads.span(Stage::Read);
        if (!noteRead(*open, reading, ids.front(), waiting, tiles.has_value())) {
            return std::nullopt;
        }
        for (std::size_t i = 0; i < missing.size(); ++i) {
            auto encoded = std::make_shared<const Result<EncodedTile>>(std::move((*tiles)[i]));
            steps[missing[i]] = [this, open, id = ids[i], mode = modeOf(jobs[missing[i]].key), encoded,
                                 readMs = reading.ms()](Want) {
                return guarded(*open, [&] {
                    const StageClock decode;
                    Result<Rgb32Image> tile =
                        *encoded ? decodeTile(*open->slide, id, **encoded) : Result<Rgb32Image>(encoded->error());
                    return publish(*open, id, mode, TileKind::Baseline, std::move(tile),
                                   readMs + recordTile(decode, id));
                });
            };
        }
        return steps;
    }

    [[nodiscard]] bool isCached(const OpenSlide& open, const JobContext& job) const {
        return cache.contains({open.key, modeOf(job.key), job.key.id});
    }

    // A tile that is made in one go, reading included.
    ComputeStep makeStep(const std::shared_ptr<OpenSlide>& open, const JobContext& job) {
        return [this, open, job](Want) {
            return guarded(*open, [&] {
                const StageClock making;
                const std::chrono::nanoseconds busyBefore = threadCpuTime();
                Result<Rgb32Image> tile = makeInOneGo(*open, job);
                const double ms = recordTile(making, job.key.id);
                if (open->slide->originOf(job.key.id.level) == TileOrigin::Pixels) {
                    // All of it is done by this thread, so what it does not compute it waits for. Less than that may be
                    // for its core.
                    const std::chrono::duration<double, std::milli> busy = threadCpuTime() - busyBefore;
                    const double waitedMs = ms - busy.count();
                    open->readMs.note(waitedMs > busy.count() ? waitedMs : 0);
                    scheduler.setReadSpeed(open->key, open->readSpeed());
                }
                return publishOneGo(*open, job, std::move(tile), ms);
            });
        };
    }

    // The same made here, on a reading thread: a library that waits for a slow disk while it decodes would hold up a
    // worker.
    ComputeStep madeStep(const std::shared_ptr<OpenSlide>& open, const JobContext& job) {
        ComputeStep step;
        guarded(*open, [&] {
            const StageClock making;
            std::shared_ptr<Result<Rgb32Image>> tile;
            withThreads(1, [&] { tile = std::make_shared<Result<Rgb32Image>>(makeInOneGo(*open, job)); });
            const double ms = recordTile(making, job.key.id);
            step = [this, open, job, tile, ms](Want) {
                return guarded(*open, [&] { return publishOneGo(*open, job, std::move(*tile), ms); });
            };
            return JobOutcome::Done;
        });
        return step;
    }

    Result<Rgb32Image> makeInOneGo(OpenSlide& open, const JobContext& job) {
        CacheStore store(cache, open);
        return makeTile(*open.slide, job.key.id, modeOf(job.key), pool.get(), job.stop, &store);
    }
    JobOutcome publishOneGo(OpenSlide& open, const JobContext& job, Result<Rgb32Image> tile, double ms) {
        const ViewMode mode = modeOf(job.key);
        const TileKind kind = nothingColor(mode)                                              ? TileKind::ResidualView
                              : open.slide->originOf(job.key.id.level) == TileOrigin::Derived ? TileKind::Derived
                                                                                              : TileKind::Baseline;
        return publish(open, job.key.id, mode, kind, std::move(tile), ms);
    }

    // What the clock's thread did until now goes onto the timeline.

    static double recordTile(const StageClock& clock, TileId id) {
        const Instant end = std::chrono::steady_clock::now();
        recordSpan(SpanKind::Tile, clock.start(), end, id);
        return msBetween(clock.start(), end);
    }
    static void recordQueue(TileId family, Instant end, double ms) {
        recordSpan(SpanKind::Queue, earlier(end, ms), end, family);
    }
    static double recordQueueSince(TileId family, std::int64_t startNs) {
        const Instant end = std::chrono::steady_clock::now();
        const double ms = static_cast<double>(steadyNanoseconds(end) - startNs) / 1e6;
        recordQueue(family, end, ms);
        return ms;
    }

    ComputeStep partStep(StartedFamilies::Pointer started, ViewMode mode, const JobContext& job) {
        // A step is copied by whoever passes it on, a started family is not. One that is dropped goes back.
        const auto putBack = [this, key = job.key](StartedFamily* family) {
            StartedFamilies::Pointer owned(family);
            const std::shared_ptr<OpenSlide> slide = owned->open;
            guarded(*slide, [&] {
                putAway(key, std::move(owned));
                return JobOutcome::Done;
            });
        };
        {
            const std::lock_guard lock(familiesMutex);
            familiesTaken.try_emplace(job.key);
        }
        const std::shared_ptr<StartedFamily> shared(started.release(), putBack);
        return [this, shared, mode, job](Want want) {
            return guarded(*shared->open, [&] { return computePart(*shared, mode, job, want); });
        };
    }

    // Keeps a started family for its next tiles, if there are any.
    void putAway(const JobKey& key, StartedFamilies::Pointer family) {
        const bool isOpen = find(key.slide) != nullptr;
        const std::lock_guard lock(familiesMutex);  // an upload finds the family before or after
        if (const auto taken = familiesTaken.extract(key); !taken.empty()) {
            family->uploads.insert(family->uploads.end(), taken.mapped().begin(), taken.mapped().end());
        }
        if (!family->parts->isAllMade() && isOpen) {
            family = startedFamilies.keep(key, std::move(family));
        }
        if (family && family->parts->record().totalMs > 0) {
            recordFamily(family->record());
        }
    }

    // Memory may run out in the middle of any job; that job is then given up, and nothing else.
    template <class Step>
    JobOutcome guarded(const OpenSlide& open, Step step) {
        try {
            return step();
        } catch (const std::bad_alloc&) {
            spdlog::error("{}: out of memory while making tiles", open.slide->info().path.string());
            return JobOutcome::Abandoned;
        }
    }

    JobOutcome computeFamily(OpenSlide& open, FamilyId id, ViewMode mode, const Result<FamilyStreams>& streams,
                             const FamilyOrigin& origin, const JobContext& job) {
        std::vector<StageSpan> uploads;
        FamilyInFlight inFlight(*this, job.key, uploads);
        Result<FamilyTiles> family = streams
                                         ? rebuildFamily(*open.slide, *streams, origin.read, mode, pool.get(), job.stop)
                                         : Result<FamilyTiles>(streams.error());
        if (!family) {
            return family.error().isCancelled() ? JobOutcome::Abandoned : failFamily(open, id, mode, family.error());
        }
        const Error* reported = nullptr;
        for (FamilyTile& tile : family->tiles) {
            if (tile.problem && (reported == nullptr || reported->message != tile.problem->message)) {
                spdlog::warn("{}", tile.problem->message);
                reported = &*tile.problem;
            }
            add(open, mode, Tile{tile.id, tile.kind, std::move(tile.pixels)}, family->record.totalMs);
        }
        origin.addTo(family->record, mode);
        inFlight.end([&] {
            for (const StageSpan& upload : uploads) {
                family->record.addUpload(upload);
            }
            recordFamily(std::move(family->record));
        });
        tilesChanged();
        return JobOutcome::Served;
    }

    // One step of a family that is made in parts: what is most urgent of it, and of what is made ahead little at a
    // time.
    JobOutcome computePart(StartedFamily& started, ViewMode mode, const JobContext& job, Want want) {
        FamilyInFlight inFlight(*this, job.key, started.uploads);
        OpenSlide& open = *started.open;
        const FamilyId id = familyOf(job.key);
        if (!std::exchange(started.isBegun, true)) {
            started.origin.queueMs += recordQueueSince(job.key.id, started.origin.read.endNs);
        }
        const auto isMade = [&](const WantedTile& tile) { return started.parts->isMade(tile.id); };
        std::vector<WantedTile> lacking = absentTilesOf(open, id, mode);
        // What is in view and has been made has left the cache since.
        if (std::ranges::any_of(lacking,
                                [&](const WantedTile& tile) { return !isPrefetch(tile.want) && isMade(tile); })) {
            recordFamily(started.record());
            started.uploads.clear();
            const std::int64_t nowNs = steadyNanoseconds();
            started.origin = {reasonOf(want), job.queueMs, {Stage::Read, threadIndex(), nowNs, nowNs}};
            started.begin(pool.get());
        }
        std::erase_if(lacking, isMade);
        if (!lacking.empty() && isPrefetch(lacking.front().want) && !isPrefetch(want)) {
            return JobOutcome::Paused;  // what was urgent has come otherwise
        }
        if (!lacking.empty()) {
            const bool isAhead = isPrefetch(lacking.front().want);
            std::vector<TileId> chosen;
            for (const WantedTile& tile : lacking) {
                if (isAhead ? chosen.size() < kPrefetchedAtOnce : !isPrefetch(tile.want)) {
                    chosen.push_back(tile.id);
                }
            }
            const double before = started.origin.read.ms() + started.parts->record().totalMs;
            const PartRequest part{.ids = chosen, .deliver = [&](FamilyTile tile, double ms) {
                                       applyMode(mode, open.slide->pyramid(), started.streams, tile);
                                       addFamilyTile(open, mode, std::move(tile), before + ms);
                                       tilesChanged();
                                   }};
            if (const Result<void> made = started.parts->make(part, job.stop); !made) {
                return made.error().isCancelled() ? JobOutcome::Abandoned : failFamily(open, id, mode, made.error());
            }
            lacking = absentTilesOf(open, id, mode);
            std::erase_if(lacking, isMade);
        }
        return lacking.empty() ? JobOutcome::Served : JobOutcome::Paused;
    }

    void addFamilyTile(OpenSlide& open, ViewMode mode, FamilyTile tile, double ms) {
        if (tile.problem) {
            spdlog::warn("{}", tile.problem->message);
        }
        add(open, mode, Tile{tile.id, tile.kind, std::move(tile.pixels)}, ms);
    }

    // To the family that is in the making, else to one that is made in part, else to the last that was made.
    void addUpload(const OpenSlide& open, FamilyId family, ViewMode mode, const StageSpan& upload) {
        const JobKey key{open.key, static_cast<std::uint32_t>(mode), true, tileOf(family)};
        const std::lock_guard lock(familiesMutex);
        for (auto* const uploads : {&familiesInFlight, &familiesTaken}) {
            if (const auto found = uploads->find(key); found != uploads->end()) {
                found->second.push_back(upload);
                return;
            }
        }
        if (!startedFamilies.addUpload(key, upload)) {
            recorder.addUpload(open.slide->info().id, family, key.variant, upload);
        }
    }

    void recordFamily(FamilyRecord record) {
        if (spdlog::should_log(spdlog::level::info)) {
            spdlog::info("{}", formatLogLine(record));
        }
        recorder.recordFamily(std::move(record));
    }

    // The tiles of a family that the view wants now, best first, but for those that are there.
    std::vector<WantedTile> absentTilesOf(OpenSlide& open, FamilyId id, ViewMode mode) const {
        std::vector<std::size_t> places;
        std::vector<WantedTile> tiles;
        const std::lock_guard lock(open.mutex);
        const OpenLook* const look = open.lookIn(mode);
        if (look == nullptr) {
            return tiles;
        }
        for (int level = 0; level < kFamilyLevel; ++level) {
            forEachFamilyTile(open.slide->pyramid(), id, level, [&](std::size_t, TileId tile) {
                const auto place = look->places.find(tile);
                if (place && look->isAskedFor[*place] && !cache.contains({open.key, mode, tile})) {
                    places.push_back(*place);
                }
            });
        }
        std::ranges::sort(places);
        std::ranges::transform(places, std::back_inserter(tiles),
                               [&](std::size_t place) { return look->wants[place]; });
        return tiles;
    }

    // What a look wants now. With open.mutex held, and the looks before it in `open`.
    OpenLook openLook(OpenSlide& open, const Look& look, Level0Point focus, const Motion& motion) const {
        const Pyramid& pyramid = open.slide->pyramid();
        const int ideal = idealLevel(pyramid, look.view.scale);
        OpenLook opened{.mode = look.mode,
                        .visible = {},
                        .visibleRange = rangeUnder(pyramid, look.view.area(), ideal),
                        .wants = {},
                        .places = {},
                        .isAskedFor = {}};
        const std::unordered_set<TileId>& failed = open.failed[look.mode];
        const int overview = overviewLevel(pyramid);
        const bool isOverviewCheap =
            isCheap(*open.slide, overview) && open.slide->originOf(overview) != TileOrigin::Family;
        opened.wants = wantedTiles(
            pyramid, {look.view, focus, motion, open.ring.tiles(), isOverviewCheap, open.lead.seconds()},
            [&](TileId id) { return failed.contains(id); }, [&](int level) { return isCheap(*open.slide, level); });
        opened.places = TilePlaces(opened.wants);
        for (const WantedTile& wanted : opened.wants) {
            if (opened.visibleRange.contains(wanted.id)) {
                opened.visible.push_back(wanted.id);
            }
        }
        if (const OpenLook* const last = open.lookIn(look.mode)) {
            countAhead(open, *last, opened);
        }
        return opened;
    }

    // Which of these tiles are in the cache.
    [[nodiscard]] std::vector<bool> areThere(const OpenSlide& open, ViewMode mode,
                                             const std::vector<WantedTile>& tiles) const {
        std::vector<TileKey> keys;
        keys.reserve(tiles.size());
        std::ranges::transform(tiles, std::back_inserter(keys), [&](const WantedTile& tile) {
            return TileKey{open.key, mode, tile.id};
        });
        return cache.contains(keys);
    }

    // Adds what must stay in the cache: all that is in view, and the overview.
    static void pin(const OpenSlide& open, const OpenLook& look, std::vector<TileKey>& pinned) {
        pinned.reserve(pinned.size() + look.wants.size());
        const int overview = overviewLevel(open.slide->pyramid());
        const LevelSize grid = open.slide->pyramid().gridSize(overview);
        for (std::int32_t y = 0; y < grid.height; ++y) {
            for (std::int32_t x = 0; x < grid.width; ++x) {
                pinned.push_back({open.key, look.mode, {overview, x, y}});
            }
        }
        for (const WantedTile& wanted : look.wants) {
            if (!isPrefetch(wanted.want)) {
                pinned.push_back({open.key, look.mode, wanted.id});
            }
        }
    }

    // The jobs for what a look lacks, best first; notes that in the look. With open.mutex held, and the looks before it
    // in `open`.
    std::vector<WantedJob> jobsFor(OpenSlide& open, OpenLook& look, std::size_t mayPrefetch) const {
        const OpenLook* const last = open.lookIn(look.mode);
        const std::vector<bool> isThere = areThere(open, look.mode, look.wants);
        std::vector<WantedJob> jobs;
        std::unordered_set<JobKey, JobKeyHash> known;
        look.isAskedFor.resize(look.wants.size());
        bool mayGoOn = true;
        std::size_t visibleSoFar = 0;
        for (std::size_t i = 0; i < look.wants.size(); ++i) {
            const WantedTile& wanted = look.wants[i];
            if (look.visibleRange.contains(wanted.id)) {
                // In the order of `visible`.
                look.visibleThere += isThere[i] && look.visibleThere == visibleSoFar ? 1U : 0U;
                ++visibleSoFar;
                if (isThere[i] && (last == nullptr || !last->visibleRange.contains(wanted.id))) {
                    recorder.recordTile(TileKind::CacheHit, 0);
                }
            }
            const bool isCheapEnough = !isPrefetch(wanted.want) || isCheap(*open.slide, wanted.id.level);
            if (!mayGoOn || !isCheapEnough) {
                continue;
            }
            if (isPrefetch(wanted.want) && (!prefetch || mayPrefetch-- == 0)) {
                mayGoOn = false;  // the rest is prefetch too
                continue;
            }
            if (isThere[i]) {
                continue;
            }
            look.isAskedFor[i] = true;
            const JobKey key = jobFor(open, wanted.id, look.mode);
            if (known.insert(key).second) {
                jobs.push_back({key, wanted.want});
            }
        }
        return jobs;
    }

    // Tells the ring what became of what the last view wanted around it. With open.mutex held.
    void countAhead(OpenSlide& open, const OpenLook& last, const OpenLook& now) const {
        const std::vector<WantedTile> before = PrefetchRing::around(last.wants);
        const auto wantNow = [&now](TileId id) {
            const auto place = now.places.find(id);
            return place ? std::optional(now.wants[*place].want) : std::nullopt;
        };
        const auto newlyVisible =
            std::ranges::count_if(now.visible, [&](TileId id) { return !last.visibleRange.contains(id); });
        open.ring.count(before, areThere(open, last.mode, before), wantNow, static_cast<int>(newlyVisible));
    }

    JobOutcome failFamily(OpenSlide& open, FamilyId id, ViewMode mode, const Error& error) {
        spdlog::warn("{}", error.message);
        for (int level = 0; level < kFamilyLevel; ++level) {
            forEachFamilyTile(open.slide->pyramid(), id, level, [&](std::size_t, TileId tile) {
                add(open, mode, Tile{tile, TileKind::Failed, {}}, 0);
            });
        }
        tilesChanged();
        return JobOutcome::Done;
    }

    JobOutcome publish(OpenSlide& open, TileId id, ViewMode mode, TileKind kind, Result<Rgb32Image> tile, double ms) {
        if (tile) {
            add(open, mode, Tile{id, kind, std::move(*tile)}, ms);
        } else if (tile.error().isCancelled()) {
            return JobOutcome::Abandoned;
        } else {
            spdlog::warn("{}", tile.error().message);
            add(open, mode, Tile{id, TileKind::Failed, {}}, ms);
        }
        tilesChanged();
        return JobOutcome::Served;
    }

    void add(OpenSlide& open, ViewMode mode, Tile tile, double ms) {
        const StageClock clock;
        recorder.recordTile(tile.kind, ms);
        open.lead.note(ms);
        if (spdlog::should_log(spdlog::level::info)) {
            spdlog::info("{}", formatTileLogLine(open.slide->info().id, tile.id, ms, tile.kind));
        }
        if (tile.kind == TileKind::Failed) {
            const std::lock_guard lock(open.mutex);
            open.failed[mode].insert(tile.id);
        }
        const TileKey key{open.key, mode, tile.id};
        auto shared = std::make_shared<const Tile>(std::move(tile));
        const std::size_t bytes = costOf(*shared);
        {
            // Under the lock, so that nothing of a slide stays in the cache once it has been closed.
            const std::lock_guard lock(mutex);
            if (slides.contains(open.key)) {
                cache.insert(key, std::move(shared), bytes, key.id.level >= kFamilyLevel);
            }
        }
        open.sharp.noteTile(mode, key.id, open.isIn(cache));
        // Threads that help with a family come from the workers' arena too.
        recordSpan(SpanKind::Publish, clock.start(), std::chrono::steady_clock::now(), key.id, ThreadRole::Worker);
    }

    void tilesChanged() const {
        if (onTilesChanged) {
            onTilesChanged();
        }
    }

    // Watches that the scheduler keeps its promise of one flight per family; does not rely on its book-keeping. Uploads
    // of tiles that the family has given out in the meantime are added to `uploads` when it ends.
    class FamilyInFlight {
    public:
        FamilyInFlight(Impl& impl, const JobKey& key, std::vector<StageSpan>& uploads)
            : m_impl(impl), m_key(key), m_uploads(uploads) {
            const std::lock_guard lock(m_impl.familiesMutex);
            m_isFirst = m_impl.familiesInFlight.try_emplace(key).second;
            if (!m_isFirst) {
                m_impl.recorder.recordDuplicateFamily();
            }
        }
        ~FamilyInFlight() {
            end([] {});
        }
        // `then` records it, before another upload looks for it.
        template <class Then>
        void end(const Then& then) {
            const std::lock_guard lock(m_impl.familiesMutex);
            if (std::exchange(m_isFirst, false)) {
                const auto own = m_impl.familiesInFlight.extract(m_key);
                m_uploads.insert(m_uploads.end(), own.mapped().begin(), own.mapped().end());
            }
            then();
        }
        FamilyInFlight(const FamilyInFlight&) = delete;
        FamilyInFlight& operator=(const FamilyInFlight&) = delete;

    private:
        Impl& m_impl;
        const JobKey m_key;
        std::vector<StageSpan>& m_uploads;
        bool m_isFirst = false;
    };

    // The slide of a call that reads on its caller's thread, for as long as that takes.
    struct Visit {
        BlockingCalls::Pass pass;
        std::shared_ptr<OpenSlide> open;
    };
    Result<Visit> visit(SlideKey slide) {
        BlockingCalls::Pass pass = calls.enter();
        if (!pass) {
            return leaving();
        }
        std::shared_ptr<OpenSlide> open = find(slide);
        if (!open) {
            return Error{ErrorCode::NotFound, "the slide is closed"};
        }
        return Visit{std::move(pass), std::move(open)};
    }
    static Error leaving() { return {ErrorCode::Cancelled, "the viewer is being closed"}; }

    const EngineOptions options;
    BlockingCalls calls;
    const std::shared_ptr<BufferPool> pool;
    TileCache cache;
    mutable MetricsRecorder recorder;
    mutable ProcessUseMeter processUse;
    std::function<void()> onTilesChanged;
    std::atomic<bool> prefetch{true};
    // Of a tile of the slide that was looked at last.
    std::atomic<std::size_t> tileBytes = 0;

    mutable std::mutex mutex;
    std::unordered_map<SlideKey, std::shared_ptr<OpenSlide>> slides;
    SlideKey nextKey = 1;

    StartedFamilies startedFamilies;

    std::mutex familiesMutex;
    std::unordered_map<JobKey, std::vector<StageSpan>, JobKeyHash> familiesInFlight;  // with uploads of their tiles
    std::unordered_map<JobKey, std::vector<StageSpan>, JobKeyHash> familiesTaken;     // likewise, and not put away yet

    Arenas arenas;
    Scheduler scheduler;  // last: its jobs use everything above
};

SlideEngine::SlideEngine(EngineOptions options) : m_impl(std::make_unique<Impl>(options)) {}
SlideEngine::~SlideEngine() = default;

bool SlideEngine::stop(std::chrono::milliseconds patience) {
    const auto latest = std::chrono::steady_clock::now() + patience;
    const bool isIdle = m_impl->scheduler.stop(patience);
    return m_impl->calls.stop(latest) && isIdle;
}

Result<SlideKey> SlideEngine::open(const std::filesystem::path& path, const OpenOptions& options) {
    const BlockingCalls::Pass pass = m_impl->calls.enter();
    if (!pass) {
        return Impl::leaving();
    }
    Result<std::shared_ptr<const Slide>> slide = openSlide(path, options);
    if (!slide) {
        return std::move(slide).error();
    }
    return open(std::move(*slide));
}

SlideKey SlideEngine::open(std::shared_ptr<const Slide> slide) {
    auto open = std::make_shared<OpenSlide>();
    open->slide = std::move(slide);
    {
        const std::lock_guard lock(m_impl->mutex);
        open->key = m_impl->nextKey++;
        m_impl->slides.emplace(open->key, open);
    }
    m_impl->scheduler.setReadSpeed(open->key, ReadSpeed::Cached);
    return open->key;
}

void SlideEngine::close(SlideKey slide) {
    bool isLast = false;
    {
        const std::lock_guard lock(m_impl->mutex);
        if (m_impl->slides.erase(slide) == 0) {
            return;
        }
        isLast = m_impl->slides.empty();
    }
    if (isLast) {
        m_impl->tileBytes = 0;
    }
    m_impl->scheduler.setWanted(slide, {});
    m_impl->scheduler.setReadSpeed(slide, ReadSpeed::Quick);
    m_impl->startedFamilies.drop(slide);
    m_impl->cache.setPinned(slide, {});
    m_impl->cache.eraseIf([slide](const TileKey& key) { return key.slide == slide; });
    m_impl->arenas.readers()([isLast, pool = m_impl->pool] {
        if (isLast) {
            pool->freeIdle();
            dropSpareSlabs();
        }
        returnFreeMemory();
    });
}

std::shared_ptr<const SlideInfo> SlideEngine::info(SlideKey slide) const {
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    return open ? std::shared_ptr<const SlideInfo>(open->slide, &open->slide->info()) : nullptr;
}

void SlideEngine::setView(SlideKey slide, const Viewport& view, Level0Point focus, ViewMode mode,
                          const Motion& motion) {
    const Look look{view, mode};
    setLooks(slide, {&look, 1}, focus, motion);
}

void SlideEngine::setLooks(SlideKey slide, std::span<const Look> looks, Level0Point focus, const Motion& motion) {
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    if (!open) {
        return;
    }
    const StageClock clock;
    const Pyramid& pyramid = open->slide->pyramid();
    std::vector<std::vector<WantedJob>> jobsOfLooks;
    {
        const std::lock_guard lock(open->mutex);
        std::vector<OpenLook> opened;
        std::vector<TileKey> pinned;
        // As much is wanted ahead as the cache has a share for; what was left behind in it gives way.
        const std::size_t tileBytes = sizeof(std::uint32_t) * static_cast<std::size_t>(pyramid.tileSize()) *
                                      static_cast<std::size_t>(pyramid.tileSize());
        m_impl->tileBytes = tileBytes;
        const std::size_t mayPrefetch = m_impl->cache.aheadLimit() / tileBytes / std::max<std::size_t>(looks.size(), 1);
        for (const Look& look : looks) {
            opened.push_back(m_impl->openLook(*open, look, focus, motion));
            Impl::pin(*open, opened.back(), pinned);
        }
        // First, so that nothing goes that is found in the cache.
        m_impl->cache.setPinned(slide, std::move(pinned));
        for (OpenLook& look : opened) {
            jobsOfLooks.push_back(m_impl->jobsFor(*open, look, mayPrefetch));
        }
        std::vector<SharpWatch::Look> watched;
        for (const OpenLook& look : opened) {
            watched.push_back({look.mode, look.visibleRange, look.visible, look.visibleThere});
        }
        open->looks = std::move(opened);
        open->sharp.watch(std::move(watched), open->isIn(m_impl->cache));
    }
    // By turns, so that no part of the window waits for another.
    std::vector<WantedJob> jobs;
    for (std::size_t i = 0, left = 1; left > 0; ++i) {
        left = 0;
        for (const std::vector<WantedJob>& those : jobsOfLooks) {
            if (i < those.size()) {
                jobs.push_back(those[i]);
                ++left;
            }
        }
    }
    m_impl->scheduler.setWanted(slide, std::move(jobs));
    recordSpan(SpanKind::SetView, clock.start(), std::chrono::steady_clock::now(), kNoTile);
}

std::shared_ptr<const Tile> SlideEngine::tile(SlideKey slide, TileId id, ViewMode mode) const {
    return m_impl->cache.find({slide, mode, id});
}

SlideProgress SlideEngine::progress(SlideKey slide) const {
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    if (!open) {
        return {};
    }
    const std::lock_guard lock(open->mutex);
    SlideProgress progress;
    progress.sharpSince = open->sharp.sharpSince();
    for (const OpenLook& look : open->looks) {
        progress.visible += static_cast<int>(look.visible.size());
        const auto failed = open->failed.find(look.mode);
        progress.failed += failed != open->failed.end() ? static_cast<int>(failed->second.size()) : 0;
    }
    progress.oldestReadMs = m_impl->scheduler.oldestReadMs(slide);
    return progress;
}

void SlideEngine::retryFailed([[maybe_unused]] SlideKey slide) {}

FamilyReport SlideEngine::inspect(SlideKey slide, FamilyId family, ViewMode mode) const {
    FamilyReport report;
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    if (!open || open->slide->originOf(0) != TileOrigin::Family) {
        return report;
    }
    const Pyramid& pyramid = open->slide->pyramid();
    const JobKey key = Impl::jobFor(*open, {0, family.x << kFamilyLevel, family.y << kFamilyLevel}, mode);
    report.record = m_impl->startedFamilies.recordOf(key);
    if (!report.record || report.record->totalMs <= report.record->readMs) {
        report.record = m_impl->recorder.family(open->slide->info().id, family, key.variant);
    }
    {
        const std::lock_guard lock(m_impl->familiesMutex);
        report.isInTheMaking = m_impl->familiesInFlight.contains(key);
    }
    for (int level = 0; level < kFamilyLevel; ++level) {
        forEachFamilyTile(pyramid, family, level, [&](std::size_t, TileId tile) {
            ++report.tiles;
            if (m_impl->cache.contains({slide, mode, tile})) {
                const LevelRect rect = pyramid.tileRect(tile);
                ++report.cachedTiles;
                report.cachedBytes += sizeof(std::uint32_t) * static_cast<std::size_t>(rect.width * rect.height);
            }
        });
    }
    report.isComplete = report.record && summaryOf(*report.record).tileCount() >= report.tiles;
    return report;
}

std::vector<FamilySummary> SlideEngine::families(SlideKey slide, ViewMode mode) const {
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    if (!open) {
        return {};
    }
    std::vector<FamilySummary> families =
        m_impl->recorder.families(open->slide->info().id, static_cast<std::uint32_t>(mode));
    std::ranges::move(m_impl->startedFamilies.summaries(slide, mode), std::back_inserter(families));
    return families;
}

Result<PictureDifference> SlideEngine::compareWithBaseline(SlideKey slide, FamilyId family,
                                                           const StopToken& stop) const {
    const Result<Impl::Visit> visit = m_impl->visit(slide);
    if (!visit) {
        return visit.error();
    }
    return origami::compareWithBaseline(*visit->open->slide, family, m_impl->pool.get(),
                                        either(stop, m_impl->calls.leaving()));
}

void SlideEngine::onTilesChanged(std::function<void()> callback) {
    m_impl->onTilesChanged = std::move(callback);
}

Result<Rgb32Image> SlideEngine::thumbnail(SlideKey slide, int maxSide, const StopToken& stop) const {
    const Result<Impl::Visit> visit = m_impl->visit(slide);
    if (!visit) {
        return visit.error();
    }
    OpenSlide& open = *visit->open;
    // What a slide that is looked at has in the cache need not be made once more. One that is not leaves the cache
    // alone.
    const bool isLookedAt = [&open] {
        const std::lock_guard lock(open.mutex);
        return !open.looks.empty();
    }();
    CacheStore store(m_impl->cache, open);
    return makeThumbnail(*open.slide, maxSide, m_impl->pool.get(), either(stop, m_impl->calls.leaving()),
                         isLookedAt ? &store : nullptr);
}

Result<Rgb32Image> SlideEngine::associatedImage(SlideKey slide, std::string_view name) const {
    const Result<Impl::Visit> visit = m_impl->visit(slide);
    if (!visit) {
        return visit.error();
    }
    return visit->open->slide->readAssociatedImage(name);
}

MetricsSnapshot SlideEngine::metrics() const {
    const BufferPoolUse pool = m_impl->pool->use();
    const SchedulerUse scheduler = m_impl->scheduler.use();
    const Arenas::Use workers = m_impl->arenas.workersUse();
    const Arenas::Use readers = m_impl->arenas.readersUse();
    MetricsSnapshot snapshot = m_impl->recorder.snapshot({.poolTotal = pool.total,
                                                          .poolAvailable = pool.available,
                                                          .poolInUseMax = pool.inUseMax,
                                                          .threads = m_impl->options.threads,
                                                          .threadsBusy = workers.now,
                                                          .threadsBusyMax = workers.max,
                                                          .ioThreads = m_impl->options.ioThreads,
                                                          .ioThreadsBusy = readers.now,
                                                          .ioThreadsBusyMax = readers.max,
                                                          .inflightCurrent = scheduler.inflight,
                                                          .inflightMax = scheduler.inflightMax,
                                                          .inflightLimit = scheduler.inflightLimit,
                                                          .queueDepth = scheduler.queueDepth,
                                                          .cacheBytes = m_impl->cache.bytes(),
                                                          .cacheLimitBytes = m_impl->cache.limit(),
                                                          .textureBytes = 0,
                                                          .textureLimitBytes = 0});
    // Families that have been made in part are among the recent ones, too.
    std::vector<FamilyRecord>& families = snapshot.recentFamilies;
    std::ranges::move(m_impl->startedFamilies.records(), std::back_inserter(families));
    std::ranges::stable_sort(families, {}, &FamilyRecord::madeNs);
    families.erase(families.begin(), families.end() - std::min(std::ssize(families), std::ptrdiff_t{kRecentFamilies}));
    const AheadUse ahead = m_impl->cache.aheadUse();
    snapshot.cancelled = scheduler.cancelled;
    snapshot.wasted = ahead.wasted;
    snapshot.prefetchHits = ahead.hits;
    snapshot.prefetchWaiting = static_cast<std::int64_t>(ahead.waiting);
    snapshot.process = m_impl->processUse.measure();
    return snapshot;
}

Result<TraceSummary> SlideEngine::writeTrace(const std::filesystem::path& path) const {
    MetricsRecorder::Families families = m_impl->recorder.families();
    std::ranges::move(m_impl->startedFamilies.records(), std::back_inserter(families.kept));
    return writeTraceFile(path, families.kept, families.dropped);
}

void SlideEngine::recordFrame(double ms) {
    const Instant end = std::chrono::steady_clock::now();
    recordSpan(SpanKind::Frame, earlier(end, ms), end, kNoTile, ThreadRole::Render);
    m_impl->recorder.recordFrame(ms);
}

void SlideEngine::recordTextureBytes(std::size_t bytes, std::size_t limit) {
    m_impl->recorder.setTextureBytes(bytes, limit);
}

void SlideEngine::recordUpload(SlideKey slide, TileId id, ViewMode mode, double ms) {
    const std::int64_t endNs = steadyNanoseconds();
    const StageSpan upload{Stage::Upload, threadIndex(), endNs - std::llround(ms * 1e6), endNs};
    recordSpan(upload, id, ThreadRole::Render);
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    if (open && id.level <= kFamilyLevel && open->slide->originOf(0) == TileOrigin::Family) {
        m_impl->addUpload(*open, Pyramid::familyOf(id), mode, upload);
    }
}

void SlideEngine::setMaxInflightFamilies(int families) {
    m_impl->scheduler.setMaxInflight(families);
}

void SlideEngine::setBufferPoolSize(int buffers) {
    m_impl->pool->setCapacity(static_cast<std::size_t>(buffers));
}

void SlideEngine::setCacheBytes(std::size_t bytes) {
    m_impl->cache.setLimit(bytes);
}

void SlideEngine::setPrefetch(bool prefetch) {
    m_impl->prefetch = prefetch;
}

const EngineOptions& SlideEngine::options() const noexcept {
    return m_impl->options;
}

}  // namespace origami
