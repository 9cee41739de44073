// Decides which job runs next. There is one pile of wanted jobs for all slides. A view change replaces the jobs of its
// slide, and a thread that becomes free looks at the pile anew, so no stale job can delay a fresh one.
//
// A job is in flight from the start of its first step (reading, I/O executor) to the end of its second (computing,
// worker executor), at most once for each key. If it is wanted again meanwhile, the new wish joins it. If it is no
// longer wanted, its stop token is raised and it is dropped before its next step.
//
// A job in flight takes one of a limited number of places, so that no more is read than can be computed soon. There are
// three exceptions. A read that has been stopped takes no place: a disk that does not answer holds up nothing but its
// thread. A job of a slow slide takes a place only while it is computed: what is in view then waits for the disk once,
// instead of once for each place. A paused job takes no place: it has done what was urgent, and goes on as prefetch
// when it is the best job again.
#pragma once

#include "core/schedule/job_limits.h"
#include "core/schedule/job_source.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace origami {

struct SchedulerOptions {
    int maxInflight = 4;  // places
    int maxReading = 4;   // reads under way at once
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

struct SchedulerUse {
    int inflight = 0;     // places taken
    int inflightMax = 0;  // most places ever taken at once
    int inflightLimit = 0;
    std::size_t queueDepth = 0;  // jobs that are wanted and take no place
    std::int64_t cancelled = 0;  // jobs dropped before they were done
};

// Thread-safe.
class Scheduler {
public:
    // The source must outlive the scheduler.
    Scheduler(SchedulerOptions options, Executor io, Executor workers, JobSource& source);
    // Stops everything, and blocks until no job is in flight and the executors have called back.
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    // Stops everything and blocks until that is done, or until `patience` is over. Returns whether it is done: a read
    // that does not come back cannot be interrupted.
    bool stop(std::chrono::milliseconds patience);

    // Replaces everything that `slide` wanted before; `jobs` come best first. Microseconds.
    void setWanted(std::uint32_t slide, const std::vector<WantedJob>& jobs);
    // Jobs in flight beyond the limit go on.
    void setMaxInflight(int jobs);

    [[nodiscard]] SchedulerUse use() const;
    // How long the oldest read of a slide that is under way has taken so far. Stopped reads count, too.
    [[nodiscard]] double oldestReadMs(std::uint32_t slide) const;

private:
    using Clock = std::chrono::steady_clock;
    struct Pending {
        JobKey key;
        JobRank rank;
        Clock::time_point wantedAt;
    };
    enum class Stage { Reading, Ready, Computing };
    struct Running {
        JobRank rank;
        StopSource stop;
        Clock::time_point startedAt;
        Stage stage = Stage::Reading;
        bool isSlow = false;  // its slide was slow when it was started
        bool isPaused = false;
        bool isJoined = false;  // wanted anew since its step began
        ComputeStep compute;
        [[nodiscard]] bool isUnderWay() const noexcept {
            return !isPaused && (stage != Stage::Reading || !stop.stop_requested());
        }
        [[nodiscard]] bool takesPlace() const noexcept {
            return isUnderWay() && (!isSlow || stage == Stage::Computing);
        }
    };
    using Lock = std::unique_lock<std::mutex>;

    void runRead();
    void runCompute();
    void callExecutors(Lock& lock);

    // Call the functions below with m_mutex held.
    [[nodiscard]] bool isSlow(const JobKey& job) const { return m_slow.contains(job.slide); }
    [[nodiscard]] JobLoad load() const;
    [[nodiscard]] int placesTaken() const;
    [[nodiscard]] bool mayRead(const Pending& job, const JobLoad& load) const;
    [[nodiscard]] bool hasReaderLeft(const Pending& job) const;
    [[nodiscard]] bool mayComputeNow(const Running& job, const JobLoad& load) const;
    [[nodiscard]] int readsDue() const;
    [[nodiscard]] int computesDue() const;
    void takeBest(std::vector<JobContext>& jobs);
    void takeAlong(std::vector<JobContext>& jobs, std::span<const JobKey> beside);
    JobContext take(std::vector<Pending>::iterator job);
    void storeRead(std::span<const JobContext> jobs, ReadJobs& read);
    void finish(const JobKey& key, JobOutcome outcome);
    void stopAll();
    [[nodiscard]] bool isIdle() const;
    void notifyIfIdle();

    SchedulerOptions m_options;
    const Executor m_io;
    const Executor m_workers;
    JobSource& m_source;

    mutable std::mutex m_mutex;
    std::condition_variable m_idle;
    std::vector<Pending> m_pending;  // sorted by rank
    std::unordered_map<JobKey, Running, JobKeyHash> m_running;
    std::unordered_map<std::uint32_t, int> m_reading;  // reads under way, by slide
    std::unordered_set<std::uint32_t> m_slow;          // slides whose reads take long
    int m_readsQueued = 0;                             // handed to the I/O executor and not yet begun
    int m_computesQueued = 0;                          // handed to the worker executor and not yet begun
    int m_callers = 0;                                 // threads that are handing something to an executor
    int m_inflightMax = 0;
    std::int64_t m_cancelled = 0;
};

}  // namespace origami
