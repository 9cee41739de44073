// Decides which job runs next. One pile of wanted jobs, replaced by every view change and looked at again whenever
// a thread becomes free: there is no queue in which something stale could stand in front of something fresh.
//
// A job has two steps: reading bytes (I/O executor), and computing from them (worker executor). It is in flight from
// the start of the first to the end of the second, at most once per key; wanting it again meanwhile joins it.
// Wanting it no longer stops it: its stop token is raised, and it is dropped before its next step.
#pragma once

#include "core/base/stop_token.h"
#include "core/pyramid/tile_id.h"
#include "core/view/tile_cover.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace origami {

// Names a unit of work: a tile, or a family by its level 2 tile.
struct JobKey {
    std::uint32_t slide = 0;
    std::uint32_t variant = 0;  // view mode
    bool isFamily = false;
    TileId id;
    bool operator==(const JobKey&) const = default;
};

struct JobKeyHash {
    std::size_t operator()(const JobKey& key) const noexcept {
        return std::hash<TileId>{}(key.id) ^ (std::size_t{key.slide} * 0x9E3779B97F4A7C15ULL) ^
               (std::size_t{key.variant} << 8U) ^ (key.isFamily ? 0x5555U : 0U);
    }
};

struct WantedJob {
    JobKey key;
    Want want = Want::Visible;
};

struct JobContext {
    JobKey key;
    Want want;
    StopToken stop;
    double queueMs;  // from being wanted to being started
};

enum class JobOutcome {
    Done,       // the result is where it belongs
    Abandoned,  // stopped on the way
};

using ComputeStep = std::function<JobOutcome()>;
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
    int inflight = 0;
    int inflightMax = 0;         // most ever at once
    std::size_t queueDepth = 0;  // wanted and not in flight
    std::int64_t cancelled = 0;  // jobs dropped before they were done
    std::int64_t wasted = 0;     // jobs done though nobody wanted them any more
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
    // Position in the pile: smaller is better.
    struct Rank {
        Want want;
        std::size_t order;
        auto operator<=>(const Rank&) const = default;
    };
    struct Pending {
        JobKey key;
        Rank rank;
        Clock::time_point wantedAt;
    };
    enum class Stage { Reading, Ready, Computing };
    struct Running {
        Rank rank;
        StopSource stop;
        bool wanted = true;
        Stage stage = Stage::Reading;
        ComputeStep compute;
    };

    void startReads();  // with m_mutex held
    void runRead();
    void runCompute();
    void finish(const JobKey& key, JobOutcome outcome);  // with m_mutex held
    [[nodiscard]] bool mayStart(const Pending& job) const;

    const SchedulerOptions m_options;
    const Executor m_io;
    const Executor m_workers;
    const ReadStep m_read;

    mutable std::mutex m_mutex;
    std::condition_variable m_idle;
    std::vector<Pending> m_pending;  // sorted by rank
    std::unordered_map<JobKey, Running, JobKeyHash> m_running;
    int m_readsQueued = 0;  // handed to the I/O executor, not yet begun
    int m_reading = 0;
    int m_computesQueued = 0;  // handed to the worker executor, not yet ended
    int m_inflightMax = 0;
    std::int64_t m_cancelled = 0;
    std::int64_t m_wasted = 0;
};

}  // namespace origami
