// Stopwatches for the stages of a family: wall time that passed, busy time added up over threads.
#pragma once

#include "core/metrics/metrics.h"
#include "core/metrics/timeline.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace origami {

class StageClock {
public:
    [[nodiscard]] Instant start() const { return m_start; }
    [[nodiscard]] double elapsedMs() const { return msBetween(m_start, std::chrono::steady_clock::now()); }
    // What the calling thread did since the clock was made.
    [[nodiscard]] StageSpan span(Stage stage) const {
        return {stage, threadIndex(), steadyNanoseconds(m_start), steadyNanoseconds()};
    }

private:
    Instant m_start = std::chrono::steady_clock::now();
};

// The calling thread works on a family, from construction to destruction.
class FamilySpan {
public:
    explicit FamilySpan(FamilyId family) : m_family(family) {}
    ~FamilySpan() { recordSpan(SpanKind::Family, m_clock.start(), std::chrono::steady_clock::now(), tileOf(m_family)); }
    FamilySpan(const FamilySpan&) = delete;
    FamilySpan& operator=(const FamilySpan&) = delete;

private:
    const FamilyId m_family;
    const StageClock m_clock;
};

// The spans of a family as they end, on any of its threads: for its record and onto the timeline, there in the role of
// the thread that has taken the family on.
class SpanLog {
public:
    explicit SpanLog(FamilyId family) : m_family(family) {}
    void add(const StageSpan& span, ThreadRole role) noexcept {
        recordSpan(span, tileOf(m_family), role);
        if (const std::size_t i = m_next.fetch_add(1, std::memory_order_relaxed); i < m_spans.size()) {
            m_spans[i] = span;
        }
    }
    void addWait(Instant start, Instant end, ThreadRole role) const {
        recordSpan(SpanKind::Wait, start, end, tileOf(m_family), role);
    }
    // While no thread adds to it.
    [[nodiscard]] StageSpans spans() const {
        return StageSpans(std::span(m_spans).first(std::min(m_next.load(), m_spans.size())));
    }

private:
    const FamilyId m_family;
    std::array<StageSpan, StageSpans::kCapacity> m_spans;
    std::atomic<std::size_t> m_next{0};
};

// A stretch of time in which several stages take turns, on one thread or many, tile by tile. Each stage's wall time is
// its share of the stretch, by busy time: so the stages add up to what passed.
class Phase {
public:
    explicit Phase(SpanLog& log) : m_log(log) {}

    class Share {
    public:
        Share(Phase& phase, Stage stage) : m_phase(phase), m_stage(stage) {}
        ~Share() {
            const StageSpan span = m_clock.span(m_stage);
            m_phase.m_busyNanoseconds[static_cast<std::size_t>(m_stage)] += span.endNs - span.startNs;
            m_phase.m_log.add(span, m_phase.m_role);
        }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

    private:
        Phase& m_phase;
        const Stage m_stage;
        StageClock m_clock;
    };

    // Ends the phase, on the thread that began it. Its shares are of stages between reading and uploading, which the
    // record has times of.
    void addTo(FamilyRecord& record) const {
        constexpr std::chrono::microseconds kWorthTelling{2};
        const Instant end = std::chrono::steady_clock::now();
        // What this thread did not do itself it waited for.
        if (const Instant idle = std::max(m_clock.start(), lastSpanEnd()); end - idle >= kWorthTelling) {
            m_log.addWait(idle, end, m_role);
        }
        const double wallMs = msBetween(m_clock.start(), end);
        const std::array<std::pair<Stage, StageTime*>, 6> stages{{{Stage::L2Decode, &record.l2Decode},
                                                                  {Stage::L1Resize, &record.l1Resize},
                                                                  {Stage::L1Residual, &record.l1Residual},
                                                                  {Stage::L0Resize, &record.l0Resize},
                                                                  {Stage::L0Residual, &record.l0Residual},
                                                                  {Stage::Convert, &record.convert}}};
        const auto busyMs = [this](Stage stage) {
            return static_cast<double>(m_busyNanoseconds[static_cast<std::size_t>(stage)].load()) / 1e6;
        };
        double sumMs = 0;
        for (const auto& [stage, time] : stages) {
            sumMs += busyMs(stage);
        }
        for (const auto& [stage, time] : stages) {
            time->busyMs += busyMs(stage);
            time->wallMs += sumMs > 0 ? wallMs * busyMs(stage) / sumMs : 0;
        }
    }

private:
    SpanLog& m_log;
    const ThreadRole m_role = threadRole();
    StageClock m_clock;
    std::array<std::atomic<std::int64_t>, kStages> m_busyNanoseconds{};
};

}  // namespace origami
