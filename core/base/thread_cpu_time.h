// How long a thread has computed, as opposed to waited.
#pragma once

#include <chrono>

namespace origami {

// CPU time of the calling thread, user and system. About a microsecond.
[[nodiscard]] std::chrono::nanoseconds threadCpuTime() noexcept;

}  // namespace origami
