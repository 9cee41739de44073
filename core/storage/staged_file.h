// A file that appears under its name only when it is complete and on the disk. For storage/ and the engine.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace origami {

// Is written beside its target and then takes the target's name; removed if it never does. Move-only.
class StagedFile {
public:
    // InvalidArgument if the target exists and `overwrite` is not set, or is not a regular file; NotFound if the folder
    // it is to lie in does not exist; Io if that one cannot be written to. Blocks.
    static Result<StagedFile> create(const std::filesystem::path& target, bool overwrite);

    StagedFile(StagedFile&& other) noexcept;
    StagedFile& operator=(StagedFile&&) = delete;
    ~StagedFile();

    // As the user wrote it.
    [[nodiscard]] const std::filesystem::path& target() const noexcept { return m_target; }

    // Writes all bytes at this offset, which may lie past the end. Thread-safe; blocks.
    Result<void> write(std::uint64_t offset, ByteSpan bytes) const;
    // Reads up to into.size() bytes of what was written, fewer at the end. Thread-safe; blocks.
    Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const;

    // Waits until the bytes are on the disk, gives the file its name and waits until the folder is on the disk. A
    // target that appeared meanwhile is not replaced unless `overwrite` was set. Blocks.
    Result<void> commit();

private:
    StagedFile(std::filesystem::path target, std::filesystem::path place, std::filesystem::path staging, int descriptor,
               bool overwrite);

    std::filesystem::path m_target;
    std::filesystem::path m_place;    // absolute
    std::filesystem::path m_staging;  // empty once it is no longer ours
    int m_descriptor = -1;
    bool m_overwrite;
};

}  // namespace origami
