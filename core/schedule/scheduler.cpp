#include "core/schedule/scheduler.h"

#include "core/base/guard.h"

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

namespace origami {
namespace {

constexpr std::size_t kMostReadTogether = 16;

bool isStopped(const JobContext& job) {
    return job.stop.stop_requested();
}

}  // namespace

Scheduler::Scheduler(SchedulerOptions options, Executor io, Executor workers, JobSource& source)
    : m_options(std::move(options)), m_io(std::move(io)), m_workers(std::move(workers)), m_source(source) {}

Scheduler::~Scheduler() {
    Lock lock(m_mutex);
    stopAll();
    callExecutors(lock);
    m_idle.wait(lock, [this] { return isIdle(); });
}

bool Scheduler::stop(std::chrono::milliseconds patience) {
    Lock lock(m_mutex);
    stopAll();
    callExecutors(lock);
    return m_idle.wait_for(lock, patience, [this] { return isIdle(); });
}

void Scheduler::stopAll() {
    m_pending.clear();
    for (auto& [key, running] : m_running) {
        running.stop.request_stop();
    }
}

bool Scheduler::isIdle() const {
    return m_running.empty() && m_readsQueued == 0 && m_computesQueued == 0 && m_callers == 0;
}

void Scheduler::setWanted(std::uint32_t slide, const std::vector<WantedJob>& jobs) {
    Lock lock(m_mutex);
    const Clock::time_point now = m_options.now();
    // The pile is made anew. A job that stays in it has been waiting since it was first wanted.
    std::unordered_map<JobKey, Clock::time_point, JobKeyHash> waitingSince;
    std::erase_if(m_pending, [&](const Pending& job) {
        return job.key.slide == slide && waitingSince.emplace(job.key, job.wantedAt).second;
    });
    std::unordered_set<JobKey, JobKeyHash> wanted;
    for (std::size_t order = 0; order < jobs.size(); ++order) {
        const auto& [key, want] = jobs[order];
        if (!wanted.insert(key).second) {
            continue;  // the first mention counts
        }
        const auto running = m_running.find(key);
        if (running != m_running.end() && !running->second.stop.stop_requested()) {
            running->second.rank = {want, order};
            running->second.isJoined = true;
        } else {
            const auto since = waitingSince.extract(key);
            m_pending.push_back({key, {want, order}, since ? since.mapped() : now});
        }
    }
    m_cancelled += static_cast<std::int64_t>(waitingSince.size());  // what is left in it is no longer wanted
    for (auto& [key, running] : m_running) {
        if (key.slide == slide && !wanted.contains(key)) {
            running.stop.request_stop();  // finish() counts it
        }
    }
    std::ranges::stable_sort(m_pending, {}, &Pending::rank);
    callExecutors(lock);
}

void Scheduler::setMaxInflight(int jobs) {
    Lock lock(m_mutex);
    m_options.maxInflight = jobs;
    callExecutors(lock);
}

SchedulerUse Scheduler::use() const {
    const std::lock_guard lock(m_mutex);
    const auto waiting = std::ranges::count_if(m_running, [](const auto& entry) {
        const Running& job = entry.second;
        return job.isPaused || (job.isUnderWay() && !job.takesPlace());
    });
    return {.inflight = placesTaken(),
            .inflightMax = m_inflightMax,
            .inflightLimit = m_options.maxInflight,
            .queueDepth = m_pending.size() + static_cast<std::size_t>(waiting),
            .cancelled = m_cancelled};
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
        std::ranges::count_if(m_running, [](const auto& entry) { return entry.second.takesPlace(); }));
}

JobLoad Scheduler::load() const {
    JobLoad load{.maxInflight = m_options.maxInflight};
    for (const Pending& job : m_pending) {
        load.urgent += isPrefetch(job.rank.want) ? 0 : 1;
    }
    for (const auto& [key, running] : m_running) {
        const bool isUrgent = !isPrefetch(running.rank.want) && !running.stop.stop_requested();
        load.urgent += isUrgent ? 1 : 0;
        load.inflight += running.takesPlace() ? 1 : 0;
        if (!running.isUnderWay()) {
            continue;
        }
        load.weight += weightOf(key);
        if (!isUrgent) {
            ++load.prefetching;
            load.prefetchWeight += weightOf(key);
        }
    }
    return load;
}

