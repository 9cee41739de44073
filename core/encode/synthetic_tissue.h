// What a synthetic slide shows, as a function of position: fields (where tissue is, which kind, how stained) and
// objects (glands, vessels, nuclei, red cells), painted as optical densities of the stains.
#pragma once

#include "core/base/geometry.h"
#include "core/image/rgb32.h"

#include <cstdint>

namespace origami {

inline constexpr std::int64_t kMaxSyntheticSide = 1'000'000;

class SyntheticTissue {
public:
    static constexpr std::uint32_t kGlass = rgb32(243, 242, 244);

    // Sides are 1..kMaxSyntheticSide.
    SyntheticTissue(LevelSize size, std::uint64_t seed);

    // Pixels of a rectangle inside level 0; the same whatever rectangle they are asked in. Working memory is some 24
    // bytes a pixel.
    [[nodiscard]] Rgb32Image render(const LevelRect& rect) const;

private:
    class Painter;

    // Tissue is where this is positive; roughly a distance in pixels from the tissue's (smooth) edge.
    [[nodiscard]] float depth(std::int32_t x, std::int32_t y) const noexcept;

    LevelSize m_size;
    std::uint32_t m_seed = 0;
    std::int32_t m_islandSize = 0;  // wavelength of the largest tissue shapes, pixels
    float m_border = 0;             // width of the glass left free along the slide's edges, pixels
    float m_threshold = 0;          // moves the edge so that tissue covers about two fifths of the slide
};

}  // namespace origami
