#include "core/schedule/scheduler.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace origami {

Scheduler::Scheduler(SchedulerOptions options, Executor io, Executor workers, ReadStep read)
    : m_options(std::move(options)), m_io(std::move(io)), m_workers(std::move(workers)), m_read(std::move(read)) {}

Scheduler::~Scheduler() {
    std::unique_lock lock(m_mutex);
    stopAll();
    m_idle.wait(lock, [this] { return isIdle(); });
}

bool Scheduler::stop(std::chrono::milliseconds patience) {
    std::unique_lock lock(m_mutex);
    stopAll();
    return m_idle.wait_for(lock, patience, [this] { return isIdle(); });
}

void Scheduler::stopAll() {
    m_pending.clear();
    m_isStopping = true;
    for (auto& [key, running] : m_running) {
        running.stop.request_stop();
    }
    startComputes();
}

bool Scheduler::hasNoJobs() const {
    return m_running.empty() && m_pending.empty();
}

bool Scheduler::isIdle() const {
    return m_running.empty() && m_readsQueued == 0 && !m_isCachedReadQueued && m_computesQueued == 0 &&
           !m_idleWorkQueued;
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
        case JobDecision::Action::Join: {
            Running& running = m_running.at(decision.key);
            running.rank = decision.rank;
            running.isJoined = true;
            return;
        }
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
    const auto waiting = std::ranges::count_if(m_running, [](const auto& entry) {
        const Running& job = entry.second;
        return job.isPaused || (job.isUnderWay() && !job.holdsPlace());
    });
    return {.inflight = placesTaken(),
            .inflightMax = m_inflightMax,
            .inflightLimit = m_options.maxInflight,
            .queueDepth = m_pending.size() + static_cast<std::size_t>(waiting),
            .cancelled = m_cancelled};
}

void Scheduler::setMaxInflight(int jobs) {
    const std::lock_guard lock(m_mutex);
    m_options.maxInflight = jobs;
    startReads();
    startComputes();
}

void Scheduler::setReadSpeed(std::uint32_t slide, ReadSpeed speed) {
    const std::lock_guard lock(m_mutex);
    if (readSpeed(slide) == speed) {
        return;
    }
    if (speed == ReadSpeed::Quick) {
        m_readSpeeds.erase(slide);
    } else {
        m_readSpeeds[slide] = speed;
    }
    startReads();
}

ReadSpeed Scheduler::readSpeed(std::uint32_t slide) const {
    const auto found = m_readSpeeds.find(slide);
    return found != m_readSpeeds.end() ? found->second : ReadSpeed::Quick;
}

double Scheduler::oldestReadMs(std::uint32_t slide) const {
    const std::lock_guard lock(m_mutex);
    const Clock::time_point now = m_options.now();
    std::chrono::duration<double, std::milli> oldest{0};
    for (const auto& [key, running] : m_running) {
        if (key.slide == slide && running.stage == Stage::Reading) {
            oldest = std::max<std::chrono::duration<double, std::milli>>(oldest, now - running.startedAt);
        }
    }
    return oldest.count();
}

int Scheduler::placesTaken() const {
    return static_cast<int>(
        std::ranges::count_if(m_running, [](const auto& entry) { return entry.second.holdsPlace(); }));
}

JobLoad Scheduler::load() const {
    JobLoad load{.maxInflight = m_options.maxInflight,
                 .maxPrefetchReads = prefetchReadsOfOneSlide(m_options.maxReading)};
    for (const Pending& job : m_pending) {
        load.urgent += isPrefetch(job.rank.want) ? 0 : 1;
    }
    for (const auto& [key, running] : m_running) {
        const bool isUrgent = !isPrefetch(running.rank.want) && !running.stop.stop_requested();
        load.urgent += isUrgent ? 1 : 0;
        load.inflight += running.holdsPlace() ? 1 : 0;
        if (!running.isUnderWay()) {
            continue;
        }
        load.weight += weightOf(key);
        if (!isUrgent) {
            ++load.prefetching;
            load.prefetchWeight += weightOf(key);
            load.prefetchReads += running.isSlow && running.stage == Stage::Reading && !running.cameAlong ? 1 : 0;
        }
    }
    return load;
}

