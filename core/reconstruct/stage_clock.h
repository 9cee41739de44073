// Stopwatches for the stages of a family: wall time from start to end, busy time added up over threads.
#pragma once

#include "core/metrics/metrics.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace origami {

class StageClock {
public:
    [[nodiscard]] double elapsedMs() const {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - m_start).count();
    }
    // A stage that ran on the calling thread alone.
    [[nodiscard]] StageTime onOneThread() const {
        const double ms = elapsedMs();
        return {.wallMs = ms, .busyMs = ms};
    }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
};

// Adds up the time that several threads spend inside scopes, and how many were inside at once.
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
        ~Scope() {
            m_meter.m_busyMicroseconds += static_cast<std::int64_t>(m_clock.elapsedMs() * 1000.0);
            m_meter.m_inside.fetch_sub(1);
        }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        ParallelMeter& m_meter;
        StageClock m_clock;
    };

    [[nodiscard]] double busyMs() const { return static_cast<double>(m_busyMicroseconds.load()) / 1000.0; }
    [[nodiscard]] int maximum() const { return m_maximum.load(); }

private:
    std::atomic<int> m_inside{0};
    std::atomic<int> m_maximum{0};
    std::atomic<std::int64_t> m_busyMicroseconds{0};
};

}  // namespace origami
