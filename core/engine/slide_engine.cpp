#include "core/engine/slide_engine.h"

#include "core/engine/blocking_calls.h"
#include "core/engine/family_ledger.h"
#include "core/engine/open_slides.h"
#include "core/engine/slide_jobs.h"
#include "core/engine/store_keeper.h"
#include "core/engine/tile_store.h"
#include "core/make/tile_maker.h"
#include "core/metrics/process_use.h"
#include "core/metrics/recorder.h"
#include "core/metrics/timeline.h"
#include "core/reconstruct/stage_clock.h"
#include "core/replay/trace_file.h"
#include "core/schedule/alarm.h"
#include "core/schedule/arenas.h"
#include "core/schedule/scheduler.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iterator>
#include <mutex>
#include <utility>

namespace origami {
namespace {

constexpr int kRestingPerInflight = 4;  // started families kept for each family in flight, about a megabyte each
constexpr std::chrono::seconds kBetweenFileChecks{2};
constexpr std::chrono::milliseconds kRest{50};  // after a view was set, before upkeep
// For the tiles of the next view, a few dozens. Without it a jump takes a frame longer, measured on Linux.
constexpr std::size_t kPreparedBytes = std::size_t{16} << 20U;

// The slide of a call that reads on its caller's thread, for as long as that call takes.
struct Visit {
    BlockingCalls::Pass pass;
    std::shared_ptr<OpenSlide> open;
};

Error leaving() {
    return {ErrorCode::Cancelled, "the viewer is being closed"};
}

}  // namespace

// Each member uses only those above it, except that the alarm's thread plans with all of them.
struct SlideEngine::Impl {
    explicit Impl(const EngineOptions& engineOptions)
        : options(resolved(engineOptions)),
          pool(BufferPool::create(static_cast<std::size_t>(options.bufferPoolSize))),
          store(options.cacheBytes),
          ledger(static_cast<std::size_t>(kRestingPerInflight) * static_cast<std::size_t>(options.maxInflightFamilies),
                 recorder),
          arenas(options.threads, options.ioThreads),
          alarm([this] { upkeep(); }),
          jobs({slides, store, ledger, recorder, *pool, arenas, alarm, [this] { tilesChanged(); }}),
          scheduler({.maxInflight = options.maxInflightFamilies, .maxReading = options.ioThreads}, arenas.readers(),
                    arenas.workers(), jobs) {}

    ~Impl() { alarm.stop(); }  // before the scheduler goes, which upkeep uses
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    // Plans the slide's looks, and hands the jobs for what they lack to the scheduler.
    void plan(OpenSlide& open, LookRequest request) {
        const StageClock clock;
        const std::lock_guard planning(open.planning);
        if (!slides.find(open.key)) {
            return;  // closed meanwhile
        }
        std::vector<PlannedLook> looks;
        std::vector<TileKey> pinned;
        for (const Look& look : request.looks) {
            looks.push_back(planLook(*open.slide, request, look, store.failed(open.key, look.mode), open.isSlow()));
            addPinned(*open.slide, open.key, looks.back(), pinned);
        }
        // Pinned first, so that no tile that is found in the cache below leaves it.
        store.setPinned(open.key, std::move(pinned));
        std::vector<std::vector<WantedJob>> jobsOfLooks;
        for (PlannedLook& look : looks) {
            const std::vector<bool> isThere = store.areThere(open.key, look.mode, look.wants);
            countCacheHits(open, look, isThere);
            jobsOfLooks.push_back(
                planJobs(*open.slide, open.key, look, isThere, mayPrefetch(*open.slide, request.looks.size())));
        }
        store.watch(open.key, looks);
        {
            const std::lock_guard lock(open.mutex);
            open.looks = std::move(looks);
            open.request = std::move(request);
        }
        scheduler.setWanted(open.key, interleaved(jobsOfLooks));
        const auto side = static_cast<std::size_t>(open.slide->pyramid().tileSize());
        tileBytes = sizeof(std::uint32_t) * side * side;
        alarm.setFor(std::chrono::steady_clock::now() + kRest);
        recordSpan(SpanKind::SetView, clock.start(), std::chrono::steady_clock::now(), kNoTile);
    }

