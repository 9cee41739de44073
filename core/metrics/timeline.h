// What the threads of this process did of late, span by span: stages of families, reads, uploads, frames. Always on:
// each thread writes into a ring of its own, under a lock that nobody else takes until somebody reads, so a span costs
// some tens of nanoseconds. The spans come from the same stopwatches as the metrics (reconstruct/stage_clock.h, the
// engine), so what a trace shows and what the overlay shows are one measurement.
#pragma once

#include "core/metrics/metrics.h"
#include "core/pyramid/tile_id.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace origami {

using Instant = std::chrono::steady_clock::time_point;

inline double msBetween(Instant start, Instant end) {
    return std::chrono::duration<double, std::milli>(end - start).count();
}

// The stages of a family as in Stage, then whatever else threads do.
enum class SpanKind : std::uint8_t {
    Read,
    L2Decode,
    L1Resize,
    L1Residual,
    L0Resize,
    L0Residual,
    Convert,
    Upload,
    Family,   // rebuilding a family, or a part of one: its stages lie within
    Queue,    // a family waits for a thread; on no thread
    Publish,  // a finished tile is put into the cache
    Wait,     // for other threads that work on the same family
    Tile,     // a tile that belongs to no family
    Frame,
    SetView,  // the view changed: what is wanted now
};
constexpr SpanKind spanOf(Stage stage) {
    return static_cast<SpanKind>(stage);
}
static_assert(spanOf(Stage::Upload) == SpanKind::Upload);
std::string_view name(SpanKind kind) noexcept;  // as in metrics.md: "l2_decode", ...

// What a thread is for at the moment. oneTBB's threads change between computing and reading.
enum class ThreadRole : std::uint8_t { Other, Gui, Render, Worker, Reader };

// For the calling thread, until this goes.
class ThreadRoleScope {
public:
    explicit ThreadRoleScope(ThreadRole role);
    ~ThreadRoleScope();
    ThreadRoleScope(const ThreadRoleScope&) = delete;
    ThreadRoleScope& operator=(const ThreadRoleScope&) = delete;

private:
    const ThreadRole m_before;
};
ThreadRole threadRole() noexcept;  // of the calling thread

struct Span {
    std::int64_t startNs;  // since the timeline began
    std::int64_t durationNs;
    TileId id;  // of the tile, or of the family's level 2 tile; level -1 if it is about neither
    SpanKind kind;
    ThreadRole role;
};
inline constexpr TileId kNoTile{-1, 0, 0};
constexpr TileId tileOf(FamilyId family) {
    return {kFamilyLevel, family.x, family.y};
}

// Records what the calling thread did, in this role or its own. Thread-safe, and does not wait for other threads but
// for one that reads the timeline.
void recordSpan(SpanKind kind, Instant start, Instant end, TileId id, ThreadRole role);
void recordSpan(SpanKind kind, Instant start, Instant end, TileId id);
void recordSpan(const StageSpan& span, TileId id, ThreadRole role = threadRole());
// When the last span that the calling thread recorded ended; the beginning of the timeline if there is none.
Instant lastSpanEnd();

// How many spans each thread keeps that has not recorded any yet.
void setTimelineCapacity(std::size_t spansPerThread);
// For traces from start to end.
inline constexpr std::size_t kLongSpansPerThread = std::size_t{1} << 18;
inline constexpr std::size_t kDefaultSpansPerThread = std::size_t{1} << 14;  // 512 kB, resident as they are used

struct ThreadTimeline {
    int number = 0;           // of the thread: its threadIndex()
    std::vector<Span> spans;  // by start, those that contain others before them
    std::int64_t dropped = 0;
};
// Copies of what is kept, one thread after the other. Thread-safe.
void readTimeline(const std::function<void(const ThreadTimeline&)>& use);
// Nanoseconds since the timeline began, from steadyNanoseconds().
std::int64_t onTimeline(std::int64_t steadyNs) noexcept;

}  // namespace origami
