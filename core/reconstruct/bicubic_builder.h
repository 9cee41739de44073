// Version 5 (formats.md, section 4): one residual of level 0 with luma and chroma, predicted by one bicubic step from
// level 2; level 1 is the average of level 0's luma, with the chroma as it is stored. Private to reconstruct/.
//
// A level 0 tile needs level 2 and its own residual, and nothing of its neighbours: it is the same tile whether it is
// made alone or with its family. So it never leaves the cache of its thread between its residual and its pixels.
#pragma once

#include "core/reconstruct/family_builder.h"

#include <array>
#include <optional>
#include <span>

namespace origami {

class BicubicBuilder final : public FamilyBuilder {
public:
    using FamilyBuilder::FamilyBuilder;
    Result<FamilyPlanes> buildPlanes() override;

private:
    class TileSamples;

    Result<void> makeDueTiles() override;

    Result<void> decodeSeed();
    [[nodiscard]] TileSamples samplesOf(const TileWork& tile) const;
    void decodeResidual(TileWork& tile, TileSamples& samples) const;
    void predict(const TileWork& tile, TileSamples& samples) const;
    enum class Pixels { Made, NotNeeded };  // of a level 0 tile
    // Its residual where the mode wants it, before the rest.
    [[nodiscard]] TileSamples decodedSamples(TileWork& tile, Phase& phase) const;
    void buildLevel0Tile(TileWork& tile, TileSamples& samples, Phase& phase, Pixels pixels);
    void buildLevel1Tile(TileWork& tile, Phase& phase);

    LevelPlanes m_seed;
    // The parts of it that lie in the slide: luma, Cb, Cr. Empty until it is decoded.
    std::array<PlaneView, 3> m_seedViews;
    LevelPlanes m_planes1;
    std::array<bool, kFamilyLevel0Tiles> m_isInPlanes1{};  // by level 0 tile
};

}  // namespace origami
