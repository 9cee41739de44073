// How far around a view that rests tiles are made ahead, and how far on the way of one that moves: as far as it pays.
#pragma once

#include "core/base/running_mean.h"
#include "core/view/tile_cover.h"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace origami {

class PrefetchRing {
public:
    static constexpr int kMaxTiles = 4;  // a family

    // Of what a view wants, the tiles that say whether a ring pays: not those that it is heading for, which are nearly
    // always seen.
    [[nodiscard]] static std::vector<WantedTile> around(std::span<const WantedTile> wants);
    // The view has changed. `before`: what was around the last one; `isThere`: which of these have been made;
    // `wantNow`: what a tile is wanted for by now; `shown`: how many tiles have come into view.
    void count(std::span<const WantedTile> before, const std::vector<bool>& isThere,
               const std::function<std::optional<Want>(TileId)>& wantNow, int shown);
    // Since the last call: tiles made ahead that came into view, tiles made ahead that were left behind without having
    // been in view, and tiles that came into view at all.
    void count(int hits, int passed, int shown) noexcept;
    // Width in tiles, 0 .. kMaxTiles, of what is to be made around the view.
    [[nodiscard]] int tiles() const noexcept;
    // The share of tiles made ahead that came into view, by what was seen lately; old experience fades.
    [[nodiscard]] double hitRate() const noexcept;

private:
    double m_hits = 0;
    double m_passed = 0;
};

// How much of its way a moving view wants: less, and so less in vain, the sooner tiles are there. Thread-safe.
class PrefetchLead {
public:
    // What a tile took from the start of its read until it was there.
    void note(double tileMs) noexcept { m_tileMs.note(tileMs); }
    // 0.2 where tiles take 10 ms or less, kMostAheadSeconds where they take 30 or nothing is known.
    [[nodiscard]] double seconds() const noexcept;

private:
    RunningMean m_tileMs{30, 1. / 16};  // there are some dozens in a view
};

}  // namespace origami
