// The threads of the engine: a oneTBB arena for computing, and threads that sleep in reads.
#pragma once

#include "core/schedule/job_source.h"

#include <memory>

namespace origami {

class Arenas {
public:
    // Threads are started when they are first needed.
    Arenas(int workers, int readers);
    ~Arenas();
    Arenas(const Arenas&) = delete;
    Arenas& operator=(const Arenas&) = delete;

    [[nodiscard]] Executor workers();
    [[nodiscard]] Executor readers();

    // Threads that are at work: now, and most ever at once. A worker that has just run out of work counts for some
    // microseconds more.
    struct Use {
        int now = 0;
        int max = 0;
    };
    [[nodiscard]] Use workersUse() const;
    [[nodiscard]] Use readersUse() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace origami