// A stopped job may run, to be dropped. If it is wanted again before it is gone, it waits in the pile until then.
bool Scheduler::mayComputeNow(const Running& job, const JobLoad& load) const {
    const bool hasPlace = !job.isSlow || load.inflight < load.maxInflight;
    return job.stage == Stage::Ready && (job.stop.stop_requested() || (hasPlace && mayCompute(job.rank.want, load)));
}

bool Scheduler::mayRead(const Pending& job, const JobLoad& load) const {
    const bool slow = isSlow(job.key);
    return !m_running.contains(job.key) && placesFree(load, slow) > 0 && mayStart(job.rank.want, load, slow);
}

// A slide whose disk does not answer leaves some readers to others.
bool Scheduler::hasReaderLeft(const Pending& job) const {
    const auto reading = m_reading.find(job.key.slide);
    return reading == m_reading.end() || reading->second < readsOfOneSlide(m_options.maxReading);
}

int Scheduler::readsDue() const {
    const JobLoad now = load();
    int quick = 0;
    int slow = 0;
    for (const Pending& job : m_pending) {
        if (hasReaderLeft(job) && mayRead(job, now)) {
            ++(isSlow(job.key) ? slow : quick);
        }
    }
    int reading = 0;
    for (const auto& [slide, reads] : m_reading) {
        reading += reads;
    }
    return std::min(std::min(quick, placesFree(now, false)) + std::min(slow, placesFree(now, true)),
                    m_options.maxReading - reading);
}

int Scheduler::computesDue() const {
    const JobLoad now = load();
    return static_cast<int>(
        std::ranges::count_if(m_running, [&](const auto& entry) { return mayComputeNow(entry.second, now); }));
}

// Hands to the executors what can be done now, with the lock released meanwhile: waking or starting a thread takes
// longer than everything else here. Each call that is handed over picks the best job when it begins. A call that an
// executor cannot take is handed over with the next change instead.
void Scheduler::callExecutors(Lock& lock) {
    const int reads = std::max(0, readsDue() - m_readsQueued);
    const int computes = std::max(0, computesDue() - m_computesQueued);
    if (reads + computes > 0) {
        m_readsQueued += reads;
        m_computesQueued += computes;
        ++m_callers;
        lock.unlock();
        int readsRefused = 0;
        int computesRefused = 0;
        for (int i = 0; i < reads; ++i) {
            readsRefused += m_io([this] { runRead(); }) ? 0 : 1;
        }
        for (int i = 0; i < computes; ++i) {
            computesRefused += m_workers([this] { runCompute(); }) ? 0 : 1;
        }
        lock.lock();
        m_readsQueued -= readsRefused;
        m_computesQueued -= computesRefused;
        --m_callers;
    }
    notifyIfIdle();
}

JobContext Scheduler::take(std::vector<Pending>::iterator job) {
    const Clock::time_point now = m_options.now();
    Running& running = m_running[job->key];
    running.rank = job->rank;
    running.startedAt = now;
    running.isSlow = isSlow(job->key);
    const std::chrono::duration<double, std::milli> queued = now - job->wantedAt;
    JobContext context{job->key, running.stop.token(), queued.count(), job->rank.want};
    m_pending.erase(job);
    m_inflightMax = std::max(m_inflightMax, placesTaken());
    return context;
}

void Scheduler::takeBest(std::vector<JobContext>& jobs) {
    const JobLoad now = load();
    const auto best =
        std::ranges::find_if(m_pending, [&](const Pending& job) { return hasReaderLeft(job) && mayRead(job, now); });
    if (best != m_pending.end()) {
        ++m_reading[best->key.slide];
        jobs.push_back(take(best));
    }
}

// A read for the view does not bring along tiles that merely lie around the view: they would delay it.
void Scheduler::takeAlong(std::vector<JobContext>& jobs, std::span<const JobKey> beside) {
    const bool isAhead = isPrefetch(jobs.front().want);
    for (const JobKey& key : beside) {
        const auto job = std::ranges::find(m_pending, key, &Pending::key);
        if (jobs.size() == jobs.capacity() || job == m_pending.end() ||
            (!isAhead && job->rank.want > Want::Predicted) || !mayRead(*job, load())) {
            continue;
        }
        jobs.push_back(take(job));
    }
}

