#include "core/engine/slide_engine.h"

#include "core/base/log.h"
#include "core/base/machine.h"
#include "core/base/parallel.h"
#include "core/cache/byte_cache.h"
#include "core/engine/tile_maker.h"
#include "core/metrics/process_use.h"
#include "core/metrics/recorder.h"
#include "core/reconstruct/stage_clock.h"
#include "core/schedule/arenas.h"
#include "core/schedule/scheduler.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <iterator>
#include <mutex>
#include <new>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace origami {
namespace {

constexpr std::size_t kMinCacheBytes = std::size_t{256} << 20U;
constexpr std::size_t kMaxCacheBytes = std::size_t{2} << 30U;
struct TileKey {
    SlideKey slide = 0;
    ViewMode mode = ViewMode::Reconstructed;
    TileId id;
    bool operator==(const TileKey&) const = default;
};

struct TileKeyHash {
    std::size_t operator()(const TileKey& key) const noexcept {
        return std::hash<TileId>{}(key.id) ^ (std::size_t{key.slide} * 0x9E3779B97F4A7C15ULL) ^
               (static_cast<std::size_t>(key.mode) << 8U);
    }
};

using TileCache = ByteCache<TileKey, Tile, TileKeyHash>;

std::size_t costOf(const Tile& tile) {
    return tile.pixels.byteCount() + sizeof(Tile);
}

// One open slide and what its window looks at.
struct OpenSlide {
    SlideKey key = 0;
    std::shared_ptr<const Slide> slide;

    std::mutex mutex;
    ViewMode mode = ViewMode::Reconstructed;
    std::vector<TileId> visible;  // ideal tiles in view
    std::unordered_set<TileId> failed;
};

// Tiles that were made on the way to coarser ones are kept in the cache like any other.
class CacheStore : public TileStore {
public:
    CacheStore(TileCache& cache, SlideKey slide) : m_cache(cache), m_slide(slide) {}

    std::shared_ptr<const Rgb32Image> find(TileId id) override {
        const std::shared_ptr<const Tile> tile = m_cache.find({m_slide, ViewMode::Reconstructed, id});
        return tile && tile->kind != TileKind::Failed ? pixelsOf(tile) : nullptr;
    }
    std::shared_ptr<const Rgb32Image> keep(TileId id, Rgb32Image pixels) override {
        auto tile = std::make_shared<const Tile>(Tile{id, TileKind::Derived, std::move(pixels)});
        m_cache.insert({m_slide, ViewMode::Reconstructed, id}, tile, costOf(*tile));
        return pixelsOf(tile);
    }

private:
    static std::shared_ptr<const Rgb32Image> pixelsOf(const std::shared_ptr<const Tile>& tile) {
        return {tile, &tile->pixels};
    }
    TileCache& m_cache;
    const SlideKey m_slide;
};

}  // namespace

EngineOptions resolved(EngineOptions options) {
    const auto orElse = [](int& value, double machine) {
        if (value <= 0) {
            value = std::max(1, static_cast<int>(std::lround(machine)));
        }
    };
    orElse(options.threads, 0.8 * hardwareThreads());
    orElse(options.ioThreads, 3.0 * options.threads);
    orElse(options.maxInflightFamilies, 2.0 * options.threads);
    orElse(options.bufferPoolSize, 16.0 * options.maxInflightFamilies);
    if (options.cacheBytes == 0) {
        options.cacheBytes =
            std::clamp(static_cast<std::size_t>(physicalMemoryBytes() / 8), kMinCacheBytes, kMaxCacheBytes);
    }
    return options;
}

struct SlideEngine::Impl {
    explicit Impl(const EngineOptions& engineOptions)
        : options(resolved(engineOptions)),
          pool(BufferPool::create(static_cast<std::size_t>(options.bufferPoolSize))),
          cache(options.cacheBytes),
          arenas(options.threads, options.ioThreads),
          scheduler({.maxInflight = options.maxInflightFamilies, .maxReading = options.ioThreads}, arenas.readers(),
                    arenas.workers(), [this](const JobContext& job) { return read(job); }) {}

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

    // --- jobs: the read step on an I/O thread, what it returns on a worker ---

