// Versions 2 and 3 (formats.md, section 2): one residual for all of level 0; level 1 is the average of level 0. Private
// to reconstruct/.
#pragma once

#include "core/reconstruct/directory_family_builder.h"

namespace origami {

class FusedBuilder final : public DirectoryFamilyBuilder {
public:
    using DirectoryFamilyBuilder::DirectoryFamilyBuilder;
    Result<FamilyPlanes> buildPlanes() override;  // Unsupported

private:
    Result<void> makeDueTiles() override;  // all of them

    // Adds the residual to the predicted luma, or puts it in its place when the residual is to be seen.
    Result<void> applyResidual(MutablePlaneView luma);
    void correct(LevelPlanes& planes0);
    void settle(std::span<TileWork> tiles, TileKind kind, const std::optional<Error>& problem,
                std::span<const StreamSlot> baselines);
    void convert(std::span<TileWork> tiles, const LevelPlanes& planes);
};

}  // namespace origami
