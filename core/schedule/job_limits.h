// Names jobs, and decides which of them may take their next step. Pure functions; the scheduler calls them.
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

// The scheduler's load at the moment when it asks whether a job may take its next step. A job is under way when it has
// begun and is not paused; it takes a place as the scheduler defines it.
struct JobLoad {
    int urgent = 0;          // jobs in the pile or in flight that are not prefetch
    int prefetching = 0;     // prefetch jobs under way
    int inflight = 0;        // places taken
    int weight = 0;          // weightOf() of all jobs under way
    int prefetchWeight = 0;  // weightOf() of the prefetch jobs under way
    int maxInflight = 1;
};

// Roughly how much memory a job holds once it has been read: a family has the bytes of several tiles.
int weightOf(const JobKey& key) noexcept;

// How many more jobs may be read. On a slow slide, whose jobs take no place while they are read, four families or
// sixteen tiles may be under way for each place.
int placesFree(const JobLoad& load, bool isSlow) noexcept;

// Prefetch waits until nothing urgent is left, so it takes only idle workers. Want::Predicted is the exception: it need
// not wait, and only ranks below what the view shows. Prefetch takes at most half of the places. Jobs of a slow slide
// take no place while they are read; there, prefetch takes at most half of the weight that may be under way.
bool mayStart(Want want, const JobLoad& load, bool isSlow) noexcept;
bool mayCompute(Want want, const JobLoad& load) noexcept;

// How many of the reads under way may be of one slide. If that slide's disk does not answer, others can still read.
int readsOfOneSlide(int maxReading) noexcept;

}  // namespace origami
