#include "core/schedule/scheduler.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace origami {
Scheduler::Scheduler(SchedulerOptions options, Executor io, Executor workers, ReadStep read)
    : m_options(std::move(options)), m_io(std::move(io)), m_workers(std::move(workers)), m_read(std::move(read)) {}

Scheduler::~Scheduler() {
    std::unique_lock lock(m_mutex);
    m_pending.clear();
    for (auto& [key, running] : m_running) {
        running.wanted = false;
        running.stop.request_stop();
    }
    m_idle.wait(lock, [this] { return m_running.empty() && m_readsQueued == 0 && m_computesQueued == 0; });
}

void Scheduler::setWanted(std::uint32_t slide, std::vector<WantedJob> jobs) {
    const std::lock_guard lock(m_mutex);
    std::unordered_map<JobKey, Clock::time_point, JobKeyHash> waitingSince;
    std::erase_if(m_pending, [&](const Pending& job) {
        if (job.key.slide != slide) {
            return false;
        }
        waitingSince.emplace(job.key, job.wantedAt);
        return true;
    });
    for (auto& [key, running] : m_running) {
        if (key.slide == slide) {
            running.wanted = false;
        }
    }

    const Clock::time_point now = m_options.now();
    for (std::size_t order = 0; order < jobs.size(); ++order) {
        const WantedJob& job = jobs[order];
        const Rank rank{job.want, order};
        const auto running = m_running.find(job.key);
        if (running != m_running.end() && !running->second.stop.stop_requested()) {
            running->second.wanted = true;
            running->second.rank = rank;
            continue;
        }
        const auto since = waitingSince.find(job.key);
        m_pending.push_back({job.key, rank, since != waitingSince.end() ? since->second : now});
        if (since != waitingSince.end()) {
            waitingSince.erase(since);
        }
    }
    std::ranges::stable_sort(m_pending, {}, &Pending::rank);
    m_cancelled += static_cast<std::int64_t>(waitingSince.size());

    for (auto& [key, running] : m_running) {
        if (!running.wanted) {
            running.stop.request_stop();
        }
    }
    startReads();
}

SchedulerUse Scheduler::use() const {
    const std::lock_guard lock(m_mutex);
    return {.inflight = static_cast<int>(m_running.size()),
            .inflightMax = m_inflightMax,
            .queueDepth = m_pending.size(),
            .cancelled = m_cancelled,
            .wasted = m_wasted};
}

// A stopped job may be wanted again before it has noticed: then it waits in the pile until the first run is gone.
// Prefetching leaves half of the places to what is visible.
bool Scheduler::mayStart(const Pending& job) const {
    if (m_running.contains(job.key)) {
        return false;
    }
    if (!isPrefetch(job.rank.want)) {
        return true;
    }
    const auto prefetching =
        std::ranges::count_if(m_running, [](const auto& entry) { return isPrefetch(entry.second.rank.want); });
    return prefetching < std::max(1, m_options.maxInflight / 2);
}

void Scheduler::startReads() {
    const auto startable = static_cast<int>(
        std::ranges::count_if(m_pending, [this](const Pending& job) { return !m_running.contains(job.key); }));
    const int places =
        std::min(m_options.maxInflight - static_cast<int>(m_running.size()), m_options.maxReading - m_reading);
    for (int wanted = std::min(startable, places); m_readsQueued < wanted;) {
        ++m_readsQueued;
        m_io([this] { runRead(); });
    }
}

void Scheduler::runRead() {
    std::optional<JobContext> context;
    {
        const std::lock_guard lock(m_mutex);
        --m_readsQueued;
        const auto best = std::ranges::find_if(m_pending, [this](const Pending& job) { return mayStart(job); });
        if (best == m_pending.end()) {
            if (m_running.empty() && m_readsQueued == 0) {
                m_idle.notify_all();
            }
            return;
        }
        Running& running = m_running[best->key];
        running.rank = best->rank;
        const std::chrono::duration<double, std::milli> queued = m_options.now() - best->wantedAt;
        context = JobContext{best->key, best->rank.want, running.stop.token(), queued.count()};
        m_pending.erase(best);
        ++m_reading;
        m_inflightMax = std::max(m_inflightMax, static_cast<int>(m_running.size()));
    }

    ComputeStep compute = m_read(*context);
    const bool isDropped = compute && context->stop.stop_requested();
    if (isDropped) {
        compute = nullptr;  // frees the job's bytes outside the lock
    }

    const std::lock_guard lock(m_mutex);
    --m_reading;
    if (!compute) {
        finish(context->key, isDropped ? JobOutcome::Abandoned : JobOutcome::Done);
        return;
    }
    Running& running = m_running.at(context->key);
    running.stage = Stage::Ready;
    running.compute = std::move(compute);
    ++m_computesQueued;
    m_workers([this] { runCompute(); });
    startReads();
}

void Scheduler::runCompute() {
    // As many calls of this function are under way as there are jobs ready; each takes the best of them.
    std::optional<JobKey> key;
    ComputeStep compute;
    StopSource stop;
    {
        const std::lock_guard lock(m_mutex);
        Running* best = nullptr;
        for (auto& [candidateKey, candidate] : m_running) {
            if (candidate.stage == Stage::Ready && (best == nullptr || candidate.rank < best->rank)) {
                best = &candidate;
                key = candidateKey;
            }
        }
        best->stage = Stage::Computing;
        compute = std::move(best->compute);
        stop = best->stop;
    }
    const JobOutcome outcome = stop.stop_requested() ? JobOutcome::Abandoned : compute();
    compute = nullptr;  // frees the job's bytes outside the lock

    const std::lock_guard lock(m_mutex);
    --m_computesQueued;
    finish(*key, outcome);
}

void Scheduler::finish(const JobKey& key, JobOutcome outcome) {
    const auto running = m_running.find(key);
    if (outcome == JobOutcome::Abandoned) {
        ++m_cancelled;
    } else {
        // Wanted again after it had been stopped, and it got through all the same.
        const bool wantedAgain = std::erase_if(m_pending, [&](const Pending& job) { return job.key == key; }) > 0;
        if (!running->second.wanted && !wantedAgain) {
            ++m_wasted;
        }
    }
    m_running.erase(running);
    startReads();
    if (m_running.empty() && m_readsQueued == 0 && m_computesQueued == 0) {
        m_idle.notify_all();
    }
}

}  // namespace origami
