// The encoded streams of one family, as a reader hands them to the reconstructor: bytes, not files.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/pyramid/pyramid.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace origami {

inline constexpr int kFamilyLevel1Side = 2;  // level 1 tiles along one side of a whole family
inline constexpr int kFamilyLevel0Side = 4;  // level 0 tiles along one side of a whole family
inline constexpr int kFamilyLevel1Tiles = kFamilyLevel1Side * kFamilyLevel1Side;
inline constexpr int kFamilyLevel0Tiles = kFamilyLevel0Side * kFamilyLevel0Side;

// One whole JPEG file, or none. `problem` is set instead of bytes when the stream should be there but cannot
// be had (its pack is damaged, say); its message names the file and the fact.
struct StreamSlot {
    ByteSpan bytes;
    std::optional<Error> problem;
    [[nodiscard]] bool isPresent() const noexcept { return !bytes.empty(); }
    [[nodiscard]] bool isAbsent() const noexcept { return bytes.empty() && !problem; }
};

// How the residuals are to be applied (formats.md, sections 1, 2 and 4).
enum class ResidualScheme {
    TwoStep,  // version 1: level 1 residuals on up2(L2), level 0 residuals on up2(level 1)
    Fused,    // versions 2 and 3: one residual for the whole level 0 mosaic, predicted by one 4x step from L2
    Bicubic,  // version 5: one residual of level 0, three components, predicted by one 4x bicubic step from L2
};

struct FamilyStreams {
    FamilyId id;
    std::string source;  // what messages call the slide: its path
    ResidualScheme scheme = ResidualScheme::TwoStep;
    StreamSlot level2;  // always present: a family without its L2 tile cannot be read
    // Residuals by index in the family, row-major: dy * 2 + dx and dy * 4 + dx. Slots outside an edge family
    // stay absent. Of version 5 an absent level 0 residual is one of nothing; level 1 has none.
    std::array<StreamSlot, kFamilyLevel1Tiles> level1;
    std::array<StreamSlot, kFamilyLevel0Tiles> level0;
    StreamSlot fused;
    // Baseline tiles, read only where the residual is absent or has a problem.
    std::array<StreamSlot, kFamilyLevel1Tiles> level1Baseline;
    std::array<StreamSlot, kFamilyLevel0Tiles> level0Baseline;

    std::int64_t bytesRead = 0;      // from the file, compressed packs as they lie on disk
    std::int64_t residualBytes = 0;  // of residual streams only
    // Keeps alive what the slots point to.
    std::vector<std::shared_ptr<const Bytes>> owners;
};

}  // namespace origami
