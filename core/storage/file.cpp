#include "core/storage/file.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace origami {

Error fileError(std::string_view doing, const std::filesystem::path& path, int errnoValue) {
    const bool isMissing = errnoValue == ENOENT || errnoValue == ENOTDIR;
    return {isMissing ? ErrorCode::NotFound : ErrorCode::Io,
            fmt::format("cannot {} {}: {}", doing, path.string(), std::generic_category().message(errnoValue))};
}

Result<RandomAccessFile> RandomAccessFile::open(const std::filesystem::path& path) {
    // Not to wait for the other end of a pipe.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return fileError("open", path, errno);
    }
    RandomAccessFile file(path, descriptor, 0);
    struct stat status {};
    if (fstat(descriptor, &status) != 0) {
        return fileError("open", path, errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return Error{ErrorCode::Io, fmt::format("cannot open {}: not a regular file", path.string())};
    }
    file.m_size = status.st_size;
    return file;
}

RandomAccessFile::~RandomAccessFile() {
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

RandomAccessFile::RandomAccessFile(RandomAccessFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_descriptor(std::exchange(other.m_descriptor, -1)), m_size(other.m_size) {}

RandomAccessFile& RandomAccessFile::operator=(RandomAccessFile&& other) noexcept {
    std::swap(m_path, other.m_path);
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_size, other.m_size);
    return *this;
}

Result<Bytes> RandomAccessFile::read(std::uint64_t offset, std::size_t length) const {
    const auto size = static_cast<std::uint64_t>(m_size);
    if (offset > size || length > size - offset) {
        return Error{ErrorCode::Truncated, fmt::format("{} ends after {} bytes where {} bytes at {} are needed",
                                                       m_path.string(), size, length, offset)};
    }
    Bytes bytes(length);
    std::size_t done = 0;
    while (done < length) {
        const ssize_t got =
            ::pread(m_descriptor, bytes.data() + done, length - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fileError("read", m_path, errno);
        }
        if (got == 0) {
            return Error{ErrorCode::Truncated, fmt::format("{} became shorter while it was read", m_path.string())};
        }
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

Result<Bytes> readFile(const std::filesystem::path& path, std::int64_t maxBytes) {
    const Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file) {
        return file.error();
    }
    if (file->size() > maxBytes) {
        return Error{ErrorCode::OutOfMemory,
                     fmt::format("{} has {} bytes; at most {} are read", path.string(), file->size(), maxBytes)};
    }
    return file->read(0, static_cast<std::size_t>(file->size()));
}

}  // namespace origami
