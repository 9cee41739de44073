// Version 1 (formats.md, section 1): residuals on both levels, level 0 predicted from the corrected level 1. Private to
// reconstruct/.
#pragma once

#include "core/reconstruct/directory_family_builder.h"

namespace origami {

class TwoStepBuilder final : public DirectoryFamilyBuilder {
public:
    using DirectoryFamilyBuilder::DirectoryFamilyBuilder;
    Result<FamilyPlanes> buildPlanes() override;

private:
    Result<void> makeTiles(std::span<TileWork> level1, std::span<TileWork> level0) override;

    Result<void> decodeSeedAndLevel1(std::span<TileWork> level1, Plane& luma1);
    void decodeLevel1(std::span<TileWork> level1, Plane& luma1);
    void decodeResidual(TileWork& tile, MutablePlaneView to, std::span<const StreamSlot> residuals,
                        const Error* parentProblem);

    void buildLevel1(std::span<TileWork> level1, LevelPlanes& planes1);
    void buildLevel1Tile(TileWork& tile, LevelPlanes& planes, Phase& phase);
    void showLevel1(std::span<TileWork> level1, const LevelPlanes& planes1);
    void showLevel1Tile(TileWork& tile, const LevelPlanes& planes, Phase& phase) const;

    void buildLevel0(std::span<TileWork> level0, std::span<const TileWork> level1, const LevelPlanes& planes1);
    void buildLevel0Tile(TileWork& tile, std::span<const TileWork> parents, const LevelPlanes& planes1, Phase& phase);
};

}  // namespace origami
