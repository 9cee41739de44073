// What this machine has.
#pragma once

#include <cstdint>

namespace origami {

// Logical cores, at least 1.
int hardwareThreads() noexcept;

// Bytes of physical memory; 0 if the system does not tell.
std::int64_t physicalMemoryBytes() noexcept;

// Bytes that programs can have without others being swapped out; 0 if the system does not tell. Reads /proc/meminfo on
// Linux: some 10 microseconds.
std::int64_t availableMemoryBytes() noexcept;

// Gives the system back what the C library keeps of freed memory. Milliseconds.
void returnFreeMemory() noexcept;

}  // namespace origami
