// What a new list of wanted jobs means for the jobs that are known already, and which jobs may take their next step.
// Pure functions; the scheduler carries out what they say.
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

// A position in the pile; the smaller one is better.
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
        Stopped,   // started and then stopped, but not gone yet: if it is wanted again, it has to start anew
    };
    JobKey key;
    State state = State::InPile;
};

struct JobDecision {
    enum class Action {
        Start,    // put the job into the pile
        Join,     // the job is in flight: let it go on with another rank
        Reorder,  // the job is in the pile: give it another rank
        Cancel,   // take the job out of the pile, or stop it
    };
    Action action = Action::Start;
    JobKey key;
    JobRank rank;  // unused for Cancel
    bool operator==(const JobDecision&) const = default;
};

// `wanted` comes best first. If it names a job twice, the first mention counts. The decisions come in the same order,
// followed by those about known jobs that are no longer wanted.
std::vector<JobDecision> decideJobs(std::span<const WantedJob> wanted, std::span<const KnownJob> known);

// What the scheduler is doing when it asks whether a job may take its next step. A job is under way when it has begun
// and is not paused; it takes a place as the scheduler defines it.
struct JobLoad {
    int urgent = 0;          // jobs in the pile or in flight that are not prefetch
    int prefetching = 0;     // prefetch jobs under way
    int inflight = 0;        // places taken
    int weight = 0;          // weightOf() of all jobs under way
    int prefetchWeight = 0;  // weightOf() of the prefetch jobs under way
    int prefetchReads = 0;   // prefetch reads of slow slides under way; jobs that share a read count once
    int maxInflight = 1;
    int maxPrefetchReads = 1;
};

// Roughly how much memory a job holds once it has been read: a family has the bytes of several tiles.
int weightOf(const JobKey& key) noexcept;

// How many more jobs may be read. On a slow slide, whose jobs take no place while they are read, four families or
// sixteen tiles may be under way for each place.
int placesFree(const JobLoad& load, bool isSlow) noexcept;

// Prefetch waits until nothing urgent is left, so it takes only idle workers. What the view is heading for is the
// exception: it merely comes after what the view shows. Prefetch takes at most half of the places. On a slow slide,
// where it takes none, it has limits of its own: on the number of reads, and on half of what may be under way.
bool mayStart(Want want, const JobLoad& load, bool isSlow = false) noexcept;
// The same for a job that another job's read would bring along.
bool mayComeAlong(Want want, const JobLoad& load, bool isSlow) noexcept;
bool mayCompute(Want want, const JobLoad& load) noexcept;

// How many of the reads under way may be of one slide. If that slide's disk does not answer, others can still read.
int readsOfOneSlide(int maxReading) noexcept;

// How many of those may be prefetch of a slow slide. The rest is left for what comes into view unforeseen.
int prefetchReadsOfOneSlide(int maxReading) noexcept;

}  // namespace origami
