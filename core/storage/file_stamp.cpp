#include "core/storage/file_stamp.h"

#include "core/storage/file.h"

#include <cerrno>

#include <sys/stat.h>

namespace origami {

FileStamp stampOf(const struct stat& status) noexcept {
#ifdef __APPLE__
    const timespec& modified = status.st_mtimespec;
#else
    const timespec& modified = status.st_mtim;
#endif
    constexpr std::int64_t kNsPerSecond = 1'000'000'000;
    return {.bytes = status.st_size,
            .modifiedNs = std::int64_t{modified.tv_sec} * kNsPerSecond + modified.tv_nsec,
            .inode = static_cast<std::uint64_t>(status.st_ino),
            .device = static_cast<std::uint64_t>(status.st_dev)};
}

Result<FileStamp> fileStamp(const std::filesystem::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return fileError("open", path, errno);
    }
    return stampOf(status);
}

bool hasChanged(const StampedFile& file) {
    const Result<FileStamp> now = fileStamp(file.path);
    return now && *now != file.stamp;
}

}  // namespace origami
