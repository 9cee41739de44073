#include "core/metrics/timeline.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>

namespace origami {
namespace {

const std::int64_t kBeginningNs = steadyNanoseconds();

// Rings of threads that have ended are kept until there are more of them.
constexpr std::size_t kMaxEnded = 64;

thread_local ThreadRole currentRole = ThreadRole::Other;

struct ThreadRing {
    explicit ThreadRing(std::size_t most) : capacity(most) { spans.reserve(most); }

    const int number = threadIndex();  // of the thread that makes it
    const std::size_t capacity;
    std::atomic<bool> isEnded{false};
    std::mutex mutex;
    std::vector<Span> spans;  // a ring once it is full
    std::int64_t count = 0;   // ever recorded
};

struct Timeline {
    std::mutex mutex;
    std::vector<std::shared_ptr<ThreadRing>> rings;
    std::size_t spansPerThread = kDefaultSpansPerThread;
    std::int64_t droppedWithThreads = 0;
};

// Threads may end after everything static has gone, so this one never goes.
Timeline& timeline() {
    static Timeline& instance = *new Timeline;
    return instance;
}

class RingOfThread {
public:
    RingOfThread() {
        Timeline& all = timeline();
        const std::lock_guard lock(all.mutex);
        const auto ended = std::ranges::count_if(all.rings, [](const auto& ring) { return ring->isEnded.load(); });
        if (static_cast<std::size_t>(ended) >= kMaxEnded) {
            const auto oldest = std::ranges::find_if(all.rings, [](const auto& ring) { return ring->isEnded.load(); });
            all.droppedWithThreads += (*oldest)->count;
            all.rings.erase(oldest);
        }
        m_ring = std::make_shared<ThreadRing>(all.spansPerThread);
        all.rings.push_back(m_ring);
    }
    ~RingOfThread() { m_ring->isEnded = true; }
    RingOfThread(const RingOfThread&) = delete;
    RingOfThread& operator=(const RingOfThread&) = delete;

    ThreadRing& operator*() const { return *m_ring; }

    std::int64_t lastEndNs = kBeginningNs;

private:
    std::shared_ptr<ThreadRing> m_ring;
};

RingOfThread& ringOfThread() {
    thread_local RingOfThread ring;
    return ring;
}

}  // namespace

std::string_view name(SpanKind kind) noexcept {
    switch (kind) {
        case SpanKind::Family: return "family";
        case SpanKind::Queue: return "queue";
        case SpanKind::Publish: return "publish";
        case SpanKind::Wait: return "wait";
        case SpanKind::Tile: return "tile";
        case SpanKind::Frame: return "frame";
        case SpanKind::SetView: return "set_view";
        default: return name(static_cast<Stage>(kind));
    }
}

ThreadRoleScope::ThreadRoleScope(ThreadRole role) : m_before(std::exchange(currentRole, role)) {}

ThreadRoleScope::~ThreadRoleScope() {
    currentRole = m_before;
}

ThreadRole threadRole() noexcept {
    return currentRole;
}

namespace {

void record(SpanKind kind, std::int64_t startNs, std::int64_t endNs, TileId id, ThreadRole role) {
    RingOfThread& own = ringOfThread();
    own.lastEndNs = endNs;
    ThreadRing& ring = *own;
    const Span span{
        .startNs = onTimeline(startNs), .durationNs = endNs - startNs, .id = id, .kind = kind, .role = role};
    const std::lock_guard lock(ring.mutex);
    if (ring.spans.size() < ring.capacity) {
        ring.spans.push_back(span);
    } else {
        ring.spans[static_cast<std::size_t>(ring.count) % ring.capacity] = span;
    }
    ++ring.count;
}

}  // namespace

void recordSpan(SpanKind kind, Instant start, Instant end, TileId id, ThreadRole role) {
    record(kind, steadyNanoseconds(start), steadyNanoseconds(end), id, role);
}

void recordSpan(const StageSpan& span, TileId id, ThreadRole role) {
    record(spanOf(span.stage), span.startNs, span.endNs, id, role);
}

void recordSpan(SpanKind kind, Instant start, Instant end, TileId id) {
    recordSpan(kind, start, end, id, currentRole);
}

Instant lastSpanEnd() {
    return Instant(std::chrono::duration_cast<Instant::duration>(std::chrono::nanoseconds(ringOfThread().lastEndNs)));
}

void setTimelineCapacity(std::size_t spansPerThread) {
    Timeline& all = timeline();
    const std::lock_guard lock(all.mutex);
    all.spansPerThread = std::max<std::size_t>(spansPerThread, 1);
}

void readTimeline(const std::function<void(const ThreadTimeline&)>& use) {
    Timeline& all = timeline();
    std::vector<std::shared_ptr<ThreadRing>> rings;
    std::int64_t dropped = 0;
    {
        const std::lock_guard lock(all.mutex);
        rings = all.rings;
        dropped = all.droppedWithThreads;
    }
    for (const std::shared_ptr<ThreadRing>& ring : rings) {
        ThreadTimeline thread{.number = ring->number, .spans = {}, .dropped = std::exchange(dropped, 0)};
        {
            const std::lock_guard lock(ring->mutex);
            thread.spans = ring->spans;
            thread.dropped += ring->count - std::ssize(ring->spans);
        }
        std::ranges::stable_sort(thread.spans, {}, [](const Span& span) {
            return std::tuple(span.startNs, -span.durationNs, span.kind != SpanKind::Family);
        });
        use(thread);
    }
}

std::int64_t onTimeline(std::int64_t steadyNs) noexcept {
    return steadyNs - kBeginningNs;
}

}  // namespace origami
