// The guard around every task of every thread pool. A task that throws must not end the process: whoever gave the
// task away has to handle its own failures, and what still escapes is logged here, so that the pool goes on.
#pragma once

#include "core/base/result.h"

#include <exception>

namespace origami {

// The exception that is being handled, as an error. Call it only inside a catch block. std::bad_alloc becomes
// OutOfMemory, everything else Io, with the exception's own text. Allocates no memory for std::bad_alloc.
Error currentException() noexcept;

void logEscapedException(const Error& error) noexcept;

template <class Task>
void runGuarded(const Task& task) noexcept {
    try {
        task();
    } catch (...) {
        logEscapedException(currentException());
    }
}

}  // namespace origami
