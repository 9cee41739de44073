// A sum of real numbers that does not depend on the order in which threads add to it: it is kept in whole steps of
// 2^-16. Each number that is added is rounded to a step, so add the total of an area and not of a pixel. Holds totals
// up to 2^47.
#pragma once

#include <cmath>
#include <cstdint>

namespace origami {

class FixedSum {
public:
    void add(double value) noexcept { m_steps += std::llround(value * kStepsPerUnit); }
    void add(FixedSum other) noexcept { m_steps += other.m_steps; }
    [[nodiscard]] double value() const noexcept { return static_cast<double>(m_steps) / kStepsPerUnit; }

private:
    static constexpr double kStepsPerUnit = 65536;
    std::int64_t m_steps = 0;
};

}  // namespace origami
