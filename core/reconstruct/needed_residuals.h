// Which residuals of a family tiles are made from (formats.md, sections 1, 2 and 4): pure functions.
#pragma once

#include "core/pyramid/family_streams.h"
#include "core/pyramid/pyramid.h"

#include <span>

namespace origami {

// In version 1: whether interpolating a tile of level 0 takes samples of this tile of level 1 of its family. That is
// the one over it, and those over its neighbours, as a sample beyond its edge is needed.
[[nodiscard]] bool isPredictedFrom(TileId level0, TileId level1) noexcept;

// Empties the slots of the residuals, and of their baselines, that none of these tiles of levels 0 and 1 is made from.
void dropUnneededResiduals(const Pyramid& pyramid, FamilyStreams& streams, std::span<const TileId> tiles);

}  // namespace origami
