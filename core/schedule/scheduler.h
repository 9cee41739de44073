// Decides which job runs next. One pile of wanted jobs, replaced by every view change and looked at again whenever
// a thread becomes free: there is no queue in which something stale could stand in front of something fresh.
//
// A job has two steps: reading bytes (I/O executor), and computing from them (worker executor). It is in flight from
// the start of the first to the end of the second, at most once per key; wanting it again meanwhile joins it.
// Wanting it no longer stops it: its stop token is raised, and it is dropped before its next step.
//
// Computing may pause when what was urgent is done: the job then goes on as prefetch, when it is the best again. Paused
// jobs take no place among those in flight.
#pragma once

#include "core/base/stop_token.h"
#include "core/schedule/job_decisions.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace origami {

struct JobContext {
    JobKey key;
    StopToken stop;
    double queueMs;  // from being wanted to being started
    Want want;       // what for, when it was started
};

enum class JobOutcome {
    Done,       // the result is where it belongs
    Abandoned,  // stopped on the way
    Paused,     // there is more to do, none of it urgent: call again
};

// Is told what the job is wanted for now.
using ComputeStep = std::function<JobOutcome(Want)>;
// Called on the I/O executor. An empty step means that there is nothing left to do.
using ReadStep = std::function<ComputeStep(const JobContext&)>;

// Each runs the function it is given, some time, on some thread.
using Executor = std::function<void(std::function<void()>)>;

struct SchedulerOptions {
    int maxInflight = 4;  // jobs in flight
    int maxReading = 4;   // of these, in their read step
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

struct SchedulerUse {
    int inflight = 0;            // but for paused ones
    int inflightMax = 0;         // most ever at once
    std::size_t queueDepth = 0;  // wanted and not in flight, or paused
    std::int64_t cancelled = 0;  // jobs dropped before they were done
};

// Thread-safe.
class Scheduler {
public:
    Scheduler(SchedulerOptions options, Executor io, Executor workers, ReadStep read);
    // Stops everything and blocks until no job is in flight and the executors have called back.
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    // Replaces everything that `slide` wanted before; `jobs` come best first. Microseconds.
    void setWanted(std::uint32_t slide, std::vector<WantedJob> jobs);
    [[nodiscard]] SchedulerUse use() const;

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
        Stage stage = Stage::Reading;
        bool isPaused = false;
        ComputeStep compute;
    };

    // All with m_mutex held.
    [[nodiscard]] JobLoad load() const;
    [[nodiscard]] bool isReady(const Running& job, const JobLoad& load) const;
    void startReads();
    void startComputes();
    void carryOut(const JobDecision& decision, Clock::time_point now);
    void finish(const JobKey& key, JobOutcome outcome);
    void notifyIfIdle();

    void runRead();
    void runCompute();

    const SchedulerOptions m_options;
    const Executor m_io;
    const Executor m_workers;
    const ReadStep m_read;

    mutable std::mutex m_mutex;
    std::condition_variable m_idle;
    std::vector<Pending> m_pending;  // sorted by rank
    std::unordered_map<JobKey, Running, JobKeyHash> m_running;
    int m_paused = 0;       // of these
    int m_readsQueued = 0;  // handed to the I/O executor, not yet begun
    int m_reading = 0;
    int m_computesQueued = 0;  // handed to the worker executor, not yet begun
    int m_inflightMax = 0;
    std::int64_t m_cancelled = 0;
};

}  // namespace origami