    ComputeStep read(const JobContext& job) {
        const std::shared_ptr<OpenSlide> open = find(job.key.slide);
        if (!open) {
            return {};
        }
        const auto mode = static_cast<ViewMode>(job.key.variant);
        const StageClock clock;
        if (job.key.isFamily) {
            const FamilyId family{job.key.id.x, job.key.id.y};
            auto streams = std::make_shared<const Result<FamilyStreams>>(readFamily(*open->slide, family));
            return [this, open, family, mode, streams, job, readMs = clock.elapsedMs()] {
                return guarded(*open, [&] { return computeFamily(*open, family, mode, *streams, readMs, job); });
            };
        }
        if (open->slide->originOf(job.key.id.level) == TileOrigin::Encoded && mode != ViewMode::Residual) {
            auto encoded = std::make_shared<const Result<EncodedTile>>(open->slide->readEncoded(job.key.id));
            return [this, open, id = job.key.id, mode, encoded, readMs = clock.elapsedMs()] {
                return guarded(*open, [&] {
                    const StageClock decode;
                    Result<Rgb32Image> tile =
                        *encoded ? decodeTile(*open->slide, id, **encoded) : Result<Rgb32Image>(encoded->error());
                    return publish(*open, id, mode, TileKind::Baseline, std::move(tile), readMs + decode.elapsedMs());
                });
            };
        }
        return [this, open, id = job.key.id, mode, stop = job.stop] {
            return guarded(*open, [&] {
                const StageClock making;
                CacheStore store(cache, open->key);
                const TileKind kind = mode == ViewMode::Residual                               ? TileKind::ResidualView
                                      : open->slide->originOf(id.level) == TileOrigin::Derived ? TileKind::Derived
                                                                                               : TileKind::Baseline;
                Result<Rgb32Image> tile = makeTile(*open->slide, id, mode, pool.get(), stop, &store);
                return publish(*open, id, mode, kind, std::move(tile), making.elapsedMs());
            });
        };
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
                             double readMs, const JobContext& job) {
        const FamilyInFlight inFlight(*this, job.key);
        const std::vector<TileId> visible =
            isPrefetch(job.want) ? std::vector<TileId>{} : visibleTilesOf(open, id, mode);
        const FirstTiles first{.ids = visible, .deliver = [&](FamilyTile tile, double ms) {
                                   if (tile.problem) {
                                       spdlog::warn("{}", tile.problem->message);
                                   }
                                   add(open, mode, Tile{tile.id, tile.kind, std::move(tile.pixels)}, readMs + ms);
                                   tilesChanged();
                               }};
        Result<FamilyTiles> family =
            streams ? rebuildFamily(*open.slide, *streams, readMs, mode, pool.get(), job.stop, &first)
                    : Result<FamilyTiles>(streams.error());
        if (!family) {
            return family.error().isCancelled() ? JobOutcome::Abandoned : failFamily(open, id, mode, family.error());
        }
        family->record.queueMs = job.queueMs;
        const Error* reported = nullptr;
        for (FamilyTile& tile : family->tiles) {
            if (tile.problem && (reported == nullptr || reported->message != tile.problem->message)) {
                spdlog::warn("{}", tile.problem->message);
                reported = &*tile.problem;
            }
            add(open, mode, Tile{tile.id, tile.kind, std::move(tile.pixels)}, family->record.totalMs);
        }
        if (spdlog::should_log(spdlog::level::info)) {
            spdlog::info("{}", formatLogLine(family->record));
        }
        recorder.recordFamily(std::move(family->record));
        tilesChanged();
        return JobOutcome::Done;
    }

    // The tiles of a family that the window shows and lacks.
    std::vector<TileId> visibleTilesOf(OpenSlide& open, FamilyId id, ViewMode mode) {
        std::vector<TileId> tiles;
        const std::lock_guard lock(open.mutex);
        if (open.mode == mode) {
            std::ranges::copy_if(open.visible, std::back_inserter(tiles), [&](TileId tile) {
                return tile.level < kFamilyLevel && Pyramid::familyOf(tile) == id &&
                       !cache.contains({open.key, mode, tile});
            });
        }
        return tiles;
    }

