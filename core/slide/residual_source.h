// Where an ORIGAMI directory keeps its residuals: in one bundle, in one pack for each family, or in one file for each
// tile.
#pragma once

#include "core/base/result.h"
#include "core/pyramid/family_streams.h"
#include "core/slide/slide.h"
#include "core/storage/file_stamp.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace origami {

class ResidualSource {
public:
    virtual ~ResidualSource() = default;

    // "bundle", "packs", "loose residuals".
    [[nodiscard]] virtual std::string name() const = 0;
    // Number of families that had residuals when the source was opened.
    [[nodiscard]] virtual std::int64_t familyCount() const = 0;
    // The file that stays open, as it was when it was opened; nothing if a file is opened for each read.
    [[nodiscard]] virtual std::optional<StampedFile> heldFile() const { return std::nullopt; }

    // Fills in the streams that there are for the family. A slot whose stream is damaged or cannot be read gets a
    // `problem` instead. Thread-safe; blocks.
    virtual void read(const Pyramid& pyramid, FamilyStreams& streams) const = 0;
};

// Finds the residuals of a slide: the bundle in `folder`/residual_packs, otherwise the packs there, otherwise the loose
// files of the best quality, or what `options` names instead. Null if there are none. An error if a folder or the
// bundle cannot be read, or what `options` names is not there. Blocks.
Result<std::unique_ptr<const ResidualSource>> findResiduals(const std::filesystem::path& folder, const Pyramid& pyramid,
                                                            const OpenOptions& options);

}  // namespace origami
