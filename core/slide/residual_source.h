// Where an ORIGAMI directory keeps its residuals: one bundle, one pack a family, or one file a tile.
#pragma once

#include "core/base/result.h"
#include "core/pyramid/family_streams.h"
#include "core/slide/slide.h"

#include <filesystem>
#include <memory>
#include <string>

namespace origami {

class ResidualSource {
public:
    virtual ~ResidualSource() = default;

    // "bundle", "packs", "loose residuals".
    [[nodiscard]] virtual std::string name() const = 0;
    // Families that have residuals; looks at one listing or index. Blocks.
    [[nodiscard]] virtual std::int64_t familyCount() const = 0;

    // Fills in what there is for the family, with `problem` in every slot that is damaged. Thread-safe; blocks.
    virtual void read(const Pyramid& pyramid, FamilyStreams& streams) const = 0;
};

// Null if there are no residuals anywhere; an error if those that should be there cannot be used.
Result<std::unique_ptr<const ResidualSource>> findResiduals(const std::filesystem::path& folder, const Pyramid& pyramid,
                                                            const OpenOptions& options);

}  // namespace origami
