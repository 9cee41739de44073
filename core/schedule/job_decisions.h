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
// Jobs under way are those that have begun, but for paused ones.
struct JobLoad {
    int urgent = 0;          // jobs in the pile or in flight that are no prefetch
    int prefetching = 0;     // prefetch under way
    int inflight = 0;        // jobs under way that take a place
    int weight = 0;          // of the jobs under way: weightOf
    int prefetchWeight = 0;  // of the prefetch under way
    int prefetchReads = 0;   // reads for prefetch under way of slides whose reads take long; several jobs may share one
    int maxInflight = 1;
    int maxPrefetchReads = 1;
};

// How much memory a job holds once it has been read, roughly: a family has the bytes of several tiles.
int weightOf(const JobKey& key) noexcept;

// How many more jobs may be read: as many as there are places, or, where reads take long, four families or sixteen
// tiles for each place, as they take none meanwhile.
int placesFree(const JobLoad& load, bool isSlow) noexcept;

// Prefetch waits until nothing urgent is left, so that it takes idle workers only; what the view is heading for is
// merely ordered behind what it shows. Of the places in flight prefetch takes half. Where reads take long, and take no
// place, it has limits of its own: on reads, and on half of what may have been read.
bool mayStart(Want want, const JobLoad& load, bool isSlow = false) noexcept;
// The same for a job that another one's read brings along.
bool mayComeAlong(Want want, const JobLoad& load, bool isSlow) noexcept;
bool mayCompute(Want want, const JobLoad& load) noexcept;

// Of so many reads at once, how many may be of one slide: a disk that does not answer leaves some for others.
int readsOfOneSlide(int maxReading) noexcept;

// Of these, how many prefetch may have where reads take long: the rest wait for what comes into view unforeseen.
int prefetchReadsOfOneSlide(int maxReading) noexcept;

}  // namespace origami
