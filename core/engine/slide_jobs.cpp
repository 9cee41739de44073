#include "core/engine/slide_jobs.h"

#include "core/base/guard.h"
#include "core/base/log.h"
#include "core/base/machine.h"
#include "core/engine/store_keeper.h"
#include "core/make/view_modes.h"
#include "core/metrics/process_use.h"
#include "core/metrics/timeline.h"
#include "core/reconstruct/stage_clock.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace origami {
namespace {

constexpr int kMostFamiliesTogether = 7;      // that a read brings along
constexpr int kMostTilesTogether = 15;        // that a read brings along: about a row of a view
constexpr std::size_t kPrefetchedAtOnce = 4;  // tiles of a family, after which more urgent jobs get their turn

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

// The tile of this job is stored as an image file of its own, and the mode shows it.
bool isReadAsBytes(const OpenSlide& open, const JobKey& tileJob) {
    return open.slide->originOf(tileJob.id.level) == TileOrigin::Encoded && !nothingColor(modeOf(tileJob));
}

// The functions below put what the calling thread did until now onto the timeline.

double recordTile(const StageClock& clock, TileId id) {
    const Instant end = std::chrono::steady_clock::now();
    recordSpan(SpanKind::Tile, clock.start(), end, id);
    return msBetween(clock.start(), end);
}

void recordQueue(TileId family, Instant end, double ms) {
    const auto waited = std::chrono::duration_cast<Instant::duration>(std::chrono::duration<double, std::milli>(ms));
    recordSpan(SpanKind::Queue, end - waited, end, family);
}

double recordQueueSince(TileId family, std::int64_t startNs) {
    const Instant end = std::chrono::steady_clock::now();
    const double ms = static_cast<double>(steadyNanoseconds(end) - startNs) / 1e6;
    recordQueue(family, end, ms);
    return ms;
}

}  // namespace

std::vector<JobKey> SlideJobs::readTogetherWith(const JobKey& job) const {
    std::vector<JobKey> beside;
    const Open open = m_with.slides.find(job.slide);
    if (!open || !open->isSlow()) {
        return beside;
    }
    if (job.isFamily) {
        for (const FamilyId family : open->slide->familiesBeside(familyOf(job), kMostFamiliesTogether)) {
            beside.push_back({job.slide, job.variant, true, tileOf(family)});
        }
    } else if (isReadAsBytes(*open, job)) {
        for (const TileId id : open->slide->tilesBeside(job.id, kMostTilesTogether)) {
            beside.push_back({job.slide, job.variant, false, id});
        }
    }
    return beside;
}

ReadJobs SlideJobs::read(std::span<const JobContext> jobs) {
    const Open open = m_with.slides.find(jobs.front().key.slide);
    if (!open) {
        return {.steps = std::vector<ComputeStep>(jobs.size())};
    }
    ReadJobs read;
    if (jobs.front().key.isFamily) {
        read.steps = readFamilyJobs(open, jobs);
    } else if (isReadAsBytes(*open, jobs.front().key)) {
        read.steps = readTileJobs(open, jobs);
    } else {
        for (const JobContext& job : jobs) {
            if (m_with.store.isThere({open->key, modeOf(job.key), job.key.id})) {
                read.steps.emplace_back();
            } else if (open->isSlow()) {
                // A library that mostly waits for the disk while it decodes would hold up a worker.
                auto made = std::make_shared<Made>(makeInOneGo(*open, job));
                read.steps.emplace_back(
                    [this, open, job, made](Want) { return publishInOneGo(*open, job, std::move(*made)); });
            } else {
                read.steps.emplace_back(
                    [this, open, job](Want) { return publishInOneGo(*open, job, makeInOneGo(*open, job)); });
            }
        }
    }
    read.isSlow = open->isSlow();
    return read;
}

