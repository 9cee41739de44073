#include "core/storage/staged_file.h"

#include "core/storage/file.h"
#include "core/storage/staging.h"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace origami {
namespace {

namespace fs = std::filesystem;

// Waits until the bytes are on the disk itself. Returns 0 or errno.
int synchronise(int descriptor) noexcept {
#ifdef F_FULLFSYNC
    // On macOS fsync leaves the bytes in the drive's cache. Not every file system supports F_FULLFSYNC.
    if (::fcntl(descriptor, F_FULLFSYNC) == 0) {
        return 0;
    }
#endif
    return ::fsync(descriptor) == 0 ? 0 : errno;
}

// Renames, but never over something that exists. Returns 0 or errno.
int renameWithoutReplacing(const fs::path& from, const fs::path& to) noexcept {
#if defined(__linux__)
    const int result = ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
#else
    const int result = ::renamex_np(from.c_str(), to.c_str(), RENAME_EXCL);
#endif
    if (result == 0) {
        return 0;
    }
    if (errno != EINVAL && errno != ENOSYS && errno != ENOTSUP) {
        return errno;
    }
    // The file system cannot do both in one step.
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(to, ignored))) {
        return EEXIST;
    }
    return ::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

std::string objectionToReplacing(const fs::path& place) {
    std::error_code error;
    return fs::is_regular_file(place, error) ? "" : "is not a regular file";
}

}  // namespace

Result<StagedFile> StagedFile::create(const fs::path& target, bool overwrite) {
    Result<fs::path> place = newPlace(target, "file", overwrite, objectionToReplacing);
    if (!place) {
        return std::move(place).error();
    }
    // Everything that takes memory comes before the file, which would stay behind if something threw.
    fs::path staging = hiddenSibling(*place, "partial");
    StagedFile file(target, *std::move(place), overwrite);
    file.m_descriptor = ::open(staging.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);  // less the umask
    if (file.m_descriptor < 0) {
        return cannotWrite(target, errno);
    }
    file.m_staging = std::move(staging);
    return file;
}

StagedFile::StagedFile(fs::path target, fs::path place, bool overwrite)
    : m_target(std::move(target)), m_place(std::move(place)), m_overwrite(overwrite) {}

StagedFile::StagedFile(StagedFile&& other) noexcept
    : m_target(std::move(other.m_target)),
      m_place(std::move(other.m_place)),
      m_staging(std::exchange(other.m_staging, {})),
      m_descriptor(std::exchange(other.m_descriptor, -1)),
      m_overwrite(other.m_overwrite) {}

StagedFile::~StagedFile() {
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
    if (!m_staging.empty()) {
        ::unlink(m_staging.c_str());
    }
}

Result<void> StagedFile::write(std::uint64_t offset, ByteSpan bytes) const {
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return cannotWrite(m_target, put < 0 ? errno : ENOSPC);
        }
        bytes = bytes.subspan(static_cast<std::size_t>(put));
        offset += static_cast<std::uint64_t>(put);
    }
    return {};
}

Result<std::size_t> StagedFile::read(std::uint64_t offset, std::span<std::byte> into) const {
    const std::ptrdiff_t got = readAt(m_descriptor, offset, into);
    if (got < 0) {
        return cannotWrite(m_target, errno);
    }
    return static_cast<std::size_t>(got);
}

Result<void> StagedFile::commit() {
    if (const int failure = synchronise(m_descriptor)) {
        return cannotWrite(m_target, failure);
    }
    // Some network file systems report only now that there was no room.
    if (::close(std::exchange(m_descriptor, -1)) != 0) {
        return cannotWrite(m_target, errno);
    }
    int failure = 0;
    if (m_overwrite) {
        failure = ::rename(m_staging.c_str(), m_place.c_str()) == 0 ? 0 : errno;
    } else {
        failure = renameWithoutReplacing(m_staging, m_place);
    }
    if (failure != 0) {
        return failure == EEXIST ? existsAlready(m_target) : cannotWrite(m_target, failure);
    }
    m_staging.clear();
    // The name is on the disk only when the folder is. Errors are ignored: the file has its name already, and some
    // folders can be neither opened for reading nor synchronised.
    if (const int folder = ::open(m_place.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); folder >= 0) {
        synchronise(folder);
        ::close(folder);
    }
    return {};
}

}  // namespace origami
