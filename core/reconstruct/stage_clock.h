// Stopwatches for the stages of a family: wall time that passed, busy time added up over threads.
#pragma once

#include "core/metrics/metrics.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>

namespace origami {

class StageClock {
public:
    [[nodiscard]] double elapsedMs() const {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - m_start).count();
    }
    [[nodiscard]] std::int64_t elapsedNanoseconds() const {
        return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - m_start).count();
    }
    // A stage that ran on the calling thread alone.
    [[nodiscard]] StageTime onOneThread() const {
        const double ms = elapsedMs();
        return {.wallMs = ms, .busyMs = ms};
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

// How many threads were inside scopes at once, at most.
class ParallelMeter {
public:
    class Scope {
    public:
        explicit Scope(ParallelMeter& meter) : m_meter(meter) {
            const int now = m_meter.m_inside.fetch_add(1) + 1;
            int seen = m_meter.m_maximum.load();
            while (seen < now && !m_meter.m_maximum.compare_exchange_weak(seen, now)) {
            }
        }
        ~Scope() { m_meter.m_inside.fetch_sub(1); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        ParallelMeter& m_meter;
    };

    [[nodiscard]] int maximum() const { return m_maximum.load(); }

private:
    std::atomic<int> m_inside{0};
    std::atomic<int> m_maximum{0};
};

// A stretch of time in which several stages take turns, on one thread or many, tile by tile. Each stage's wall time is
// its share of the stretch, by busy time: so the stages add up to what passed.
class Phase {
public:
    class Share {
    public:
        Share(Phase& phase, std::size_t stage) : m_phase(phase), m_stage(stage) {}
        ~Share() { m_phase.m_busyNanoseconds[m_stage] += m_clock.elapsedNanoseconds(); }
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

    private:
        Phase& m_phase;
        const std::size_t m_stage;
        StageClock m_clock;
    };

    // Ends the phase: stage i of the shares is *stages[i].
    void addTo(std::initializer_list<StageTime*> stages) const {
        const double wallMs = m_clock.elapsedMs();
        const auto busyMs = [this](std::size_t i) { return static_cast<double>(m_busyNanoseconds[i].load()) / 1e6; };
        double sumMs = 0;
        for (std::size_t i = 0; i < stages.size(); ++i) {
            sumMs += busyMs(i);
        }
        for (std::size_t i = 0; i < stages.size(); ++i) {
            StageTime& stage = **(stages.begin() + i);
            stage.busyMs += busyMs(i);
            stage.wallMs += sumMs > 0 ? wallMs * busyMs(i) / sumMs : 0;
        }
    }

private:
    static constexpr std::size_t kMaxStages = 5;
    StageClock m_clock;
    std::array<std::atomic<std::int64_t>, kMaxStages> m_busyNanoseconds{};
};

}  // namespace origami