std::vector<ComputeStep> SlideJobs::readTileJobs(const Open& open, std::span<const JobContext> jobs) {
    std::vector<ComputeStep> steps(jobs.size());
    std::vector<std::size_t> missing;
    std::vector<TileId> ids;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (!m_with.store.isThere({open->key, modeOf(jobs[i].key), jobs[i].key.id})) {
            missing.push_back(i);
            ids.push_back(jobs[i].key.id);
        }
    }
    if (missing.empty()) {
        return steps;
    }
    const StageClock clock;
    std::vector<Result<EncodedTile>> tiles = open->slide->readEncodedTiles(ids);
    const StageSpan reading = clock.span(Stage::Read);
    recordSpan(reading, ids.front());
    open->noteRead(reading.ms());
    for (std::size_t i = 0; i < missing.size(); ++i) {
        auto encoded = std::make_shared<const Result<EncodedTile>>(std::move(tiles[i]));
        steps[missing[i]] = [this, open, key = jobs[missing[i]].key, encoded, readMs = reading.ms()](Want) {
            const StageClock decoding;
            Result<Rgb32Image> pixels = *encoded ? decodeTile(*open->slide, key.id, **encoded, &m_with.pool)
                                                 : Result<Rgb32Image>(encoded->error());
            return publish(*open, key, TileKind::Baseline, std::move(pixels), readMs + recordTile(decoding, key.id));
        };
    }
    return steps;
}

// A tile that is made in one call, reading included.
SlideJobs::Made SlideJobs::makeInOneGo(OpenSlide& open, const JobContext& job) {
    const StageClock clock;
    const std::chrono::nanoseconds busyBefore = threadCpuTime();
    StoreKeeper keeper(m_with.store, open.key);
    Result<Rgb32Image> pixels = makeTile(*open.slide, job.key.id, modeOf(job.key), &m_with.pool, job.stop, &keeper);
    const double ms = recordTile(clock, job.key.id);
    if (open.slide->originOf(job.key.id.level) == TileOrigin::Pixels) {
        // The library works on this thread alone, which gets its share of the cores. If it takes far longer than that
        // explains, it waits for the disk.
        const std::chrono::duration<double, std::milli> busy = threadCpuTime() - busyBefore;
        const int atWork = m_with.arenas.workersUse().now + m_with.arenas.readersUse().now;
        const double expectedMs = busy.count() * std::max(1.0, static_cast<double>(atWork) / hardwareThreads());
        open.noteRead(ms > 2 * expectedMs ? ms - expectedMs : 0);
    }
    return {std::move(pixels), ms};
}

JobOutcome SlideJobs::publishInOneGo(OpenSlide& open, const JobContext& job, Made made) {
    const TileKind kind = nothingColor(modeOf(job.key))                                   ? TileKind::ResidualView
                          : open.slide->originOf(job.key.id.level) == TileOrigin::Derived ? TileKind::Derived
                                                                                          : TileKind::Baseline;
    return publish(open, job.key, kind, std::move(made.pixels), made.ms);
}

JobOutcome SlideJobs::publish(OpenSlide& open, const JobKey& job, TileKind kind, Result<Rgb32Image> pixels, double ms) {
    if (pixels) {
        add(open, modeOf(job), Tile{job.id, kind, std::move(*pixels)}, nullptr, ms);
    } else if (pixels.error().isCancelled()) {
        return JobOutcome::Abandoned;
    } else {
        spdlog::warn("{}", pixels.error().message);
        add(open, modeOf(job), Tile{job.id, TileKind::Failed, {}}, &pixels.error(), ms);
    }
    m_with.tilesChanged();
    return JobOutcome::Served;
}

std::vector<ComputeStep> SlideJobs::readFamilyJobs(const Open& open, std::span<const JobContext> jobs) {
    std::vector<ComputeStep> steps(jobs.size());
    std::vector<std::size_t> missing;
    std::vector<FamilyId> families;
    const StageClock clock;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (lacking(*open, jobs[i].key).empty()) {
            continue;  // another job has brought what was wanted
        }
        if (std::unique_ptr<StartedFamily> family = m_with.ledger.take(jobs[i].key)) {
            steps[i] = partStep(std::move(family), jobs[i]);
        } else {
            missing.push_back(i);
            families.push_back(familyOf(jobs[i].key));
        }
    }
    if (!missing.empty()) {
        const ViewMode mode = modeOf(jobs.front().key);
        const StageClock reads;
        std::vector<Result<FamilyStreams>> streams = readFamilies(*open->slide, families, mode);
        const StageSpan reading = reads.span(Stage::Read);
        recordSpan(reading, tileOf(families.front()));
        open->noteRead(reading.ms());
        for (std::size_t i = 0; i < missing.size(); ++i) {
            const JobContext& job = jobs[missing[i]];
            const FamilyOrigin origin{open->key, mode, reasonOf(job.want), job.queueMs, reading};
            steps[missing[i]] =
                streams[i] && FamilyInParts::isPossible(streams[i]->scheme)
                    ? partStep(std::make_unique<StartedFamily>(open, std::move(*streams[i]), &m_with.pool, origin), job)
                    : wholeFamilyStep(open, job, std::move(streams[i]), origin);
        }
    }
    for (const JobContext& job : jobs) {
        recordQueue(job.key.id, clock.start(), job.queueMs);
    }
    return steps;
}