    void planAgain(OpenSlide& open) {
        LookRequest request;
        {
            const std::lock_guard lock(open.mutex);
            request = open.request;
        }
        plan(open, std::move(request));
    }

    // How many tiles a look may have made ahead: as many as fit into its part of the cache's share for such tiles.
    // Older tiles in that share are evicted for them.
    [[nodiscard]] std::size_t mayPrefetch(const Slide& slide, std::size_t looks) const {
        const auto side = static_cast<std::size_t>(slide.pyramid().tileSize());
        return prefetch ? store.aheadLimit() / (sizeof(std::uint32_t) * side * side) / looks : 0;
    }

    // Tiles that have come into view and were there already.
    void countCacheHits(const OpenSlide& open, const PlannedLook& look, const std::vector<bool>& isThere) {
        TileRange before;
        {
            const std::lock_guard lock(open.mutex);
            if (const auto last = std::ranges::find(open.looks, look.mode, &PlannedLook::mode);
                last != open.looks.end()) {
                before = last->visibleRange;
            }
        }
        for (std::size_t i = 0; i < look.wants.size(); ++i) {
            const TileId id = look.wants[i].id;
            if (isThere[i] && look.visibleRange.contains(id) && !before.contains(id)) {
                recorder.recordTile(TileKind::CacheHit, 0);
            }
        }
    }

    // Called by the alarm: tries failed tiles again whose time has come, and prepares memory when nothing else is to be
    // done.
    void upkeep() {
        for (const SlideKey slide : store.makeDue()) {
            if (const std::shared_ptr<OpenSlide> open = slides.find(slide)) {
                planAgain(*open);
            }
        }
        if (const auto next = store.nextRetry()) {
            alarm.setFor(*next);
        }
        const SchedulerUse use = scheduler.use();
        if (use.inflight > 0 || use.queueDepth > 0) {
            alarm.setFor(std::chrono::steady_clock::now() + kRest);
        } else if (const std::size_t bytes = tileBytes; bytes > 0 && store.limit() >= 8 * kPreparedBytes) {
            pool->prepare(bytes, kPreparedBytes / bytes);
        }
    }

    // Looks on another thread whether the slide's files are still those that were opened, but not too often.
    void checkFile(const std::shared_ptr<OpenSlide>& open) {
        const auto now = std::chrono::steady_clock::now();
        auto checkedAt = open->fileCheckedAt.load();
        if (now - checkedAt < kBetweenFileChecks || !open->fileCheckedAt.compare_exchange_strong(checkedAt, now)) {
            return;
        }
        arenas.readers()([this, open] {
            if (!open->hasFileChanged && open->slide->hasChanged()) {
                open->hasFileChanged = true;
                tilesChanged();
            }
        });
    }

    void tilesChanged() const {
        if (onTilesChanged) {
            onTilesChanged();
        }
    }

    Result<Visit> visit(SlideKey slide) {
        BlockingCalls::Pass pass = calls.enter();
        if (!pass) {
            return leaving();
        }
        std::shared_ptr<OpenSlide> open = slides.find(slide);
        if (!open) {
            return Error{ErrorCode::NotFound, "the slide is closed"};
        }
        return Visit{std::move(pass), std::move(open)};
    }

    const EngineOptions options;
    BlockingCalls calls;
    const std::shared_ptr<BufferPool> pool;
    mutable ProcessUseMeter processUse;
    std::atomic<bool> prefetch{true};
    std::atomic<std::size_t> tileBytes{0};  // of the slide that was looked at last
    std::function<void()> onTilesChanged;
    OpenSlides slides;
    MetricsRecorder recorder;
    TileStore store;
    FamilyLedger ledger;
    Arenas arenas;
    Alarm alarm;
    SlideJobs jobs;
    Scheduler scheduler;
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
        return leaving();
    }
    Result<std::shared_ptr<const Slide>> slide = openSlide(path, options);
    if (!slide) {
        return std::move(slide).error();
    }
    return open(std::move(*slide));
}

