// Runs a scheduler's jobs without threads, one at a time, when the test says so.
#pragma once

#include "core/schedule/scheduler.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <iterator>
#include <span>
#include <utility>
#include <vector>

namespace origami::test {

// Runs its tasks one at a time, when told.
class ManualExecutor {
public:
    Executor executor() {
        return [this](std::function<void()> task) { m_tasks.push_back(std::move(task)); };
    }
    bool runOne() {
        if (m_tasks.empty()) {
            return false;
        }
        const auto task = std::move(m_tasks.front());
        m_tasks.pop_front();
        task();
        return true;
    }
    [[nodiscard]] std::size_t waiting() const { return m_tasks.size(); }

private:
    std::deque<std::function<void()>> m_tasks;
};

// Reads the jobs that are read together one after the other.
inline ReadStep oneByOne(std::function<ComputeStep(const JobContext&)> read) {
    return [read = std::move(read)](std::span<const JobContext> jobs) {
        std::vector<ComputeStep> steps;
        std::ranges::transform(jobs, std::back_inserter(steps), read);
        return steps;
    };
}

}  // namespace origami::test
