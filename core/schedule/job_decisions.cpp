#include "core/schedule/job_decisions.h"

#include <algorithm>
#include <unordered_map>

namespace origami {
namespace {

constexpr int kFamilyWeight = 4;
constexpr int kFamiliesPerPlace = 4;

// The limit on the weight of all jobs of slow slides that are under way.
int mostWeight(const JobLoad& load) noexcept {
    return kFamilyWeight * kFamiliesPerPlace * load.maxInflight;
}

}  // namespace

std::vector<JobDecision> decideJobs(std::span<const WantedJob> wanted, std::span<const KnownJob> known) {
    using Action = JobDecision::Action;
    std::unordered_map<JobKey, Action, JobKeyHash> ways;  // what to do with a job if it is wanted
    ways.reserve(known.size() + wanted.size());
    for (const KnownJob& job : known) {
        switch (job.state) {
            case KnownJob::State::InPile: ways.insert_or_assign(job.key, Action::Reorder); break;
            case KnownJob::State::InFlight: ways.emplace(job.key, Action::Join); break;
            case KnownJob::State::Stopped: ways.emplace(job.key, Action::Start); break;
        }
    }
    std::vector<JobDecision> decisions;
    decisions.reserve(wanted.size() + known.size());
    for (std::size_t order = 0; order < wanted.size(); ++order) {
        const JobKey& key = wanted[order].key;
        const auto way = ways.try_emplace(key, Action::Start).first;
        if (way->second != Action::Cancel) {
            decisions.push_back({way->second, key, {wanted[order].want, order}});
            way->second = Action::Cancel;  // marks the job as decided: further mentions are ignored
        }
    }
    for (const KnownJob& job : known) {
        if (job.state != KnownJob::State::Stopped && ways.at(job.key) != Action::Cancel) {
            decisions.push_back({Action::Cancel, job.key, {}});
        }
    }
    return decisions;
}

int weightOf(const JobKey& key) noexcept {
    return key.isFamily ? kFamilyWeight : 1;
}

int placesFree(const JobLoad& load, bool isSlow) noexcept {
    return std::max(0, isSlow ? mostWeight(load) - load.weight : load.maxInflight - load.inflight);
}

bool mayStart(Want want, const JobLoad& load, bool isSlow) noexcept {
    return mayComeAlong(want, load, isSlow) &&
           (!isPrefetch(want) || !isSlow || load.prefetchReads < load.maxPrefetchReads);
}

bool mayComeAlong(Want want, const JobLoad& load, bool isSlow) noexcept {
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

int prefetchReadsOfOneSlide(int maxReading) noexcept {
    return std::max(1, readsOfOneSlide(maxReading) * 2 / 3);
}

}  // namespace origami
