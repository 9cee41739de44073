// A folder that appears under its name only when it is complete. Private to encode/.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/storage/staging.h"

#include <filesystem>

namespace origami {

// Is written beside its target, and then takes the target's name; removed with all it holds if it never does.
class StagedFolder {
public:
    // InvalidArgument if the target exists and `overwrite` is not set or `guard` objects; NotFound if the folder it is
    // to lie in does not exist; Io if that one cannot be written to.
    static Result<StagedFolder> create(const std::filesystem::path& target, bool overwrite,
                                       const OverwriteGuard& guard);

    StagedFolder(StagedFolder&& other) noexcept;
    StagedFolder& operator=(StagedFolder&&) = delete;
    ~StagedFolder();

    // Folder names and file paths are relative to the staged folder. Thread-safe.
    Result<void> makeFolder(const std::filesystem::path& name) const;
    Result<void> writeFile(const std::filesystem::path& name, ByteSpan bytes) const;

    // Takes the target's name. A target that is already there is moved aside first, moved back if that fails, and
    // removed only afterwards.
    Result<void> commit();

private:
    StagedFolder(std::filesystem::path target, std::filesystem::path staging, bool overwrite);
    // As the user knows it: messages speak of the target, not of the staging folder.
    [[nodiscard]] Error failure(const std::filesystem::path& name, int systemError) const;

    std::filesystem::path m_target;
    std::filesystem::path m_staging;  // empty once it is no longer ours
    bool m_overwrite;
};

}  // namespace origami
