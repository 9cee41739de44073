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

const Instant kBeginning = std::chrono::steady_clock::now();

// Rings of threads that have ended are kept until there are more of them.
constexpr std::size_t kMaxEnded = 64;

thread_local ThreadRole currentRole = ThreadRole::Other;

struct ThreadRing {
    ThreadRing(int threadNumber, std::size_t most) : number(threadNumber), capacity(most) { spans.reserve(most); }

    const int number;
    const std::size_t capacity;
    std::atomic<bool> isEnded{false};
    std::mutex mutex;
    std::vector<Span> spans;  // a ring once it is full
    std::int64_t count = 0;   // ever recorded
};

struct Timeline {
    std::mutex mutex;
    std::vector<std::shared_ptr<ThreadRing>> rings;
    int threads = 0;
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
        m_ring = std::make_shared<ThreadRing>(++all.threads, all.spansPerThread);
        all.rings.push_back(m_ring);
    }
    ~RingOfThread() { m_ring->isEnded = true; }
    RingOfThread(const RingOfThread&) = delete;
    RingOfThread& operator=(const RingOfThread&) = delete;

    ThreadRing& operator*() const { return *m_ring; }

    Instant lastEnd = kBeginning;

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

void recordSpan(SpanKind kind, Instant start, Instant end, TileId id, ThreadRole role) {
    RingOfThread& own = ringOfThread();
    own.lastEnd = end;
    ThreadRing& ring = *own;
    const Span span{.startNs = onTimeline(start),
                    .durationNs = std::chrono::duration_cast<std::chrono::nanoseconds>(end - start).count(),
                    .id = id,
                    .kind = kind,
                    .role = role};
    const std::lock_guard lock(ring.mutex);
    if (ring.spans.size() < ring.capacity) {
        ring.spans.push_back(span);
    } else {
        ring.spans[static_cast<std::size_t>(ring.count) % ring.capacity] = span;
    }
    ++ring.count;
}

void recordSpan(SpanKind kind, Instant start, Instant end, TileId id) {
    recordSpan(kind, start, end, id, currentRole);
}

Instant lastSpanEnd() {
    return ringOfThread().lastEnd;
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

std::int64_t onTimeline(Instant instant) noexcept {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(instant - kBeginning).count();
}

}  // namespace origami
