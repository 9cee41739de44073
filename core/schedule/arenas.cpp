#include "core/schedule/arenas.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

namespace origami {

struct Arenas::State {
    State(int workerCount, int readerCount)
        // Without this oneTBB starts no more threads than there are cores, and reading ones would take the
        // places of working ones. One more for the thread that owns the arenas.
        : limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(workerCount + readerCount + 1)),
          workers(workerCount, 0),
          readers(readerCount, 0) {}

    tbb::global_control limit;
    tbb::task_arena workers;
    tbb::task_arena readers;
};

Arenas::Arenas(int workers, int readers) : m_state(std::make_unique<State>(workers, readers)) {}
Arenas::~Arenas() = default;

Executor Arenas::workers() {
    return [arena = &m_state->workers](std::function<void()> task) { arena->enqueue(std::move(task)); };
}

Executor Arenas::readers() {
    return [arena = &m_state->readers](std::function<void()> task) { arena->enqueue(std::move(task)); };
}

}  // namespace origami
