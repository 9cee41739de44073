#include "core/base/parallel.h"

#include "core/base/hand_off.h"
#include "core/base/machine.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>

#include <optional>

namespace origami {

void detail::parallelFor(int count, const void* body, void (*call)(const void* body, int i)) {
    if (count <= 1) {
        for (int i = 0; i < count; ++i) {
            call(body, i);
        }
        return;
    }
    HandOff toBodies;
    HandOff fromBodies;
    const auto handedBody = [&](int i) {
        toBodies.take();
        const GiveOnExit done{fromBodies};
        call(body, i);
    };
    const TakeOnExit allDone{fromBodies};
    toBodies.give();
    tbb::this_task_arena::isolate([&] { tbb::parallel_for(0, count, handedBody, tbb::simple_partitioner{}); });
}

void withThreads(int threads, const std::function<void()>& body) {
    const int count = threads > 0 ? threads : hardwareThreads();
    // Without this oneTBB has no more threads than the machine has cores, whatever the arena asks for. The smallest
    // of all limits counts, so a small one here would take threads from everybody else in the process.
    std::optional<tbb::global_control> limit;
    if (count > hardwareThreads()) {
        limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(count));
    }
    tbb::task_arena arena(count);
    arena.execute(body);
}

}  // namespace origami