void Scheduler::runRead() {
    std::vector<JobContext> jobs;
    Lock lock(m_mutex);
    --m_readsQueued;
    try {
        jobs.reserve(kMostReadTogether);
        takeBest(jobs);
    } catch (const std::bad_alloc&) {
        // The job stays in the pile until something changes.
    }
    if (jobs.empty()) {
        notifyIfIdle();  // there were more places when the call was handed over
        return;
    }
    lock.unlock();

    ReadJobs read;
    std::optional<Error> error;
    try {
        if (const std::vector<JobKey> beside = m_source.readTogetherWith(jobs.front().key); !beside.empty()) {
            const std::lock_guard inner(m_mutex);
            takeAlong(jobs, beside);
        }
        if (!std::ranges::all_of(jobs, isStopped)) {
            read = m_source.read(jobs);
        }
    } catch (...) {
        error = currentException();
    }
    read.steps.resize(error ? 0 : read.steps.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (error) {
            m_source.fail(jobs[i].key, *error);
        } else if (isStopped(jobs[i]) && i < read.steps.size()) {
            read.steps[i] = nullptr;  // frees the job's bytes without the lock
        }
    }

    lock.lock();
    storeRead(jobs, read);
    callExecutors(lock);
}

void Scheduler::storeRead(std::span<const JobContext> jobs, ReadJobs& read) {
    const std::uint32_t slide = jobs.front().key.slide;
    const auto reading = m_reading.find(slide);
    if (--reading->second == 0) {
        m_reading.erase(reading);
    }
    if (read.steps.empty()) {
        // Stopped or failed: nothing is known about the slide's speed.
    } else if (read.isSlow) {
        m_slow.insert(slide);
    } else {
        m_slow.erase(slide);
    }
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (i < read.steps.size() && read.steps[i]) {
            Running& running = m_running.at(jobs[i].key);
            running.stage = Stage::Ready;
            running.compute = std::move(read.steps[i]);
        } else {
            const bool isDone = i < read.steps.size() && !isStopped(jobs[i]);
            finish(jobs[i].key, isDone ? JobOutcome::Done : JobOutcome::Abandoned);
        }
    }
}

// Called once for each job that is ready. Each call takes the job that is best by then.
void Scheduler::runCompute() {
    Lock lock(m_mutex);
    --m_computesQueued;
    const JobLoad now = load();
    auto best = m_running.end();
    for (auto candidate = m_running.begin(); candidate != m_running.end(); ++candidate) {
        if (mayComputeNow(candidate->second, now) &&
            (best == m_running.end() || candidate->second.rank < best->second.rank)) {
            best = candidate;
        }
    }
    if (best == m_running.end()) {
        notifyIfIdle();
        return;
    }
    const JobKey key = best->first;
    Running& job = best->second;  // stays where it is until finish()
    job.stage = Stage::Computing;
    job.isPaused = false;
    job.isJoined = false;
    m_inflightMax = std::max(m_inflightMax, placesTaken());
    ComputeStep compute = std::move(job.compute);
    const StopSource stop = job.stop;
    const Want want = job.rank.want;
    lock.unlock();

    JobOutcome outcome = JobOutcome::Abandoned;
    try {
        if (!stop.stop_requested()) {
            outcome = compute(want);
        }
    } catch (...) {
        m_source.fail(key, currentException());
    }
    if (outcome != JobOutcome::Paused) {
        compute = nullptr;  // frees the job's bytes without the lock
    }

    lock.lock();
    if (outcome == JobOutcome::Paused) {
        job.stage = Stage::Ready;
        job.compute = std::move(compute);
        job.isPaused = true;
        if (!job.isJoined) {
            job.rank.want = std::max(job.rank.want, Want::Ring);
        }
    } else {
        finish(key, outcome);
    }
    callExecutors(lock);
}

void Scheduler::finish(const JobKey& key, JobOutcome outcome) {
    m_cancelled += outcome == JobOutcome::Abandoned ? 1 : 0;
    const auto job = m_running.find(key);
    if (outcome == JobOutcome::Served && job->second.isJoined && !job->second.stop.stop_requested()) {
        // The job was wanted for something else after its step had looked: it runs once more.
        const Pending again{key, job->second.rank, m_options.now()};
        m_pending.insert(std::ranges::upper_bound(m_pending, again.rank, {}, &Pending::rank), again);
    }
    m_running.erase(job);
}

void Scheduler::notifyIfIdle() {
    if (isIdle()) {
        m_idle.notify_all();
    }
}

}  // namespace origami
