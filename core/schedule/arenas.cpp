#include "core/schedule/arenas.h"

#include "core/base/hand_off.h"
#include "core/base/machine.h"
#include "core/base/parallel_meter.h"
#include "core/base/thread_priority.h"
#include "core/base/worker_cores.h"
#include "core/metrics/timeline.h"
#include "core/schedule/io_threads.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_scheduler_observer.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
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
        auto handed = std::make_unique<Handed>(Handed{std::move(task), {}});
        handed->handOff.give();
        arena.enqueue([raw = handed.release()] {
            raw->handOff.take();
            const std::unique_ptr<Handed> owned(raw);
            const ThreadRoleScope scope(ThreadRole::Worker);
            owned->task();
        });
    };
}

// Counts the threads inside an arena; they hold up neither the window nor each other.
class ArenaMeter : public tbb::task_scheduler_observer {
public:
    ArenaMeter(tbb::task_arena& arena, int workers) : tbb::task_scheduler_observer(arena), m_cores(workers) {
        m_made.give();
        observe(true);
    }
    ~ArenaMeter() override {
        observe(false);  // waits for those who enter or leave now
        m_told.take();
    }
    ArenaMeter(const ArenaMeter&) = delete;
    ArenaMeter& operator=(const ArenaMeter&) = delete;

    void on_scheduler_entry(bool isWorker) override {
        m_made.take();
        m_meter.enter();
        // oneTBB's threads outlive an arena.
        thread_local std::uint64_t lastArena = 0;
        if (isWorker && std::exchange(lastArena, m_number) != m_number) {
            giveWayToWindow();
            m_cores.bind();
        }
        m_told.give();
    }
    void on_scheduler_exit(bool) override {
        m_meter.leave();
        m_told.give();
    }

    [[nodiscard]] const WorkerCores& cores() const { return m_cores; }
    [[nodiscard]] Arenas::Use use() const { return {.now = m_meter.inside(), .max = m_meter.maximum()}; }

private:
    static inline std::atomic<std::uint64_t> arenas{0};
    const std::uint64_t m_number = ++arenas;
    WorkerCores m_cores;
    ParallelMeter m_meter;
    HandOff m_made;  // all this, to the threads that enter
    HandOff m_told;  // and back
};

}  // namespace

struct Arenas::State {
    State(int workerCount, int readerCount)
        // Without this oneTBB starts no more threads than there are cores. One more for the thread that owns the arena.
        // The smallest of all limits counts, so a small one would take threads from everybody else in the process.
        : limit(tbb::global_control::max_allowed_parallelism,
                static_cast<std::size_t>(std::max(workerCount + 1, hardwareThreads()))),
          workers(workerCount, 0),
          workersMeter(workers, workerCount),
          readers(readerCount, [this] { workersMeter.cores().release(); }) {}

    tbb::global_control limit;
    tbb::task_arena workers;
    ArenaMeter workersMeter;
    IoThreads readers;  // last: what they read they hand to the workers
};

Arenas::Arenas(int workers, int readers) : m_state(std::make_unique<State>(workers, readers)) {}
Arenas::~Arenas() = default;

Executor Arenas::workers() {
    return executorOf(m_state->workers);
}

Executor Arenas::readers() {
    return [&readers = m_state->readers](std::function<void()> task) { readers.run(std::move(task)); };
}

Arenas::Use Arenas::workersUse() const {
    return m_state->workersMeter.use();
}

Arenas::Use Arenas::readersUse() const {
    const ParallelMeter& busy = m_state->readers.busy();
    return {.now = busy.inside(), .max = busy.maximum()};
}

}  // namespace origami
