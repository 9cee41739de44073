// How far around a view that rests tiles are made ahead: as far as it pays.
#pragma once

namespace origami {

class PrefetchRing {
public:
    static constexpr int kMaxTiles = 4;  // a family

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

}  // namespace origami
