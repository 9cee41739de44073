// What this machine has.
#pragma once

#include <cstdint>

namespace origami {

// Logical cores, at least 1.
int hardwareThreads() noexcept;

// Bytes of physical memory; 0 if the system does not tell.
std::int64_t physicalMemoryBytes() noexcept;

// Gives the system back what the C library keeps of freed memory. Milliseconds.
void returnFreeMemory() noexcept;

}  // namespace origami
