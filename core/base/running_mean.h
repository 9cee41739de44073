// The mean of values that come one after the other, the last ones counting most.
#pragma once

#include <atomic>
#include <cmath>

namespace origami {

// Thread-safe; of two values at the same moment one may be lost.
class RunningMean {
public:
    // `newest`: the weight of a new value, 0 .. 1.
    RunningMean(double first, double newest) noexcept : m_newest(newest), m_value(first) {}

    void note(double value) noexcept {
        m_value.store(std::lerp(this->value(), value, m_newest), std::memory_order_relaxed);
    }
    [[nodiscard]] double value() const noexcept { return m_value.load(std::memory_order_relaxed); }

private:
    const double m_newest;
    std::atomic<double> m_value;
};

}  // namespace origami