SlideKey SlideEngine::open(std::shared_ptr<const Slide> slide) {
    const std::shared_ptr<OpenSlide> open = m_impl->slides.add(std::move(slide));
    m_impl->store.open(open->key);
    return open->key;
}

void SlideEngine::close(SlideKey slide) {
    const std::shared_ptr<OpenSlide> open = m_impl->slides.remove(slide);
    if (!open) {
        return;
    }
    {
        const std::lock_guard planning(open->planning);
        m_impl->scheduler.setWanted(slide, {});
        m_impl->ledger.drop(slide);
        m_impl->store.close(slide);
    }
    if (m_impl->slides.isEmpty()) {
        m_impl->tileBytes = 0;
    }
    const bool wasLookedAt = [&open] {
        const std::lock_guard lock(open->mutex);
        return !open->looks.empty();
    }();
    if (wasLookedAt) {
        m_impl->arenas.readers()([isLast = m_impl->slides.isEmpty(), pool = m_impl->pool] {
            if (isLast) {
                pool->freeIdle();
            }
            returnFreeMemory();
        });
    }
}

std::shared_ptr<const SlideInfo> SlideEngine::info(SlideKey slide) const {
    const std::shared_ptr<OpenSlide> open = m_impl->slides.find(slide);
    return open ? std::shared_ptr<const SlideInfo>(open->slide, &open->slide->info()) : nullptr;
}

void SlideEngine::setLooks(SlideKey slide, LookRequest request) {
    if (const std::shared_ptr<OpenSlide> open = m_impl->slides.find(slide)) {
        m_impl->plan(*open, std::move(request));
        m_impl->checkFile(open);
    }
}

void SlideEngine::setView(SlideKey slide, const Viewport& view, Level0Point focus, ViewMode mode,
                          const Motion& motion) {
    setLooks(slide, {.looks = {{view, mode}}, .focus = focus, .motion = motion});
}

std::shared_ptr<const Tile> SlideEngine::tile(SlideKey slide, TileId id, ViewMode mode) const {
    return m_impl->store.find({slide, mode, id});
}

SlideProgress SlideEngine::progress(SlideKey slide) const {
    SlideProgress progress;
    const std::shared_ptr<OpenSlide> open = m_impl->slides.find(slide);
    if (!open) {
        return progress;
    }
    progress.sharpSince = m_impl->store.completeSince(slide);
    progress.fileChanged = open->hasFileChanged;
    progress.oldestReadMs = m_impl->scheduler.oldestReadMs(slide);
    const std::lock_guard lock(open->mutex);
    for (const PlannedLook& look : open->looks) {
        progress.visible += static_cast<int>(look.visible.size());
        progress.failed += m_impl->store.failedCount(slide, look.mode);
    }
    return progress;
}

void SlideEngine::retryFailed(SlideKey slide) {
    if (const std::shared_ptr<OpenSlide> open = m_impl->slides.find(slide)) {
        m_impl->store.retryNow(slide);
        m_impl->planAgain(*open);
    }
}

