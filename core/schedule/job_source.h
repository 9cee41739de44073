// The interface through which the scheduler runs jobs without knowing what they make. A job has two steps: reading
// bytes, which may wait for a disk, and computing from them, which must not.
#pragma once

#include "core/base/result.h"
#include "core/base/stop_token.h"
#include "core/schedule/job_limits.h"

#include <functional>
#include <span>
#include <vector>

namespace origami {

struct JobContext {
    JobKey key;
    StopToken stop;
    double queueMs = 0;         // from being wanted to being started
    Want want = Want::Visible;  // why it was wanted when it was started
};

enum class JobOutcome {
    Done,    // the result is where it belongs
    Served,  // everything that was wanted when the step looked is done; if the job was wanted anew since, run it again
    Abandoned,  // stopped on the way
    Paused,     // the urgent part is done: call the step again when nothing urgent is left
};

// Runs on the worker executor. The argument says why the job is wanted now.
using ComputeStep = std::function<JobOutcome(Want)>;

struct ReadJobs {
    std::vector<ComputeStep> steps;  // one for each job; an empty one means that nothing is left to do
    bool isSlow = false;             // reads of this slide take as long as a disk or a share needs to seek
};

// The scheduler calls these functions from several threads at once, and never with a lock held. They may throw: the
// scheduler then fails the jobs concerned and goes on.
class JobSource {
public:
    virtual ~JobSource() = default;

    // Jobs whose bytes lie beside those of `job`, so that reading them together is worth while, best first. The
    // scheduler adds those of them that are waiting to the read. Runs on the I/O executor; must not wait for the disk.
    [[nodiscard]] virtual std::vector<JobKey> readTogetherWith(const JobKey& job) const = 0;
    // Reads the bytes of the jobs, which are all of one slide. Runs on the I/O executor.
    virtual ReadJobs read(std::span<const JobContext> jobs) = 0;
    // A step of this job has thrown; it will not be called again.
    virtual void fail(const JobKey& job, const Error& error) noexcept = 0;
};

// Runs a function at some later time on some thread. Returns false, and will not run it, if the system has neither
// the memory nor the thread for it. Never throws.
using Executor = std::function<bool(std::function<void()>)>;

}  // namespace origami
