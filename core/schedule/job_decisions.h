// What a changed wish means for the jobs that are known already. Pure functions; the scheduler carries them out.
#pragma once

#include "core/pyramid/tile_id.h"
#include "core/view/tile_cover.h"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace origami {

// Names a unit of work: a tile, or a family by its level 2 tile.
struct JobKey {
    std::uint32_t slide = 0;
    std::uint32_t variant = 0;  // view mode
    bool isFamily = false;
    TileId id;
    bool operator==(const JobKey&) const = default;
};

struct JobKeyHash {
    std::size_t operator()(const JobKey& key) const noexcept {
        return std::hash<TileId>{}(key.id) ^ (std::size_t{key.slide} * 0x9E3779B97F4A7C15ULL) ^
               (std::size_t{key.variant} << 8U) ^ (key.isFamily ? 0x5555U : 0U);
    }
};

struct WantedJob {
    JobKey key;
    Want want = Want::Visible;
};

// Position in the pile: smaller is better.
struct JobRank {
    Want want = Want::Visible;
    std::size_t order = 0;
    auto operator<=>(const JobRank&) const = default;
};

// A job that was wanted before.
struct KnownJob {
    enum class State {
        InPile,    // not started
        InFlight,  // started
        Stopped,   // started, but on its way out: to be wanted again it has to start afresh
    };
    JobKey key;
    State state = State::InPile;
};

struct JobDecision {
    enum class Action {
        Start,    // put into the pile
        Join,     // is in flight: goes on, with another rank
        Reorder,  // is in the pile: another rank
        Cancel,   // leave the pile, or stop
    };
    Action action = Action::Start;
    JobKey key;
    JobRank rank;  // but for Cancel
    bool operator==(const JobDecision&) const = default;
};

// `wanted` comes best first and may name a job twice: the first counts. Decisions are in that order, then those about
// known jobs that are wanted no more, in theirs.
std::vector<JobDecision> decideJobs(std::span<const WantedJob> wanted, std::span<const KnownJob> known);

// What goes on in the scheduler while somebody asks whether a job may take its next step.
struct JobLoad {
    int urgent = 0;       // jobs in the pile or in flight that are no prefetch
    int prefetching = 0;  // prefetch under way, but for paused jobs
    int underWay = 0;     // all jobs under way, but for paused ones
    int inflight = 0;     // of these, those that take a place
    int maxInflight = 1;
    int maxSlowPrefetch = 1;  // prefetch under way of slides whose reads take long
};

// How many more jobs may be read: as many as there are places, or, where reads take long, four for each place, as they
// take none meanwhile.
int placesFree(const JobLoad& load, bool isSlow) noexcept;

// Prefetch waits until nothing urgent is left, so that it takes idle workers only; what the view is heading for is
// merely ordered behind what it shows. Of the places in flight prefetch takes half. Where reads take long, and take no
// place, it has a limit of its own.
bool mayStart(Want want, const JobLoad& load, bool isSlow = false) noexcept;
bool mayCompute(Want want, const JobLoad& load) noexcept;

// Of so many reads at once, how many may be of one slide: a disk that does not answer leaves some for others.
int readsOfOneSlide(int maxReading) noexcept;

// Of these, how many prefetch may have where reads take long: the rest wait for what comes into view unforeseen.
int slowPrefetchOfOneSlide(int maxReading) noexcept;

}  // namespace origami
