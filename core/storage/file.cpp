#include "core/storage/file.h"

#include <fmt/format.h>

#include <algorithm>
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

namespace {

// Linux fetches no more than this at a time from file systems that do not say that they want more, and then waits for
// it before the rest (its read_ahead_kb).
constexpr std::size_t kExpectedTogether = std::size_t{128} << 10;

}  // namespace

std::ptrdiff_t readAt(int descriptor, std::uint64_t offset, std::span<std::byte> into) noexcept {
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t got =
            ::pread(descriptor, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    return static_cast<std::ptrdiff_t>(done);
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
    if (std::optional<Error> tooShort = checkRange(offset, length)) {
        return *std::move(tooShort);
    }
    Bytes bytes(length);
    if (Result<void> done = readInto(offset, bytes); !done) {
        return std::move(done).error();
    }
    return bytes;
}

Result<void> RandomAccessFile::readInto(std::uint64_t offset, std::span<std::byte> into) const {
    if (std::optional<Error> tooShort = checkRange(offset, into.size())) {
        return *std::move(tooShort);
    }
    if (into.size() > kExpectedTogether) {
        expect(offset, into.size());
    }
    const std::ptrdiff_t got = readAt(m_descriptor, offset, into);
    if (got < 0) {
        return fileError("read", m_path, errno);
    }
    if (static_cast<std::size_t>(got) < into.size()) {
        return Error{ErrorCode::Truncated, fmt::format("{} became shorter while it was read", m_path.string())};
    }
    return {};
}

void RandomAccessFile::expect(std::uint64_t offset, std::size_t length) const noexcept {
    if (!isWithin(offset, length)) {
        return;
    }
    for (std::size_t done = 0; done < length; done += kExpectedTogether) {
        const auto at = static_cast<off_t>(offset + done);
        const std::size_t bytes = std::min(length - done, kExpectedTogether);
#ifdef F_RDADVISE
        radvisory advice{.ra_offset = at, .ra_count = static_cast<int>(bytes)};
        ::fcntl(m_descriptor, F_RDADVISE, &advice);
#else
        ::posix_fadvise(m_descriptor, at, static_cast<off_t>(bytes), POSIX_FADV_WILLNEED);
#endif
    }
}

bool RandomAccessFile::isWithin(std::uint64_t offset, std::size_t length) const noexcept {
    const auto size = static_cast<std::uint64_t>(m_size);
    return offset <= size && length <= size - offset;
}

std::optional<Error> RandomAccessFile::checkRange(std::uint64_t offset, std::size_t length) const {
    if (isWithin(offset, length)) {
        return std::nullopt;
    }
    return Error{ErrorCode::Truncated, fmt::format("{} ends after {} bytes where {} bytes at {} are needed",
                                                   m_path.string(), m_size, length, offset)};
}

namespace {

Result<RandomAccessFile> openWithin(const std::filesystem::path& path, std::int64_t maxBytes) {
    Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (file && file->size() > maxBytes) {
        return Error{ErrorCode::OutOfMemory,
                     fmt::format("{} has {} bytes; at most {} are read", path.string(), file->size(), maxBytes)};
    }
    return file;
}

Result<Bytes> readWhole(const Result<RandomAccessFile>& file) {
    return file ? file->read(0, static_cast<std::size_t>(file->size())) : file.error();
}

}  // namespace

Result<Bytes> readFile(const std::filesystem::path& path, std::int64_t maxBytes) {
    return readWhole(openWithin(path, maxBytes));
}

ExpectedFile::ExpectedFile(const std::filesystem::path& path, std::int64_t maxBytes)
    : m_file(openWithin(path, maxBytes)) {
    if (m_file) {
        m_file->expect(0, static_cast<std::size_t>(m_file->size()));
    }
}

Result<Bytes> ExpectedFile::read() const {
    return readWhole(m_file);
}

}  // namespace origami
