// View modes that are made from the pixels of others: residuals in colour, and differences to the baseline.
#pragma once

#include "core/pyramid/family_streams.h"
#include "core/reconstruct/family_reconstructor.h"

#include <cstdint>
#include <optional>

namespace origami {

// Where the scales of the modes end; what is beyond is shown as the end.
inline constexpr int kResidualRange = 32;            // levels of luma, both ways
inline constexpr int kDifferenceRange = 32;          // levels of 255
inline constexpr double kColorDifferenceRange = 10;  // CIEDE2000

// Needs a baseline tile beside each reconstructed one.
constexpr bool isDifference(ViewMode mode) noexcept {
    return mode == ViewMode::DifferenceAbsolute || mode == ViewMode::DifferenceSigned ||
           mode == ViewMode::DifferenceColor;
}

// The mode in which a family must be rebuilt so that applyMode can show it in this one: one of the first three.
ViewMode rebuiltMode(ViewMode mode) noexcept;

// The colour in which a mode shows levels coarser than 1. They have no residual and are the baseline themselves, so
// there is nothing to correct or to compare. None if the mode shows the pixels of such a level.
std::optional<std::uint32_t> nothingColor(ViewMode mode) noexcept;

// Turns a tile rebuilt in rebuiltMode(mode) into what the mode shows. A difference fails the tile if its baseline tile
// is missing (NotFound), damaged, or of another size.
void applyMode(ViewMode mode, const Pyramid& pyramid, const FamilyStreams& streams, FamilyTile& tile);

// The baseline tile that belongs to a level 0 or 1 tile of the family, decoded. NotFound if the slide has none.
Result<Rgb32Image> decodeBaseline(const Pyramid& pyramid, const FamilyStreams& streams, TileId id);

// A gray residual, 128 where it is nothing, on divergingColor's scale from -kResidualRange to kResidualRange.
void colorResidual(MutableRgb32View gray) noexcept;

// Replaces `pixels` by how much they differ from `baseline`, of the same size, pixel by pixel.
//   DifferenceAbsolute  the largest of the three channels' differences, on sequentialColor's scale 0..kDifferenceRange
//   DifferenceSigned    the difference of luma (JFIF), pixels - baseline, on divergingColor's scale
//   DifferenceColor     CIEDE2000, on sequentialColor's scale 0..kColorDifferenceRange
void showDifference(ViewMode mode, Rgb32View baseline, MutableRgb32View pixels) noexcept;

}  // namespace origami
