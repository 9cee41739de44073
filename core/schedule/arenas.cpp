#include "core/schedule/arenas.h"

#include "core/base/guard.h"
#include "core/base/hand_off.h"
#include "core/base/machine.h"
#include "core/base/parallel_meter.h"
#include "core/base/thread_purpose.h"
#include "core/metrics/timeline.h"
#include "core/schedule/io_threads.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_scheduler_observer.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

namespace origami {
namespace {

// A function on its way from one thread to another.
struct Handed {
    std::function<void()> task;
    HandOff handOff;
};

Executor executorOf(tbb::task_arena& arena) {
    return [&arena](std::function<void()> task) {
        try {
            auto handed = std::make_unique<Handed>(Handed{std::move(task), {}});
            handed->handOff.give();
            arena.enqueue([raw = handed.get()] {
                raw->handOff.take();
                const std::unique_ptr<Handed> owned(raw);
                const ThreadRoleScope scope(ThreadRole::Worker);
                runGuarded(owned->task);
            });
            handed.release();  // the arena's thread deletes it
            return true;
        } catch (...) {
            return false;
        }
    };
}

// Counts the threads inside an arena, and prepares those that oneTBB adds.
class ArenaMeter : public tbb::task_scheduler_observer {
public:
    explicit ArenaMeter(tbb::task_arena& arena) : tbb::task_scheduler_observer(arena) {
        m_made.give();
        observe(true);
    }
    ~ArenaMeter() override {
        observe(false);  // waits for the threads that are entering or leaving
        m_told.take();
    }
    ArenaMeter(const ArenaMeter&) = delete;
    ArenaMeter& operator=(const ArenaMeter&) = delete;

    void on_scheduler_entry(bool isWorker) override {
        m_made.take();
        m_meter.enter();
        thread_local bool isPrepared = false;  // oneTBB's threads outlive an arena
        if (isWorker && !std::exchange(isPrepared, true)) {
            enterThread(ThreadPurpose::Worker);
        }
        m_told.give();
    }
    void on_scheduler_exit(bool) override {
        m_meter.leave();
        m_told.give();
    }

    [[nodiscard]] Arenas::Use use() const { return {.now = m_meter.inside(), .max = m_meter.maximum()}; }

private:
    ParallelMeter m_meter;
    HandOff m_made;  // tells ThreadSanitizer that this object is made before threads enter,
    HandOff m_told;  // and that they have left before it goes
};

}  // namespace

struct Arenas::State {
    State(int workerCount, int readerCount)
        // Without this limit oneTBB starts no more threads than there are cores. One more is for the thread that owns
        // the arena. The smallest of all limits counts, so a small one would take threads from everybody else in the
        // process.
        : limit(tbb::global_control::max_allowed_parallelism,
                static_cast<std::size_t>(std::max(workerCount + 1, hardwareThreads()))),
          workers(workerCount, 0),
          workersMeter(workers),
          readers(readerCount) {}

    tbb::global_control limit;
    tbb::task_arena workers;
    ArenaMeter workersMeter;
    IoThreads readers;  // last: readers hand what they have read to the workers
};

Arenas::Arenas(int workers, int readers) : m_state(std::make_unique<State>(workers, readers)) {}
Arenas::~Arenas() = default;

Executor Arenas::workers() {
    return executorOf(m_state->workers);
}

Executor Arenas::readers() {
    return [&readers = m_state->readers](std::function<void()> task) { return readers.run(std::move(task)); };
}

Arenas::Use Arenas::workersUse() const {
    return m_state->workersMeter.use();
}

Arenas::Use Arenas::readersUse() const {
    const ParallelMeter& busy = m_state->readers.busy();
    return {.now = busy.inside(), .max = busy.maximum()};
}

}  // namespace origami
