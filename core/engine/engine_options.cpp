#include "core/engine/engine_options.h"

#include <algorithm>
#include <cmath>

namespace origami {
namespace {

constexpr std::size_t kMinCacheBytes = std::size_t{256} << 20U;
constexpr std::size_t kMaxCacheBytes = std::size_t{2} << 30U;
// A slow disk answers as many requests at a time as it is asked, whatever the number of cores.
constexpr double kLeastIoThreads = 40;

}  // namespace

EngineOptions resolved(EngineOptions options, const Machine& machine) {
    const auto orElse = [](int& value, double standard) {
        if (value <= 0) {
            value = std::max(1, static_cast<int>(std::lround(standard)));
        }
    };
    const int cores = machine.performanceCores + machine.efficiencyCores;
    const int mostWorkers = machine.efficiencyCores > 0 ? cores - 1 : cores;
    orElse(options.threads, std::min(0.8 * cores, static_cast<double>(mostWorkers)));
    orElse(options.ioThreads, std::max(kLeastIoThreads, 3.0 * options.threads));
    orElse(options.maxInflightFamilies, 2.0 * options.threads);
    orElse(options.bufferPoolSize, 16.0 * options.maxInflightFamilies);
    if (options.cacheBytes == 0) {
        options.cacheBytes =
            std::clamp(static_cast<std::size_t>(machine.memoryBytes / 8), kMinCacheBytes, kMaxCacheBytes);
    }
    return options;
}

}  // namespace origami