FamilyReport SlideEngine::inspect(SlideKey slide, FamilyId family, ViewMode mode) const {
    FamilyReport report;
    const std::shared_ptr<OpenSlide> open = m_impl->slides.find(slide);
    if (!open || open->slide->originOf(0) != TileOrigin::Family) {
        return report;
    }
    const Pyramid& pyramid = open->slide->pyramid();
    const JobKey key{slide, static_cast<std::uint32_t>(mode), true, tileOf(family)};
    report.record = m_impl->ledger.recordOf(key);
    report.isInTheMaking = m_impl->ledger.isInTheMaking(key);
    for (int level = 0; level < kFamilyLevel; ++level) {
        forEachFamilyTile(pyramid, family, level, [&](std::size_t, TileId tile) {
            ++report.tiles;
            if (m_impl->store.isCached({slide, mode, tile})) {
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
    return m_impl->slides.find(slide) ? m_impl->ledger.summaries(slide, mode) : std::vector<FamilySummary>();
}

Result<PictureDifference> SlideEngine::compareWithBaseline(SlideKey slide, FamilyId family,
                                                           const StopToken& stop) const {
    const Result<Visit> visit = m_impl->visit(slide);
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
    const Result<Visit> visit = m_impl->visit(slide);
    if (!visit) {
        return visit.error();
    }
    OpenSlide& open = *visit->open;
    // A slide that is looked at has tiles in the cache that need not be made again. One that is not leaves the cache
    // alone.
    const bool isLookedAt = [&open] {
        const std::lock_guard lock(open.mutex);
        return !open.looks.empty();
    }();
    StoreKeeper keeper(m_impl->store, slide);
    return makeThumbnail(*open.slide, maxSide, m_impl->pool.get(), either(stop, m_impl->calls.leaving()),
                         isLookedAt ? &keeper : nullptr);
}

Result<Rgb32Image> SlideEngine::associatedImage(SlideKey slide, std::string_view name) const {
    const Result<Visit> visit = m_impl->visit(slide);
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
    const AheadUse ahead = m_impl->store.aheadUse();
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
                                                          .cacheBytes = m_impl->store.bytes(),
                                                          .cacheLimitBytes = m_impl->store.limit(),
                                                          .textureBytes = 0,
                                                          .textureLimitBytes = 0});
    // Families that have been made in part count, too.
    std::vector<FamilyRecord> resting = m_impl->ledger.resting();
    snapshot.family.count += std::ssize(resting);
    std::vector<FamilyRecord>& families = snapshot.recentFamilies;
    std::ranges::move(resting, std::back_inserter(families));
    std::ranges::stable_sort(families, {}, &FamilyRecord::madeNs);
    families.erase(families.begin(), families.end() - std::min(std::ssize(families), std::ptrdiff_t{kRecentFamilies}));
    snapshot.cancelled = scheduler.cancelled;
    snapshot.wasted = ahead.wasted;
    snapshot.prefetchHits = ahead.hits;
    snapshot.prefetchWaiting = static_cast<std::int64_t>(ahead.waiting);
    snapshot.process = m_impl->processUse.measure();
    return snapshot;
}

Result<TraceSummary> SlideEngine::writeTrace(const std::filesystem::path& path) const {
    MetricsRecorder::Families families = m_impl->recorder.families();
    std::ranges::move(m_impl->ledger.resting(), std::back_inserter(families.kept));
    return writeTraceFile(path, families.kept, families.dropped);
}

void SlideEngine::recordFrame(double ms) {
    const Instant end = std::chrono::steady_clock::now();
    const auto took = std::chrono::duration_cast<Instant::duration>(std::chrono::duration<double, std::milli>(ms));
    recordSpan(SpanKind::Frame, end - took, end, kNoTile, ThreadRole::Render);
    m_impl->recorder.recordFrame(ms);
}

void SlideEngine::recordTextureBytes(std::size_t bytes, std::size_t limit) {
    m_impl->recorder.setTextureBytes(bytes, limit);
}

void SlideEngine::recordUpload(SlideKey slide, TileId id, ViewMode mode, double ms) {
    const std::int64_t endNs = steadyNanoseconds();
    const StageSpan upload{Stage::Upload, threadIndex(), endNs - std::llround(ms * 1e6), endNs};
    recordSpan(upload, id, ThreadRole::Render);
    const std::shared_ptr<OpenSlide> open = m_impl->slides.find(slide);
    if (open && id.level <= kFamilyLevel && open->slide->originOf(0) == TileOrigin::Family) {
        m_impl->ledger.addUpload({slide, static_cast<std::uint32_t>(mode), true, tileOf(Pyramid::familyOf(id))},
                                 upload);
    }
}

void SlideEngine::setMaxInflightFamilies(int families) {
    m_impl->scheduler.setMaxInflight(families);
}

void SlideEngine::setBufferPoolSize(int buffers) {
    m_impl->pool->setCapacity(static_cast<std::size_t>(buffers));
}

void SlideEngine::setCacheBytes(std::size_t bytes) {
    m_impl->store.setLimit(bytes);
}

void SlideEngine::setPrefetch(bool prefetch) {
    m_impl->prefetch = prefetch;
}

const EngineOptions& SlideEngine::options() const noexcept {
    return m_impl->options;
}

}  // namespace origami
