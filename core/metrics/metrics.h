// What the viewer measures about itself, under the names of metrics.md. Recording is a few atomic or briefly
// locked updates; snapshots are copies. Thread-safe. Times are milliseconds.
#pragma once

#include "core/pyramid/tile_id.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace origami {

enum class TileKind {
    Generated,     // rebuilt from its residual
    CacheHit,      // was in the cache already when asked for
    Baseline,      // stored in the file as it is, or read by a library
    Fallback,      // its residual is missing, its own baseline tile was used
    Predicted,     // its residual is missing: the prediction alone
    ResidualView,  // shown as a residual on purpose
    Derived,       // averaged from the next finer level
    Failed,        // could not be made; the coarser tile stays, with a mark
};
inline constexpr std::size_t kTileKinds = 8;
std::string_view name(TileKind kind) noexcept;  // "generated", "cache_hit", ...

struct StageTime {
    double wallMs = 0;  // from the stage's start to its end
    double busyMs = 0;  // added up over the threads that worked on it; equals wallMs on one thread
};

// The work on a family, in the order in which it runs through it.
enum class Stage : std::uint8_t { Read, L2Decode, L1Resize, L1Residual, L0Resize, L0Residual, Convert, Upload };
inline constexpr std::size_t kStages = 8;
std::string_view name(Stage stage) noexcept;  // "read", "l2_decode", ...

// A small number for the calling thread, from 1, the same for as long as it lives.
std::uint16_t threadIndex() noexcept;

// Of the clock that all times of records are of.
inline std::int64_t steadyNanoseconds(
    std::chrono::steady_clock::time_point time = std::chrono::steady_clock::now()) noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

// One stretch of work of one thread. Times are steadyNanoseconds().
struct StageSpan {
    Stage stage = Stage::Read;
    std::uint16_t thread = 0;  // threadIndex()
    std::int64_t startNs = 0;
    std::int64_t endNs = 0;
    [[nodiscard]] double ms() const noexcept { return static_cast<double>(endNs - startNs) / 1e6; }
    bool operator==(const StageSpan&) const = default;
};

// The first kCapacity spans of a family, in no particular order; a whole one has about 90.
class StageSpans {
public:
    static constexpr std::size_t kCapacity = 128;
    StageSpans() = default;
    explicit StageSpans(std::span<const StageSpan> spans) : m_spans(spans.begin(), spans.end()) {}
    void add(const StageSpan& span) {
        if (m_spans.size() < kCapacity) {
            m_spans.push_back(span);
        }
    }
    [[nodiscard]] std::span<const StageSpan> all() const noexcept { return m_spans; }

private:
    std::vector<StageSpan> m_spans;
};

// Why a family was asked for.
enum class RequestReason : std::uint8_t {
    Direct,     // by name: a command, a thumbnail
    Cover,      // so that nothing is blank
    Visible,    // in view
    Predicted,  // in the view that is coming
    Ring,       // around the view
    Nearby,     // one level coarser or finer
};
std::string_view name(RequestReason reason) noexcept;  // "direct", "cover", "visible", ...

// One rebuilt family, `family_breakdown` in the log.
struct FamilyRecord {
    std::uint32_t slide = 0;  // the open slide that it belongs to; 0 if it was made without an engine
    std::string slideId;      // the slide's name in the log; several open slides may have the same
    FamilyId id;
    RequestReason reason = RequestReason::Direct;  // when it was started
    std::int64_t requestedNs = 0;                  // steady clock; 0: not known
    double queueMs = 0;  // from being wanted to being started, and from being read to being rebuilt
    double readMs = 0;
    StageTime l2Decode;
    StageTime l1Resize;    // chroma and luma prediction
    StageTime l1Residual;  // decoding the residuals and adding them
    StageTime l0Resize;
    StageTime l0Residual;
    StageTime convert;  // to RGB32 tiles
    double uploadMs = 0;
    double totalMs = 0;  // wall, from being started to the last tile made
    std::int64_t bytesRead = 0;
    std::int64_t residualBytes = 0;
    int l1Residuals = 0;
    int l0Residuals = 0;
    int l1ParallelMax = 0;
    int l0ParallelMax = 0;
    int failedTiles = 0;
    std::int64_t madeNs = 0;    // steady clock, when the last of its tiles was
    std::uint32_t variant = 0;  // what was made of it: the view mode
    // Bytes of the streams that it was made from, by what they are.
    std::int64_t l2Bytes = 0;
    std::int64_t l1ResidualBytes = 0;
    std::int64_t l0ResidualBytes = 0;
    std::int64_t baselineBytes = 0;
    std::array<std::uint8_t, kTileKinds> tiles{};  // that were made of levels 0 and 1, by TileKind
    StageSpans spans{};

