// How much of the machine an engine may use.
#pragma once

#include "core/base/machine.h"

#include <cstddef>

namespace origami {

struct EngineOptions {
    int threads = 0;              // workers; 0: from the machine
    int ioThreads = 0;            // 0: from the machine
    int maxInflightFamilies = 0;  // 0: 2 for each worker
    int bufferPoolSize = 0;       // buffers; 0: 16 for each family in flight
    std::size_t cacheBytes = 0;   // decoded tiles of all slides together; 0: from the machine
};

// The same options with every 0 replaced by what suits this machine. Workers: about 0.8 for each logical core, and one
// less than there are cores where fast and slow cores differ, as the window needs a fast one. I/O threads: 3 for each
// worker, as they mostly wait, and at least 40. Cache: an eighth of the memory, between 256 MiB and 2 GiB.
EngineOptions resolved(EngineOptions options, const Machine& machine = thisMachine());

}  // namespace origami
