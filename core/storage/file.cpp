#include "core/storage/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace origami {

namespace {

// Linux fetches no more than this at a time from file systems that do not ask for more, and then waits for it before
// it fetches the rest (its read_ahead_kb).
constexpr std::size_t kExpectedTogether = std::size_t{128} << 10;

bool isMissing(int errnoValue) noexcept {
    return errnoValue == ENOENT || errnoValue == ENOTDIR;
}

}  // namespace

Error fileError(std::string_view doing, const std::filesystem::path& path, int errnoValue) {
    const ErrorCode code = isMissing(errnoValue)  ? ErrorCode::NotFound
                           : errnoValue == ENOMEM ? ErrorCode::OutOfMemory
                                                  : ErrorCode::Io;
    return {code, fmt::format("cannot {} {}: {}", doing, path.string(), std::generic_category().message(errnoValue))};
}

bool isPassing(int errnoValue) noexcept {
    constexpr std::array kPassing{EIO,          ENOMEM,    EAGAIN,     EBUSY,        EINTR,        ETIMEDOUT,  ESTALE,
                                  EMFILE,       ENFILE,    ENODEV,     ENXIO,        ENOBUFS,      ENOTCONN,   ENETDOWN,
                                  ECONNABORTED, ENETRESET, ECONNRESET, ECONNREFUSED, EHOSTUNREACH, ENETUNREACH};
    return std::ranges::find(kPassing, errnoValue) != kPassing.end();
}

Result<bool> isFolder(const std::filesystem::path& path) {
    std::error_code error;
    const std::filesystem::file_status status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::none) {
        return fileError("open", path, error.value());
    }
    return std::filesystem::is_directory(status);
}

Result<void> forEachName(const std::filesystem::path& folder, const std::function<bool(const std::string&)>& take) {
    struct Closer {
        void operator()(DIR* open) const noexcept { ::closedir(open); }
    };
    const std::unique_ptr<DIR, Closer> listing(::opendir(folder.c_str()));
    if (!listing) {
        return fileError("open the folder", folder, errno);
    }
    while (true) {
        errno = 0;  // tells the end of the folder from an error
        const dirent* const entry = ::readdir(listing.get());
        if (entry == nullptr && errno != 0) {
            return fileError("read the folder", folder, errno);
        }
        if (entry == nullptr) {
            return {};
        }
        const std::string name = static_cast<const char*>(entry->d_name);
        if (name != "." && name != ".." && !take(name)) {
            return {};
        }
    }
}

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
    RandomAccessFile file(path, -1);  // before there is a descriptor, which would stay open if this threw
    // O_NONBLOCK: a pipe would keep us waiting for its other end.
    file.m_descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file.m_descriptor < 0) {
        return fileError("open", path, errno);
    }
    struct stat status {};
    if (::fstat(file.m_descriptor, &status) != 0) {
        return fileError("open", path, errno);
    }
    if (!S_ISREG(status.st_mode)) {
        return Error{ErrorCode::Unsupported, fmt::format("cannot open {}: not a regular file", path.string())};
    }
    file.m_stamp = stampOf(status);
    return file;
}

RandomAccessFile::~RandomAccessFile() {
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

RandomAccessFile::RandomAccessFile(RandomAccessFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_descriptor(std::exchange(other.m_descriptor, -1)), m_stamp(other.m_stamp) {}

RandomAccessFile& RandomAccessFile::operator=(RandomAccessFile&& other) noexcept {
    std::swap(m_path, other.m_path);
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_stamp, other.m_stamp);
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
        return shortRead(offset, into.size());
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
    const auto size = static_cast<std::uint64_t>(m_stamp.bytes);
    return offset <= size && length <= size - offset;
}

std::optional<Error> RandomAccessFile::checkRange(std::uint64_t offset, std::size_t length) const {
    if (isWithin(offset, length)) {
        return std::nullopt;
    }
    return Error{ErrorCode::Truncated, fmt::format("{} ends after {} bytes where {} bytes at {} are needed",
                                                   m_path.string(), m_stamp.bytes, length, offset)};
}

Error RandomAccessFile::shortRead(std::uint64_t offset, std::size_t length) const {
    struct stat now {};
    if (::fstat(m_descriptor, &now) != 0) {
        return fileError("read", m_path, errno);
    }
    return {ErrorCode::Truncated,
            now.st_size < m_stamp.bytes
                ? fmt::format("{} has been changed since it was opened: it had {} bytes and has {} now",
                              m_path.string(), m_stamp.bytes, now.st_size)
                : fmt::format("{} ended before all of the {} bytes at {} were read", m_path.string(), length, offset)};
}

namespace {

Result<RandomAccessFile> openWithin(const std::filesystem::path& path, std::int64_t maxBytes) {
    Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (file && file->size() > maxBytes) {
        return Error{ErrorCode::Unsupported,
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
