#include "core/base/parallel.h"

#include "core/base/machine.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>

namespace origami {

void parallelFor(int count, const std::function<void(int)>& body) {
    if (count <= 1) {
        for (int i = 0; i < count; ++i) {
            body(i);
        }
        return;
    }
    tbb::this_task_arena::isolate([&] { tbb::parallel_for(0, count, body, tbb::simple_partitioner{}); });
}

void withThreads(int threads, const std::function<void()>& body) {
    tbb::task_arena arena(threads > 0 ? threads : hardwareThreads());
    arena.execute(body);
}

}  // namespace origami
