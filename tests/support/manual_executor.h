// Runs a scheduler's jobs without threads, one at a time, when the test says so.
#pragma once

#include "core/schedule/job_source.h"

#include <deque>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace origami::test {

// Runs its tasks one at a time, when told.
class ManualExecutor {
public:
    Executor executor() {
        return [this](std::function<void()> task) {
            if (!m_refuses) {
                m_tasks.push_back(std::move(task));
            }
            return !m_refuses;
        };
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
    // As if the system had no memory for another task.
    void setRefusing(bool refuses) { m_refuses = refuses; }

private:
    std::deque<std::function<void()>> m_tasks;
    bool m_refuses = false;
};

// A source of jobs that reads one job after the other with a function of the test's.
class FakeJobSource : public JobSource {
public:
    explicit FakeJobSource(std::function<ComputeStep(const JobContext&)> readOne) : m_readOne(std::move(readOne)) {}

    std::function<std::vector<JobKey>(const JobKey&)> beside;
    std::function<void(const JobKey& first)> onRead;  // called during each read
    int reads = 0;                                    // each of one job or of several
    std::set<std::uint32_t> slowSlides;
    std::vector<std::pair<JobKey, std::string>> failures;

    [[nodiscard]] std::vector<JobKey> readTogetherWith(const JobKey& job) const override {
        return beside ? beside(job) : std::vector<JobKey>();
    }
    ReadJobs read(std::span<const JobContext> jobs) override {
        ReadJobs read{.steps = {}, .isSlow = slowSlides.contains(jobs.front().key.slide)};
        for (const JobContext& job : jobs) {
            read.steps.push_back(m_readOne(job));
        }
        ++reads;
        if (onRead) {
            onRead(jobs.front().key);
        }
        return read;
    }
    void fail(const JobKey& job, const Error& error) noexcept override { failures.emplace_back(job, error.message); }

private:
    const std::function<ComputeStep(const JobContext&)> m_readOne;
};

}  // namespace origami::test
