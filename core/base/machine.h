// The processor cores and the memory of this machine.
#pragma once

#include <cstdint>

namespace origami {

// Logical cores, at least 1.
int hardwareThreads() noexcept;

struct Machine {
    int performanceCores = 1;  // logical ones; all of them where the system does not tell them apart
    int efficiencyCores = 0;
    std::int64_t memoryBytes = 0;  // physical; 0 if it is not known
};
Machine thisMachine() noexcept;

// Bytes of physical memory; 0 if the system does not tell.
std::int64_t physicalMemoryBytes() noexcept;

// Gives the system back what the C library keeps of freed memory. Milliseconds.
void returnFreeMemory() noexcept;

}  // namespace origami