ComputeStep SlideJobs::wholeFamilyStep(const Open& open, const JobContext& job, Result<FamilyStreams> streams,
                                       const FamilyOrigin& origin) {
    auto shared = std::make_shared<const Result<FamilyStreams>>(std::move(streams));
    return [this, open, job, shared, origin](Want) {
        if (!*shared) {
            failFamily(*open, job.key, shared->error());
            return JobOutcome::Done;
        }
        return makeWholeFamily(*open, job, **shared, origin);
    };
}

JobOutcome SlideJobs::makeWholeFamily(OpenSlide& open, const JobContext& job, const FamilyStreams& streams,
                                      const FamilyOrigin& origin) {
    const ViewMode mode = modeOf(job.key);
    const double queueMs = recordQueueSince(job.key.id, origin.read.endNs);
    const FamilyLedger::Making making(m_with.ledger, job.key);
    Result<FamilyTiles> family = rebuildFamily(*open.slide, streams, origin.read, mode, &m_with.pool, job.stop);
    if (!family) {
        if (family.error().isCancelled()) {
            return JobOutcome::Abandoned;
        }
        failFamily(open, job.key, family.error());
        return JobOutcome::Done;
    }
    for (FamilyTile& tile : family->tiles) {
        deliver(open, mode, std::move(tile), family->record.totalMs);
    }
    origin.addTo(family->record);
    family->record.queueMs += queueMs;
    m_with.ledger.finish(job.key, std::move(family->record));
    m_with.tilesChanged();
    return JobOutcome::Served;
}

ComputeStep SlideJobs::partStep(std::unique_ptr<StartedFamily> family, const JobContext& job) {
    m_with.ledger.begin(job.key);
    // The scheduler copies and drops steps as it likes; the family goes back to the ledger with the last copy.
    const auto goToRest = [this, key = job.key](StartedFamily* raw) {
        std::unique_ptr<StartedFamily> owned(raw);
        runGuarded([&] {
            const bool isOpen = m_with.slides.find(key.slide) != nullptr;
            const bool isWorthKeeping = isOpen && !owned->parts->isAllMade() && !owned->isFaulty;
            m_with.ledger.rest(key, std::move(owned), isWorthKeeping);
            if (isOpen && !m_with.slides.find(key.slide)) {
                m_with.ledger.drop(key.slide);  // closed meanwhile
            }
        });
    };
    const std::shared_ptr<StartedFamily> shared(family.release(), goToRest);
    return [this, shared, job](Want want) { return makePart(*shared, job, want); };
}

