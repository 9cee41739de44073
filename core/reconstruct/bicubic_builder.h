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

    // As FamilyInParts.
    Result<void> makePart(const FirstTiles& tiles, const StopToken& stop);
    [[nodiscard]] bool isMade(TileId id);
    [[nodiscard]] bool isAllMade();
    [[nodiscard]] const FamilyRecord& record() const { return m_record; }

private:
    class TileSamples;
    // What is left of a family between its parts.
    struct Parts {
        TileSet tiles1;
        TileSet tiles0;
        LevelPlanes planes1;
        std::array<bool, kFamilyLevel0Tiles> isInPlanes1{};
    };

    Result<void> makeTiles(std::span<TileWork> level1, std::span<TileWork> level0) override;

    Result<void> decodeSeed();
    [[nodiscard]] TileSamples samplesOf(const TileWork& tile) const;
    void decodeResidual(TileWork& tile, TileSamples& samples) const;
    void predict(const TileWork& tile, TileSamples& samples) const;
    enum class Pixels { Made, NotNeeded };  // of a level 0 tile
    // Its residual where the mode wants it, before the rest.
    [[nodiscard]] TileSamples decodedSamples(TileWork& tile, Phase& phase) const;
    void buildLevel0Tile(TileWork& tile, TileSamples& samples, LevelPlanes& planes1, Phase& phase,
                         Pixels pixels = Pixels::Made) const;
    void buildLevel1Tile(TileWork& tile, std::span<const TileWork> level0, const LevelPlanes& planes1,
                         Phase& phase) const;

    LevelPlanes m_seed;
    // The parts of it that lie in the slide: luma, Cb, Cr.
    std::array<PlaneView, 3> m_seedViews;
    std::optional<Parts> m_parts;
};

}  // namespace origami