    JobOutcome failFamily(OpenSlide& open, FamilyId id, ViewMode mode, const Error& error) {
        spdlog::warn("{}", error.message);
        const Pyramid& pyramid = open.slide->pyramid();
        for (int level = 0; level < kFamilyLevel; ++level) {
            const int side = 1 << (kFamilyLevel - level);
            for (int i = 0; i < side * side; ++i) {
                const TileId tile{level, id.x * side + i % side, id.y * side + i / side};
                if (pyramid.contains(tile)) {
                    add(open, mode, Tile{tile, TileKind::Failed, {}}, 0);
                }
            }
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
        return JobOutcome::Done;
    }

    void add(OpenSlide& open, ViewMode mode, Tile tile, double ms) {
        recorder.recordTile(tile.kind, ms);
        if (spdlog::should_log(spdlog::level::info)) {
            spdlog::info("{}", formatTileLogLine(open.slide->info().id, tile.id, ms, tile.kind));
        }
        if (tile.kind == TileKind::Failed) {
            const std::lock_guard lock(open.mutex);
            open.failed.insert(tile.id);
        }
        const TileKey key{open.key, mode, tile.id};
        auto shared = std::make_shared<const Tile>(std::move(tile));
        const std::size_t bytes = costOf(*shared);
        // Under the lock, so that nothing of a slide stays in the cache once it has been closed.
        const std::lock_guard lock(mutex);
        if (slides.contains(open.key)) {
            cache.insert(key, std::move(shared), bytes);
        }
    }

    void tilesChanged() const {
        if (onTilesChanged) {
            onTilesChanged();
        }
    }

    // Watches that the scheduler keeps its promise of one flight per family; does not rely on its book-keeping.
    class FamilyInFlight {
    public:
        FamilyInFlight(Impl& impl, const JobKey& key) : m_impl(impl), m_key(key) {
            const std::lock_guard lock(m_impl.familiesMutex);
            m_isFirst = m_impl.familiesInFlight.insert(key).second;
            if (!m_isFirst) {
                m_impl.recorder.recordDuplicateFamily();
            }
        }
        ~FamilyInFlight() {
            if (m_isFirst) {
                const std::lock_guard lock(m_impl.familiesMutex);
                m_impl.familiesInFlight.erase(m_key);
            }
        }
        FamilyInFlight(const FamilyInFlight&) = delete;
        FamilyInFlight& operator=(const FamilyInFlight&) = delete;

    private:
        Impl& m_impl;
        const JobKey m_key;
        bool m_isFirst = false;
    };

    const EngineOptions options;
    const std::shared_ptr<BufferPool> pool;
    TileCache cache;
    mutable MetricsRecorder recorder;
    mutable ProcessUseMeter processUse;
    std::function<void()> onTilesChanged;

    mutable std::mutex mutex;
    std::unordered_map<SlideKey, std::shared_ptr<OpenSlide>> slides;
    SlideKey nextKey = 1;

    std::mutex familiesMutex;
    std::unordered_set<JobKey, JobKeyHash> familiesInFlight;

    Arenas arenas;
    Scheduler scheduler;  // last: its jobs use everything above
};

SlideEngine::SlideEngine(EngineOptions options) : m_impl(std::make_unique<Impl>(options)) {}
SlideEngine::~SlideEngine() = default;

Result<SlideKey> SlideEngine::open(const std::filesystem::path& path, const OpenOptions& options) {
    Result<std::shared_ptr<const Slide>> slide = openSlide(path, options);
    if (!slide) {
        return std::move(slide).error();
    }
    auto open = std::make_shared<OpenSlide>();
    open->slide = std::move(*slide);
    const std::lock_guard lock(m_impl->mutex);
    open->key = m_impl->nextKey++;
    m_impl->slides.emplace(open->key, open);
    return open->key;
}

void SlideEngine::close(SlideKey slide) {
    {
        const std::lock_guard lock(m_impl->mutex);
        if (m_impl->slides.erase(slide) == 0) {
            return;
        }
    }
    m_impl->scheduler.setWanted(slide, {});
    m_impl->cache.setPinned(slide, {});
    m_impl->cache.eraseIf([slide](const TileKey& key) { return key.slide == slide; });
}

std::shared_ptr<const SlideInfo> SlideEngine::info(SlideKey slide) const {
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    return open ? std::shared_ptr<const SlideInfo>(open->slide, &open->slide->info()) : nullptr;
}

void SlideEngine::setView(SlideKey slide, const Viewport& view, Level0Point focus, ViewMode mode) {
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    if (!open) {
        return;
    }
    const Pyramid& pyramid = open->slide->pyramid();
    std::vector<TileId> visible = tilesInView(pyramid, view, idealLevel(pyramid, view.scale), focus);
    {
        // Tiles that come into view and are there already.
        const std::lock_guard lock(open->mutex);
        const std::unordered_set<TileId> before(open->visible.begin(), open->visible.end());
        for (const TileId id : visible) {
            if ((mode != open->mode || !before.contains(id)) && m_impl->cache.contains({slide, mode, id})) {
                m_impl->recorder.recordTile(TileKind::CacheHit, 0);
            }
        }
        open->visible = std::move(visible);
        open->mode = mode;
    }

    std::vector<WantedJob> jobs;
    std::vector<TileKey> pinned;
    std::unordered_set<JobKey, JobKeyHash> known;
    const std::vector<WantedTile> wantedNow = [&] {
        const std::lock_guard lock(open->mutex);
        return wantedTiles(pyramid, view, focus, [&](TileId id) { return open->failed.contains(id); });
    }();
    for (const WantedTile& wanted : wantedNow) {
        if (wanted.want == Want::Cover || wanted.want == Want::Visible) {
            pinned.push_back({slide, mode, wanted.id});
        } else if (!isCheap(*open->slide, wanted.id.level)) {
            continue;
        }
        if (m_impl->cache.contains({slide, mode, wanted.id})) {
            continue;
        }
        // A coarse level that the file lacks would hold up what is to be seen instead of standing in for it.
        const Want want =
            wanted.want == Want::Cover && !isCheap(*open->slide, wanted.id.level) ? Want::Visible : wanted.want;
        const JobKey key = Impl::jobFor(*open, wanted.id, mode);
        if (known.insert(key).second) {
            jobs.push_back({key, want});
        }
    }
    m_impl->cache.setPinned(slide, std::move(pinned));
    m_impl->scheduler.setWanted(slide, std::move(jobs));
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
    SlideProgress progress{.visible = static_cast<int>(open->visible.size()),
                           .visibleReady = 0,
                           .failed = static_cast<int>(open->failed.size())};
    for (const TileId id : open->visible) {
        progress.visibleReady += m_impl->cache.contains({slide, open->mode, id}) ? 1 : 0;
    }
    return progress;
}

void SlideEngine::onTilesChanged(std::function<void()> callback) {
    m_impl->onTilesChanged = std::move(callback);
}

Result<Rgb32Image> SlideEngine::thumbnail(SlideKey slide, int maxSide, const StopToken& stop) const {
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    if (!open) {
        return Error{ErrorCode::NotFound, "the slide is closed"};
    }
    return makeThumbnail(*open->slide, maxSide, m_impl->pool.get(), stop);
}

Result<Rgb32Image> SlideEngine::associatedImage(SlideKey slide, std::string_view name) const {
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    if (!open) {
        return Error{ErrorCode::NotFound, "the slide is closed"};
    }
    return open->slide->readAssociatedImage(name);
}

MetricsSnapshot SlideEngine::metrics() const {
    const BufferPoolUse pool = m_impl->pool->use();
    const SchedulerUse scheduler = m_impl->scheduler.use();
    MetricsSnapshot snapshot = m_impl->recorder.snapshot({.poolTotal = pool.total,
                                                          .poolAvailable = pool.available,
                                                          .poolInUseMax = pool.inUseMax,
                                                          .threads = m_impl->options.threads,
                                                          .ioThreads = m_impl->options.ioThreads,
                                                          .inflightCurrent = scheduler.inflight,
                                                          .inflightMax = scheduler.inflightMax,
                                                          .inflightLimit = m_impl->options.maxInflightFamilies,
                                                          .queueDepth = scheduler.queueDepth,
                                                          .cacheBytes = m_impl->cache.bytes(),
                                                          .cacheLimitBytes = m_impl->cache.limit(),
                                                          .textureBytes = 0});
    snapshot.cancelled = scheduler.cancelled;
    snapshot.wasted = scheduler.wasted;
    snapshot.process = m_impl->processUse.measure();
    return snapshot;
}

void SlideEngine::recordFrame(double ms) {
    m_impl->recorder.recordFrame(ms);
}

void SlideEngine::recordTextureBytes(std::size_t bytes) {
    m_impl->recorder.setTextureBytes(bytes);
}

void SlideEngine::recordUpload(SlideKey slide, TileId id, double ms) {
    const std::shared_ptr<OpenSlide> open = m_impl->find(slide);
    if (open && id.level <= kFamilyLevel && open->slide->originOf(0) == TileOrigin::Family) {
        m_impl->recorder.addUpload(open->slide->info().id, Pyramid::familyOf(id), ms);
    }
}

const EngineOptions& SlideEngine::options() const noexcept {
    return m_impl->options;
}

}  // namespace origami
