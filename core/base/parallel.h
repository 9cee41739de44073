// Parallel loops on oneTBB; the only way, beside schedule/, that core uses it.
#pragma once

#include <functional>

namespace origami {

namespace detail {
void parallelFor(int count, const void* body, void (*call)(const void* body, int i));
}  // namespace detail

// Runs body(0) .. body(count - 1), in no particular order, on the calling thread and idle threads of its arena;
// returns when all are done. While it waits the calling thread runs nothing but this loop's bodies.
// Exceptions of a body are rethrown here.
template <class Body>
void parallelFor(int count, const Body& body) {
    detail::parallelFor(count, &body, [](const void* erased, int i) { (*static_cast<const Body*>(erased))(i); });
}

// Runs body in an arena of `threads` threads (0: one per logical core); parallelFor inside it uses them. Blocks.
void withThreads(int threads, const std::function<void()>& body);

// The same on `threads` (at least 1) new threads that nobody else's work runs on, and that the system lets run after
// threads of ordinary priority: for long work beside a window. Blocks. An exception of body is rethrown here.
void withBackgroundThreads(int threads, const std::function<void()>& body);

}  // namespace origami
