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
        running.stop.request_stop();
    }
    startComputes();
    m_idle.wait(lock, [this] { return m_running.empty() && m_readsQueued == 0 && m_computesQueued == 0; });
}

void Scheduler::setWanted(std::uint32_t slide, std::vector<WantedJob> jobs) {
    const std::lock_guard lock(m_mutex);
    std::vector<KnownJob> known;
    known.reserve(m_pending.size() + m_running.size());
    for (const Pending& job : m_pending) {
        if (job.key.slide == slide) {
            known.push_back({job.key, KnownJob::State::InPile});
        }
    }
    for (const auto& [key, running] : m_running) {
        if (key.slide == slide) {
            known.push_back(
                {key, running.stop.stop_requested() ? KnownJob::State::Stopped : KnownJob::State::InFlight});
        }
    }
    // The pile is made anew: what stays in it goes on having waited since it was first wanted.
    std::unordered_map<JobKey, Clock::time_point, JobKeyHash> waitingSince;
    std::erase_if(m_pending, [&](const Pending& job) {
        return job.key.slide == slide && waitingSince.emplace(job.key, job.wantedAt).second;
    });
    const Clock::time_point now = m_options.now();
    for (const JobDecision& decision : decideJobs(jobs, known)) {
        const auto since = waitingSince.find(decision.key);
        carryOut(decision, since != waitingSince.end() ? since->second : now);
    }
    std::ranges::stable_sort(m_pending, {}, &Pending::rank);
    startReads();
    startComputes();
}

void Scheduler::carryOut(const JobDecision& decision, Clock::time_point wantedAt) {
    switch (decision.action) {
        case JobDecision::Action::Start:
        case JobDecision::Action::Reorder: m_pending.push_back({decision.key, decision.rank, wantedAt}); return;
        case JobDecision::Action::Join: m_running.at(decision.key).rank = decision.rank; return;
        case JobDecision::Action::Cancel:
            if (const auto running = m_running.find(decision.key);
                running != m_running.end() && !running->second.stop.stop_requested()) {
                running->second.stop.request_stop();  // counted when it is gone
            } else {
                ++m_cancelled;
            }
            return;
    }
}

SchedulerUse Scheduler::use() const {
    const std::lock_guard lock(m_mutex);
    return {.inflight = static_cast<int>(m_running.size()) - m_paused,
            .inflightMax = m_inflightMax,
            .queueDepth = m_pending.size() + static_cast<std::size_t>(m_paused),
            .cancelled = m_cancelled};
}

JobLoad Scheduler::load() const {
    JobLoad load{.maxInflight = m_options.maxInflight};
    for (const Pending& job : m_pending) {
        load.urgent += isPrefetch(job.rank.want) ? 0 : 1;
    }
    for (const auto& [key, running] : m_running) {
        const bool isUrgent = !isPrefetch(running.rank.want) && !running.stop.stop_requested();
        load.urgent += isUrgent ? 1 : 0;
        load.prefetching += !isUrgent && !running.isPaused ? 1 : 0;
    }
    return load;
}

// A stopped job is ready to be dropped. One that is wanted again before it is gone waits in the pile until then.
bool Scheduler::isReady(const Running& job, const JobLoad& load) const {
    return job.stage == Stage::Ready && (job.stop.stop_requested() || mayCompute(job.rank.want, load));
}

void Scheduler::startReads() {
    const JobLoad now = load();
    const auto startable = static_cast<int>(std::ranges::count_if(
        m_pending, [&](const Pending& job) { return !m_running.contains(job.key) && mayStart(job.rank.want, now); }));
    const int places = std::min(m_options.maxInflight - static_cast<int>(m_running.size()) + m_paused,
                                m_options.maxReading - m_reading);
    for (int wanted = std::min(startable, places); m_readsQueued < wanted;) {
        ++m_readsQueued;
        m_io([this] { runRead(); });
    }
}

void Scheduler::startComputes() {
    const JobLoad now = load();
    const auto ready = static_cast<int>(
        std::ranges::count_if(m_running, [&](const auto& entry) { return isReady(entry.second, now); }));
    while (m_computesQueued < ready) {
        ++m_computesQueued;
        m_workers([this] { runCompute(); });
    }
}

void Scheduler::runRead() {
    std::optional<JobContext> context;
    {
        const std::lock_guard lock(m_mutex);
        --m_readsQueued;
        const JobLoad now = load();
        const auto best = std::ranges::find_if(m_pending, [&](const Pending& job) {
            return !m_running.contains(job.key) && mayStart(job.rank.want, now);
        });
        if (best == m_pending.end()) {
            notifyIfIdle();
            return;
        }
        Running& running = m_running[best->key];
        running.rank = best->rank;
        const std::chrono::duration<double, std::milli> queued = m_options.now() - best->wantedAt;
        context = JobContext{best->key, running.stop.token(), queued.count(), best->rank.want};
        m_pending.erase(best);
        ++m_reading;
        m_inflightMax = std::max(m_inflightMax, static_cast<int>(m_running.size()) - m_paused);
    }

    ComputeStep compute = context->stop.stop_requested() ? ComputeStep{} : m_read(*context);
    const bool isDropped = context->stop.stop_requested();
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
    startComputes();
    startReads();
}

void Scheduler::runCompute() {
    // There are as many calls of this function under way as there are jobs ready; each takes the best of them.
    std::optional<JobKey> key;
    ComputeStep compute;
    StopSource stop;
    Want want = Want::Visible;
    {
        const std::lock_guard lock(m_mutex);
        --m_computesQueued;
        const JobLoad now = load();
        Running* best = nullptr;
        for (auto& [candidateKey, candidate] : m_running) {
            if (isReady(candidate, now) && (best == nullptr || candidate.rank < best->rank)) {
                best = &candidate;
                key = candidateKey;
            }
        }
        if (best == nullptr) {
            notifyIfIdle();
            return;
        }
        best->stage = Stage::Computing;
        m_paused -= std::exchange(best->isPaused, false) ? 1 : 0;
        m_inflightMax = std::max(m_inflightMax, static_cast<int>(m_running.size()) - m_paused);
        compute = std::move(best->compute);
        stop = best->stop;
        want = best->rank.want;
    }
    const JobOutcome outcome = stop.stop_requested() ? JobOutcome::Abandoned : compute(want);
    if (outcome != JobOutcome::Paused) {
        compute = nullptr;  // frees the job's bytes outside the lock
    }

    const std::lock_guard lock(m_mutex);
    if (outcome != JobOutcome::Paused) {
        finish(*key, outcome);
        return;
    }
    Running& running = m_running.at(*key);
    running.stage = Stage::Ready;
    running.compute = std::move(compute);
    running.rank.want = std::max(running.rank.want, Want::Ring);
    running.isPaused = true;
    ++m_paused;
    startReads();
    startComputes();
}

void Scheduler::finish(const JobKey& key, JobOutcome outcome) {
    m_cancelled += outcome == JobOutcome::Abandoned ? 1 : 0;
    m_running.erase(key);
    startReads();
    startComputes();
    notifyIfIdle();
}

void Scheduler::notifyIfIdle() {
    if (m_running.empty() && m_readsQueued == 0 && m_computesQueued == 0) {
        m_idle.notify_all();
    }
}

}  // namespace origami