// Makes the most urgent tiles of a family. Tiles that are made ahead are made a few at a time.
JobOutcome SlideJobs::makePart(StartedFamily& family, const JobContext& job, Want want) {
    const FamilyLedger::Making making(m_with.ledger, job.key);
    OpenSlide& open = *family.open;
    const ViewMode mode = family.origin.mode;
    if (!std::exchange(family.isBegun, true)) {
        family.origin.queueMs += recordQueueSince(job.key.id, family.origin.read.endNs);
    }
    const auto isMade = [&](const WantedTile& tile) { return family.parts->isMade(tile.id); };
    std::vector<WantedTile> missing = lacking(open, job.key);
    if (std::ranges::any_of(missing, [&](const WantedTile& tile) { return !isPrefetch(tile.want) && isMade(tile); })) {
        // Tiles in view were made and have left the cache since: begin anew, from the same streams.
        m_with.ledger.recordSoFar(job.key, family);
        const std::int64_t nowNs = steadyNanoseconds();
        family.origin = {open.key, mode, reasonOf(want), job.queueMs, {Stage::Read, threadIndex(), nowNs, nowNs}};
        family.restart(&m_with.pool);
    }
    std::erase_if(missing, isMade);
    if (!missing.empty() && isPrefetch(missing.front().want) && !isPrefetch(want)) {
        return JobOutcome::Paused;  // another job has brought what was urgent
    }
    if (!missing.empty()) {
        const bool isAhead = isPrefetch(missing.front().want);
        std::vector<TileId> chosen;
        for (const WantedTile& tile : missing) {
            if (isAhead ? chosen.size() < kPrefetchedAtOnce : !isPrefetch(tile.want)) {
                chosen.push_back(tile.id);
            }
        }
        const double before = family.origin.read.ms() + family.parts->record().totalMs;
        const auto deliverPart = [&](FamilyTile tile, double ms) {
            applyMode(mode, open.slide->pyramid(), family.streams, tile);
            if (tile.problem && tile.problem->mayPass()) {
                family.isFaulty = true;
            }
            deliver(open, mode, std::move(tile), before + ms);
            m_with.tilesChanged();
        };
        if (const Result<void> made = family.parts->make({.ids = chosen, .deliver = deliverPart}, job.stop); !made) {
            if (made.error().isCancelled()) {
                return JobOutcome::Abandoned;
            }
            family.isFaulty = family.isFaulty || made.error().mayPass();
            failFamily(open, job.key, made.error());
            return JobOutcome::Done;
        }
        missing = lacking(open, job.key);
        std::erase_if(missing, isMade);
    }
    return missing.empty() ? JobOutcome::Served : JobOutcome::Paused;
}

std::vector<WantedTile> SlideJobs::lacking(const OpenSlide& open, const JobKey& family) const {
    const ViewMode mode = modeOf(family);
    std::vector<WantedTile> tiles = open.askedForOf(familyOf(family), mode);
    std::erase_if(tiles, [&](const WantedTile& tile) { return m_with.store.isThere({open.key, mode, tile.id}); });
    return tiles;
}

void SlideJobs::deliver(OpenSlide& open, ViewMode mode, FamilyTile tile, double ms) {
    if (tile.problem) {
        spdlog::warn("{}", tile.problem->message);
    }
    add(open, mode, Tile{tile.id, tile.kind, std::move(tile.pixels)}, tile.problem ? &*tile.problem : nullptr, ms);
}

void SlideJobs::failFamily(OpenSlide& open, const JobKey& job, const Error& error) {
    spdlog::warn("{}", error.message);
    for (int level = 0; level < kFamilyLevel; ++level) {
        forEachFamilyTile(open.slide->pyramid(), familyOf(job), level, [&](std::size_t, TileId tile) {
            add(open, modeOf(job), Tile{tile, TileKind::Failed, {}}, &error, 0);
        });
    }
    m_with.tilesChanged();
}

void SlideJobs::fail(const JobKey& job, const Error& error) noexcept {
    runGuarded([&] {
        const Open open = m_with.slides.find(job.slide);
        if (!open) {
            return;
        }
        const Error named = error.within(fmt::format("{}: level {} tile {}_{}", open->slide->info().path.string(),
                                                     job.id.level, job.id.x, job.id.y));
        if (job.isFamily) {
            failFamily(*open, job, named);
        } else {
            publish(*open, job, TileKind::Failed, named, 0);
        }
    });
}

void SlideJobs::add(OpenSlide& open, ViewMode mode, Tile tile, const Error* problem, double ms) {
    const StageClock clock;
    const TileId id = tile.id;
    m_with.recorder.recordTile(tile.kind, ms);
    if (spdlog::should_log(spdlog::level::info)) {
        spdlog::info("{}", formatTileLogLine(open.slide->info().id, id, ms, tile.kind));
    }
    const auto retryAt = m_with.store.add(open.key, mode, std::make_shared<const Tile>(std::move(tile)), problem);
    if (retryAt) {
        m_with.alarm.setFor(*retryAt);
    }
    // Threads that help with a family belong to the workers' arena, too.
    recordSpan(SpanKind::Publish, clock.start(), std::chrono::steady_clock::now(), id, ThreadRole::Worker);
}

}  // namespace origami