    void addUpload(const StageSpan& upload);
};

// What a map of a slide's families needs of each.
struct FamilySummary {
    FamilyId id;
    double totalMs = 0;
    std::int64_t bytes = 0;  // of its streams
    std::int64_t madeNs = 0;
    std::array<std::uint8_t, kTileKinds> tiles{};

    [[nodiscard]] int tileCount() const noexcept;
};
FamilySummary summaryOf(const FamilyRecord& record) noexcept;

// `family_breakdown slide_id=... x2=... ...`
std::string formatLogLine(const FamilyRecord& record);
// `tile slide_id=... level=... x=... y=... ms=... kind=...`
std::string formatTileLogLine(std::string_view slideId, TileId id, double ms, TileKind kind);

struct TileTimes {
    std::int64_t count = 0;
    double averageMs = 0;
    double p50Ms = 0;
    double p95Ms = 0;
    double maxMs = 0;
};

// State of things that others own, filled in by the engine when a snapshot is taken.
struct Gauges {
    std::size_t poolTotal = 0;
    std::size_t poolAvailable = 0;
    std::size_t poolInUseMax = 0;
    int threads = 0;
    int threadsBusy = 0;
    int threadsBusyMax = 0;  // most ever at once, as below
    int ioThreads = 0;
    int ioThreadsBusy = 0;
    int ioThreadsBusyMax = 0;
    int inflightCurrent = 0;
    int inflightMax = 0;
    int inflightLimit = 0;
    std::size_t queueDepth = 0;
    std::size_t cacheBytes = 0;
    std::size_t cacheLimitBytes = 0;
    std::size_t textureBytes = 0;
    std::size_t textureLimitBytes = 0;
};

struct ProcessUse {
    std::int64_t rssBytes = 0;
    std::int64_t memoryBytes = 0;           // of the machine
    std::int64_t memoryAvailableBytes = 0;  // that programs can have without others being swapped out; 0: not known
    double cpuPercent = 0;                  // of one core: 200 when two cores are busy; since the previous snapshot
};

struct MetricsSnapshot {
    // Since start.
    std::array<std::int64_t, kTileKinds> tiles{};  // by TileKind
    // By kind, as cache hits and cold families have nothing in common. A generated tile takes as long as its family.
    // Percentiles are of the recent ones.
    TileTimes generated;
    TileTimes cacheHit;
    TileTimes baseline;
    TileTimes family;                          // whole families
    std::int64_t cancelled = 0;                // jobs dropped before they were done
    std::int64_t wasted = 0;                   // tiles made that went without having been in view
    std::int64_t prefetchHits = 0;             // tiles made before they came into view
    std::int64_t prefetchWaiting = 0;          // tiles made that have not been in view yet
    std::int64_t duplicateFamilies = 0;        // started while already in flight: always 0
    std::vector<FamilyRecord> recentFamilies;  // newest last, at most kRecentFamilies
    double framesPerSecond = 0;
    double frameP95Ms = 0;
    std::vector<float> recentFrameMs;  // newest last
    Gauges gauges;
    ProcessUse process;

    [[nodiscard]] std::int64_t count(TileKind kind) const { return tiles[static_cast<std::size_t>(kind)]; }
    [[nodiscard]] std::int64_t tilesTotal() const;
};
inline constexpr std::size_t kRecentFamilies = 32;
inline constexpr std::size_t kRememberedFamilies = 4096;
inline constexpr std::size_t kFamiliesWithSpans = 1024;  // 2 MB
// `metrics tiles_total=... baseline=... ...`
std::string formatLogLine(const MetricsSnapshot& snapshot);

}  // namespace origami
