// Decides which job runs next. One pile of wanted jobs, replaced by every view change and looked at again whenever
// a thread becomes free: there is no queue in which something stale could stand in front of something fresh.
//
// A job has two steps: reading bytes (I/O executor), and computing from them (worker executor). Where the bytes are in
// the system's cache workers read them: another thread would have to be woken, and on its core. A job is in flight from
// the start of the first to the end of the second, at most once per key; wanting it again meanwhile joins it.
// Wanting it no longer stops it: its stop token is raised, and it is dropped before its next step. A read that is
// stopped takes no place among those in flight any more: a disk that does not answer holds up nothing but its thread,
// and one slide cannot take all of these. Where reads take long a job takes a place only while it is computed: as many
// reads are under way as there are threads for, so that what is in view waits for the disk once, not once for each
// place.
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
#include <optional>
#include <span>
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
    Served,     // so is what was wanted when it looked: if it has been wanted anew since, it is read once more
    Abandoned,  // stopped on the way
    Paused,     // there is more to do, none of it urgent: call again
};

// Is told what the job is wanted for now.
using ComputeStep = std::function<JobOutcome(Want)>;
// Called on the I/O executor with one job, or with several of a slide that are read together. One step for each; an
// empty one means that there is nothing left to do.
using ReadStep = std::function<std::vector<ComputeStep>(std::span<const JobContext>)>;
// The same on the worker executor, where it must not wait for a disk: null if it would have to.
using CachedReadStep = std::function<std::optional<std::vector<ComputeStep>>(std::span<const JobContext>)>;
// The jobs that would better be read together with this one, best first. Called often, with a lock held.
using ReadNeighbours = std::function<std::vector<JobKey>(const JobKey&)>;

// Each runs the function it is given, some time, on some thread.
using Executor = std::function<void(std::function<void()>)>;

struct SchedulerOptions {
    int maxInflight = 4;          // jobs in flight
    int maxReading = 4;           // reads under way
    ReadNeighbours neighbours{};  // none if empty
    CachedReadStep readCached{};  // for slides of ReadSpeed::Cached
    // Called on the worker executor when nothing is wanted and nothing under way, again and again while it says that
    // there is more to do and nothing is wanted still. Each call holds up what is wanted meanwhile: keep it short.
    std::function<bool()> whenIdle{};
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

// How long reads of a slide take.
enum class ReadSpeed {
    Cached,  // they come from the system's cache
    Quick,   // no longer than it takes to compute from them
    Slow,    // as long as a disk or a share needs to find the place
};

struct SchedulerUse {
    int inflight = 0;     // those that take a place
    int inflightMax = 0;  // most ever at once
    int inflightLimit = 0;
    std::size_t queueDepth = 0;  // wanted and without a place, or paused
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

    // Stops everything and blocks until it has, or for so long: whether it has. A read that does not come back cannot
    // be interrupted.
    bool stop(std::chrono::milliseconds patience);

    // Replaces everything that `slide` wanted before; `jobs` come best first. Microseconds.
    void setWanted(std::uint32_t slide, std::vector<WantedJob> jobs);
    [[nodiscard]] SchedulerUse use() const;
    // Jobs beyond it that are in flight go on.
    void setMaxInflight(int jobs);
    // Quick until it is told. Reads under way go on as they began; one from the cache that would have to wait makes its
    // slide Quick.
    void setReadSpeed(std::uint32_t slide, ReadSpeed speed);
    // How long the oldest read of a slide that is under way has taken so far, stopped ones included.
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
        Clock::time_point wantedAt;
        Clock::time_point startedAt;
        Stage stage = Stage::Reading;
        bool isSlow = false;     // its read takes long
        bool cameAlong = false;  // with the read of another job
        bool isPaused = false;
        bool isJoined = false;  // wanted anew since its step began
        ComputeStep compute;
        [[nodiscard]] bool isUnderWay() const noexcept {
            return !isPaused && (stage != Stage::Reading || !stop.stop_requested());
        }
        [[nodiscard]] bool holdsPlace() const noexcept {
            return isUnderWay() && (!isSlow || stage == Stage::Computing);
        }
    };

    // All with m_mutex held.
    [[nodiscard]] JobLoad load() const;
    [[nodiscard]] int placesTaken() const;
    [[nodiscard]] bool mayRead(const Pending& job, const JobLoad& load, bool comesAlong = false) const;
    [[nodiscard]] ReadSpeed readSpeed(std::uint32_t slide) const;
    [[nodiscard]] std::vector<JobContext> takeReads(bool areCached);
    JobContext take(std::vector<Pending>::iterator job);
    void putBack(const std::vector<JobContext>& jobs);
    [[nodiscard]] bool isReady(const Running& job, const JobLoad& load) const;
    void startReads();
    void startComputes();
    void carryOut(const JobDecision& decision, Clock::time_point now);
    void finish(const JobKey& key, JobOutcome outcome);
    void stopAll();
    [[nodiscard]] bool hasNoJobs() const;
    [[nodiscard]] bool isIdle() const;
    void startIdleWork();
    void notifyIfIdle();

    void runRead(bool isCached);
    void runCompute();
    void runIdleWork();

    SchedulerOptions m_options;
    const Executor m_io;
    const Executor m_workers;
    const ReadStep m_read;

    mutable std::mutex m_mutex;
    std::condition_variable m_idle;
    std::vector<Pending> m_pending;  // sorted by rank
    std::unordered_map<JobKey, Running, JobKeyHash> m_running;
    int m_readsQueued = 0;                             // handed to the I/O executor, not yet begun
    bool m_isCachedReadQueued = false;                 // handed to the worker executor, not yet begun
    std::unordered_map<std::uint32_t, int> m_reading;  // reads under way on the I/O executor, by slide
    std::unordered_map<std::uint32_t, ReadSpeed> m_readSpeeds;
    int m_computesQueued = 0;       // handed to the worker executor, not yet begun
    bool m_hasIdleWork = false;     // there may be some
    bool m_idleWorkQueued = false;  // handed to the worker executor, not yet done
    bool m_isStopping = false;
    int m_inflightMax = 0;
    std::int64_t m_cancelled = 0;
};

}  // namespace origami
