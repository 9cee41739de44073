// Noticing that a file has been changed by somebody else: what the file system says about it, then and now.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>

struct stat;

namespace origami {

struct FileStamp {
    std::int64_t bytes = 0;
    std::int64_t modifiedNs = 0;  // last modification, in ns since 1970
    std::uint64_t inode = 0;      // inode and device together name the file itself, whatever its path
    std::uint64_t device = 0;

    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

FileStamp stampOf(const struct stat& status) noexcept;

// The stamp of the file at this path (of its target if it is a symbolic link). NotFound, or Io with the system's words.
// Blocks.
Result<FileStamp> fileStamp(const std::filesystem::path& path);

struct StampedFile {
    std::filesystem::path path;
    FileStamp stamp;
};

// Whether the path now leads to other contents than at the time of the stamp: the file was written to, touched or
// replaced. A file that cannot be found or reached counts as unchanged. Blocks.
bool hasChanged(const StampedFile& file);

}  // namespace origami
