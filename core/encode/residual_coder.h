// From pixels to the coefficients of version 5 (formats.md, section 4): tiles of level 2 and coarser, and what is left
// between a family's level 0 and its prediction. Private to encode/.
#pragma once

#include "core/base/result.h"
#include "core/codec/jpeg_coefficients.h"
#include "core/codec/jpeg_tile_coder.h"
#include "core/image/plane.h"
#include "core/image/rgb32.h"

#include <array>
#include <optional>
#include <vector>

namespace origami {

inline constexpr int kOrigamiTileSide = 256;

// Planes of JFIF YCbCr 4:2:0: chroma is half as wide and high as luma, rounded up.
struct HalfChromaPlanes {
    std::array<Plane, 3> planes;

    HalfChromaPlanes() = default;
    HalfChromaPlanes(int width, int height, BufferPool* pool);
    [[nodiscard]] PlaneView operator[](std::size_t component) const { return planes[component].view(); }
    [[nodiscard]] int width() const { return planes[0].width(); }
    [[nodiscard]] int height() const { return planes[0].height(); }
};

// Chroma samples are averages of 2 x 2.
HalfChromaPlanes toHalfChroma(Rgb32View image, BufferPool* pool);

// Level 2 of a family from its level 0 and from its averages of 4 x 4 pixels, `averages`: a prediction that is nearer
// to level 0 than the averages' own. Luma is reduced with a filter three tenths of the way from the average to the left
// inverse of the enlargement, which would predict best (least squares: Unser, Aldroubi and Eden, "The L2 polynomial
// spline pyramid", IEEE PAMI 15(4), 1993) but costs level 2 more than it saves. Chroma, of which little is left to
// predict, is averaged. Past the family's edge samples repeat it, as in the prediction.
HalfChromaPlanes toLevel2(const HalfChromaPlanes& level0, Rgb32View averages, BufferPool* pool);

// What one component costs and how its error is weighed: plain rounding without `costs`.
struct Trellis {
    double lambda = 0;  // in squared steps for a bit
    const LevelCosts* costs = nullptr;
};

// How busy each 8 x 8 block of a plane is: the variance of its samples, row-major.
class Activity {
public:
    explicit Activity(PlaneView luma);
    [[nodiscard]] double mean() const noexcept;
    // Of the block that holds sample (x, y).
    [[nodiscard]] double at(int x, int y) const noexcept;

private:
    int m_columns;
    int m_rows;
    std::vector<float> m_variances;
};

// Errors hide in busy areas: lambda is multiplied there by (activity / mean activity of the slide) ^ exponent.
struct Masking {
    const Activity* activity = nullptr;  // null: none
    double mean = 1;
    double exponent = 0;
};

// One tile of level 2 or coarser. Beyond the picture, samples repeat its edge within a block, and whole blocks cost as
// little as a block can.
CoefficientImage quantisePicture(const HalfChromaPlanes& picture, const QuantisationTable& luma,
                                 const QuantisationTable& chroma, const std::array<Trellis, 3>& trellis);

// The residual of the tile whose top left luma sample is (x, y) of its family.
CoefficientImage quantiseResidual(const HalfChromaPlanes& original, const HalfChromaPlanes& prediction, int x, int y,
                                  const QuantisationTable& luma, const QuantisationTable& chroma,
                                  const std::array<Trellis, 3>& trellis, const Masking& masking);

// What every decoder makes of a tile of level 2, `width` x `height` pixels of it, enlarged to the family's level 0.
Result<HalfChromaPlanes> predictFamily(ByteSpan level2Stream, int width, int height, int level0Width, int level0Height,
                                       BufferPool* pool);

}  // namespace origami
