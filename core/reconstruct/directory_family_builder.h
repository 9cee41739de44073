// What versions 1 to 3, those of ORIGAMI directories, have in common: a level 2 tile with full chroma that is shown as
// it is, and baseline tiles that stand in for missing residuals. Private to reconstruct/.
#pragma once

#include "core/reconstruct/family_builder.h"

namespace origami {

class DirectoryFamilyBuilder : public FamilyBuilder {
public:
    using FamilyBuilder::FamilyBuilder;

protected:
    enum class SeedSize {
        Exact,
        AtLeast,  // fused packs may keep whole tiles at the slide's edge; the pixels beyond the edge mean nothing
    };
    Result<void> decodeSeed(SeedSize size);
    void emitLevel2(ReconstructedFamily& family) override;

    // The tile has no usable residual: takes its baseline tile, else fails if something is damaged, else stays a
    // prediction. The baseline's luma is the best known ground for the finer level: it replaces `luma`.
    void fallBack(TileWork& tile, const StreamSlot& baseline, const MutablePlaneView* luma);

    YCbCrImage m_seedImage;
    // The part of it that lies in the slide.
    PlaneView m_seedY;
    PlaneView m_seedCb;
    PlaneView m_seedCr;
};

}  // namespace origami
