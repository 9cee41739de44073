// Version 1 (formats.md, section 1): residuals on both levels, level 0 predicted from the corrected level 1. Private to
// reconstruct/.
#pragma once

#include "core/reconstruct/directory_family_builder.h"

#include <array>
#include <span>

namespace origami {

class TwoStepBuilder final : public DirectoryFamilyBuilder {
public:
    using DirectoryFamilyBuilder::DirectoryFamilyBuilder;
    Result<FamilyPlanes> buildPlanes() override;

private:
    Result<void> makeDueTiles() override;

    // Decodes the seed, if that has not been done, and these residuals of level 1.
    Result<void> decodeSeedAndLevel1(std::span<TileWork* const> level1, Plane& luma1);
    void decodeResidual(TileWork& tile, MutablePlaneView to, std::span<const StreamSlot> residuals,
                        const Error* parentProblem);
    void buildLevel1Tile(TileWork& tile, Phase& phase);
    void showLevel1Tile(TileWork& tile, Phase& phase) const;
    void buildLevel0Tile(TileWork& tile, Phase& phase);

    LevelPlanes m_planes1;
    std::array<bool, kFamilyLevel1Tiles> m_isInPlanes1{};  // by level 1 tile
};

}  // namespace origami
