// A procedural slide that looks like haematoxylin and eosin at 0.25 microns a pixel: tissue islands on glass, fibrous
// stroma, glands, vessels, fat, lymphocytes. Any size, nothing stored: every pixel is computed from the seed and its
// own coordinates, so tiles can be made in any order and on any machine and always come out the same.
#pragma once

#include "core/encode/synthetic_tissue.h"
#include "core/slide/slide.h"

#include <cstdint>
#include <memory>

namespace origami {

struct SyntheticOptions {
    LevelSize size{40'000, 30'000};
    std::uint64_t seed = 1;
};

class SyntheticSlide final : public Slide {
public:
    // InvalidArgument for a size that Pyramid::create refuses, or a side beyond kMaxSyntheticSide. Takes a few
    // milliseconds.
    static Result<std::shared_ptr<const SyntheticSlide>> create(const SyntheticOptions& options);

    // Level 0 is computed, the coarser levels derive from it.
    [[nodiscard]] TileOrigin originOf(int level) const noexcept override;
    Result<Rgb32Image> readPixels(TileId id, const StopToken& stop) const override;

private:
    SyntheticSlide(SlideInfo info, SyntheticTissue tissue);
    SyntheticTissue m_tissue;
};

}  // namespace origami
