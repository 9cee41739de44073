// A file that appears under its name only when it is complete and on the disk.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace origami {

// The file is written under a hidden name beside its target and then takes the target's name. It is removed if it never
// does. Move-only.
class StagedFile {
public:
    // InvalidArgument if the target exists and `overwrite` is not set, or is not a regular file; NotFound if its folder
    // does not exist; Io if the folder cannot be written to. Blocks.
    static Result<StagedFile> create(const std::filesystem::path& target, bool overwrite);

    StagedFile(StagedFile&& other) noexcept;
    StagedFile& operator=(StagedFile&&) = delete;
    ~StagedFile();

    // The target as the user wrote it.
    [[nodiscard]] const std::filesystem::path& target() const noexcept { return m_target; }

    // Writes all bytes at this offset, which may lie past the end. Thread-safe; blocks.
    Result<void> write(std::uint64_t offset, ByteSpan bytes) const;
    // Reads into.size() bytes of what was written, or fewer at the end of the file; returns how many. Thread-safe;
    // blocks.
    Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const;

    // Waits until the bytes are on the disk, gives the file its name and waits until the folder is on the disk, too.
    // InvalidArgument if the target has appeared meanwhile and `overwrite` was not set. Blocks.
    Result<void> commit();

private:
    StagedFile(std::filesystem::path target, std::filesystem::path place, bool overwrite);

    std::filesystem::path m_target;
    std::filesystem::path m_place;    // absolute
    std::filesystem::path m_staging;  // the hidden name; empty once there is no such file
    int m_descriptor = -1;
    bool m_overwrite;
};

}  // namespace origami
