#include "core/base/parallel.h"

#include "core/base/hand_off.h"
#include "core/base/machine.h"
#include "core/base/thread_purpose.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

namespace origami {
namespace {

// Threads of low priority that work in an arena for as long as this object lives. A thread that waits for a task group
// inside the arena helps with whatever is to be done there, so each of them waits for a group whose only task is held
// back until the end.
class Helpers {
public:
    Helpers(tbb::task_arena& arena, int count) : m_groups(static_cast<std::size_t>(count)) {
        m_threads.reserve(m_groups.size());
        for (tbb::task_group& group : m_groups) {
            m_heldBack.push_back(group.defer([] {}));
            try {
                m_threads.emplace_back([&arena, &group] {
                    enterThread(ThreadPurpose::Background);
                    arena.execute([&group] { group.wait(); });
                });
            } catch (const std::system_error&) {
                break;  // the system gives no more threads: fewer will do
            }
        }
    }
    ~Helpers() {
        m_heldBack.clear();
        for (std::thread& thread : m_threads) {
            thread.join();
        }
    }
    Helpers(const Helpers&) = delete;
    Helpers& operator=(const Helpers&) = delete;

private:
    std::vector<tbb::task_group> m_groups;
    std::vector<tbb::task_handle> m_heldBack;
    std::vector<std::thread> m_threads;
};

}  // namespace

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
    // Without this limit oneTBB starts no more threads than there are cores, whatever the arena asks for. The smallest
    // of all limits counts, so a small one would take threads from everybody else in the process.
    std::optional<tbb::global_control> limit;
    if (count > hardwareThreads()) {
        limit.emplace(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(count));
    }
    tbb::task_arena arena(count);
    arena.execute(body);
}

void withBackgroundThreads(int threads, const std::function<void()>& body) {
    const int count = std::max(1, threads);
    // All places are reserved for threads that enter by themselves. oneTBB's own threads, which work for everybody,
    // then never enter.
    tbb::task_arena arena(count, static_cast<unsigned>(count));
    std::exception_ptr problem;
    {
        const Helpers helpers(arena, count - 1);
        std::thread([&] {
            enterThread(ThreadPurpose::Background);
            try {
                arena.execute(body);
            } catch (...) {
                problem = std::current_exception();
            }
        }).join();
    }
    if (problem) {
        std::rethrow_exception(problem);
    }
}

}  // namespace origami
