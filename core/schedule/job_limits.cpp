#include "core/schedule/job_limits.h"

#include <algorithm>

namespace origami {
namespace {

constexpr int kFamilyWeight = 4;
constexpr int kFamiliesPerPlace = 4;

// The limit on the weight of all jobs of slow slides that are under way.
int mostWeight(const JobLoad& load) noexcept {
    return kFamilyWeight * kFamiliesPerPlace * load.maxInflight;
}

}  // namespace

int weightOf(const JobKey& key) noexcept {
    return key.isFamily ? kFamilyWeight : 1;
}

int placesFree(const JobLoad& load, bool isSlow) noexcept {
    return std::max(0, isSlow ? mostWeight(load) - load.weight : load.maxInflight - load.inflight);
}

bool mayStart(Want want, const JobLoad& load, bool isSlow) noexcept {
    const bool hasRoom =
        isSlow ? load.prefetchWeight < mostWeight(load) / 2 : load.prefetching < std::max(1, load.maxInflight / 2);
    return !isPrefetch(want) || (mayCompute(want, load) && hasRoom);
}

bool mayCompute(Want want, const JobLoad& load) noexcept {
    return want <= Want::Predicted || load.urgent == 0;
}

int readsOfOneSlide(int maxReading) noexcept {
    return std::max(1, maxReading - std::max(1, maxReading / 4));
}

}  // namespace origami