// A stopped job is ready to be dropped. One that is wanted again before it is gone waits in the pile until then.
bool Scheduler::isReady(const Running& job, const JobLoad& load) const {
    const bool hasPlace = !job.isSlow || load.inflight < load.maxInflight;
    return job.stage == Stage::Ready && (job.stop.stop_requested() || (hasPlace && mayCompute(job.rank.want, load)));
}

bool Scheduler::mayRead(const Pending& job, const JobLoad& load, bool comesAlong) const {
    const bool isSlow = readSpeed(job.key.slide) == ReadSpeed::Slow;
    if (m_running.contains(job.key)) {
        return false;
    }
    if (comesAlong) {
        return mayComeAlong(job.rank.want, load, isSlow);
    }
    const auto reading = m_reading.find(job.key.slide);
    return mayStart(job.rank.want, load, isSlow) &&
           (reading == m_reading.end() || reading->second < readsOfOneSlide(m_options.maxReading));
}

void Scheduler::startReads() {
    const JobLoad now = load();
    std::array<int, 3> startable{};  // by speed
    for (const Pending& job : m_pending) {
        startable[static_cast<std::size_t>(readSpeed(job.key.slide))] += mayRead(job, now) ? 1 : 0;
    }
    const auto places = [&](ReadSpeed speed) {
        return std::min(startable[static_cast<std::size_t>(speed)], placesFree(now, speed == ReadSpeed::Slow));
    };
    // One at a time, which calls the next: waking a worker takes the thread that does it longer than all else here, and
    // that may be the window's.
    if (!m_isCachedReadQueued && places(ReadSpeed::Cached) > 0) {
        m_isCachedReadQueued = true;
        m_workers([this] { runRead(true); });
    }
    int reading = 0;
    for (const auto& [slide, reads] : m_reading) {
        reading += reads;
    }
    for (const int wanted =
             std::min(places(ReadSpeed::Quick) + places(ReadSpeed::Slow), m_options.maxReading - reading);
         m_readsQueued < wanted;) {
        ++m_readsQueued;
        m_io([this] { runRead(false); });
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

JobContext Scheduler::take(std::vector<Pending>::iterator job) {
    const Clock::time_point now = m_options.now();
    Running& running = m_running[job->key];
    running.rank = job->rank;
    running.wantedAt = job->wantedAt;
    running.startedAt = now;
    running.isSlow = readSpeed(job->key.slide) == ReadSpeed::Slow;
    const std::chrono::duration<double, std::milli> queued = now - job->wantedAt;
    const JobContext context{job->key, running.stop.token(), queued.count(), job->rank.want};
    m_pending.erase(job);
    m_inflightMax = std::max(m_inflightMax, placesTaken());
    return context;
}

// The best job, and those that are read together with it: none that waits around the view with one that is in it.
std::vector<JobContext> Scheduler::takeReads(bool areCached) {
    std::vector<JobContext> taken;
    const auto best = std::ranges::find_if(m_pending, [&, now = load()](const Pending& job) {
        const ReadSpeed speed = readSpeed(job.key.slide);
        return (speed == ReadSpeed::Cached) == areCached && placesFree(now, speed == ReadSpeed::Slow) > 0 &&
               mayRead(job, now);
    });
    if (best == m_pending.end()) {
        return taken;  // there were more places when the read was queued, or it was another's
    }
    const bool isSlow = readSpeed(best->key.slide) == ReadSpeed::Slow;
    const bool isAhead = isPrefetch(best->rank.want);
    taken.push_back(take(best));
    if (m_options.neighbours) {
        for (const JobKey& key : m_options.neighbours(taken.front().key)) {
            const auto neighbour = std::ranges::find(m_pending, key, &Pending::key);
            if (neighbour == m_pending.end() || (!isAhead && neighbour->rank.want > Want::Predicted)) {
                continue;
            }
            const JobLoad now = load();
            if (placesFree(now, isSlow) == 0) {
                break;
            }
            if (mayRead(*neighbour, now, true)) {
                taken.push_back(take(neighbour));
                m_running.at(key).cameAlong = true;
            }
        }
    }
    if (!areCached) {
        ++m_reading[taken.front().key.slide];
    }
    return taken;
}

// What could not be read without waiting waits for a thread that may.
void Scheduler::putBack(const std::vector<JobContext>& jobs) {
    m_readSpeeds.erase(jobs.front().key.slide);
    for (const JobContext& job : jobs) {
        if (job.stop.stop_requested()) {
            finish(job.key, JobOutcome::Abandoned);
        } else {
            const Running& running = m_running.at(job.key);
            m_pending.push_back({job.key, running.rank, running.wantedAt});
            m_running.erase(job.key);
        }
    }
    std::ranges::stable_sort(m_pending, {}, &Pending::rank);
    startReads();
}

void Scheduler::runRead(bool isCached) {
    std::vector<JobContext> jobs;
    {
        const std::lock_guard lock(m_mutex);
        if (isCached) {
            m_isCachedReadQueued = false;
        } else {
            --m_readsQueued;
        }
        jobs = takeReads(isCached);
        if (jobs.empty()) {
            notifyIfIdle();
            return;
        }
        if (isCached) {
            startReads();
        }
    }

    const auto isDropped = [](const JobContext& job) { return job.stop.stop_requested(); };
    std::optional<std::vector<ComputeStep>> steps(std::in_place, jobs.size());
    if (!std::ranges::all_of(jobs, isDropped)) {
        steps = isCached ? m_options.readCached(jobs) : m_read(jobs);
    }
    std::vector<bool> dropped(jobs.size());
    for (std::size_t i = 0; steps && i < jobs.size(); ++i) {
        dropped[i] = isDropped(jobs[i]);
        if (dropped[i]) {
            (*steps)[i] = nullptr;  // frees the job's bytes outside the lock
        }
    }

    const std::lock_guard lock(m_mutex);
    if (!steps) {
        putBack(jobs);
        return;
    }
    if (!isCached) {
        const auto reading = m_reading.find(jobs.front().key.slide);
        if (--reading->second == 0) {
            m_reading.erase(reading);
        }
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        Running& running = m_running.at(jobs[i].key);
        if (ComputeStep& step = (*steps)[i]) {
            running.stage = Stage::Ready;
            running.compute = std::move(step);
        } else {
            finish(jobs[i].key, dropped[i] ? JobOutcome::Abandoned : JobOutcome::Done);
        }
    }
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
        best->isPaused = false;
        best->isJoined = false;
        m_inflightMax = std::max(m_inflightMax, placesTaken());
        compute = std::move(best->compute);
        stop = best->stop;
        want = best->rank.want;
    }
    const JobOutcome outcome = stop.stop_requested() ? JobOutcome::Abandoned : compute(want);
    if (outcome != JobOutcome::Paused) {
        compute = nullptr;  // frees the job's bytes outside the lock
    }

    const std::lock_guard lock(m_mutex);
    Running& running = m_running.at(*key);
    if (outcome == JobOutcome::Paused) {
        running.stage = Stage::Ready;
        running.compute = std::move(compute);
        running.isPaused = true;
        if (!running.isJoined) {
            running.rank.want = std::max(running.rank.want, Want::Ring);
        }
        startReads();
        startComputes();
        return;
    }
    if (outcome == JobOutcome::Served && running.isJoined && !running.stop.stop_requested()) {
        // What it was wanted for came too late for it: once more.
        m_pending.push_back({*key, running.rank, m_options.now()});
        std::ranges::stable_sort(m_pending, {}, &Pending::rank);
    }
    finish(*key, outcome);
}

void Scheduler::finish(const JobKey& key, JobOutcome outcome) {
    m_cancelled += outcome == JobOutcome::Abandoned ? 1 : 0;
    m_running.erase(key);
    m_hasIdleWork = m_options.whenIdle && !m_isStopping;
    startReads();
    startComputes();
    startIdleWork();
    notifyIfIdle();
}

void Scheduler::startIdleWork() {
    if (m_hasIdleWork && !m_idleWorkQueued && hasNoJobs()) {
        m_idleWorkQueued = true;
        m_workers([this] { runIdleWork(); });
    }
}

void Scheduler::runIdleWork() {
    bool isStillIdle = false;
    {
        const std::lock_guard lock(m_mutex);
        isStillIdle = hasNoJobs() && !m_isStopping;
    }
    const bool isDone = isStillIdle && !m_options.whenIdle();
    const std::lock_guard lock(m_mutex);
    m_idleWorkQueued = false;
    m_hasIdleWork = !isDone && !m_isStopping;
    startIdleWork();
    notifyIfIdle();
}

void Scheduler::notifyIfIdle() {
    if (isIdle()) {
        m_idle.notify_all();
    }
}

}  // namespace origami
