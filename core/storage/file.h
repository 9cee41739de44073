// Reading files: whole ones with a limit, and parts of one that is kept open. Error messages name the file and what the
// operating system said. All functions that read block on the disk.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/storage/file_stamp.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace origami {

// "cannot open /a/b: Permission denied". NotFound for missing files, OutOfMemory if the system ran out of memory, Io
// otherwise.
Error fileError(std::string_view doing, const std::filesystem::path& path, int errnoValue);

// Whether this errno tells of trouble that may be over soon (a bad cable, a share that does not answer, no memory), and
// not of the file itself. For errors of libraries that read files themselves.
bool isPassing(int errnoValue) noexcept;

// Whether there is a folder at this path. An error only if the file system cannot tell.
Result<bool> isFolder(const std::filesystem::path& path);

// Calls `take(name)` for each entry of a folder, except "." and "..", in no particular order, until it returns false.
// Errors as fileError. (std::filesystem's iterator ends the program if it runs out of memory.)
Result<void> forEachName(const std::filesystem::path& folder, const std::function<bool(const std::string& name)>& take);

// Reads at an offset of an open file until `into` is full or the file ends. Returns the number of bytes read, or -1 and
// sets errno.
std::ptrdiff_t readAt(int descriptor, std::uint64_t offset, std::span<std::byte> into) noexcept;

// A regular file open for reading. Move-only; reading is thread-safe. A read that failed leaves no trace: the same read
// may succeed later.
class RandomAccessFile {
public:
    static Result<RandomAccessFile> open(const std::filesystem::path& path);
    ~RandomAccessFile();
    RandomAccessFile(RandomAccessFile&& other) noexcept;
    RandomAccessFile& operator=(RandomAccessFile&& other) noexcept;
    RandomAccessFile(const RandomAccessFile&) = delete;
    RandomAccessFile& operator=(const RandomAccessFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }
    // Bytes of the file when it was opened.
    [[nodiscard]] std::int64_t size() const noexcept { return m_stamp.bytes; }
    // The file as it was when it was opened.
    [[nodiscard]] StampedFile stamped() const { return {m_path, m_stamp}; }
    // Reads exactly `length` bytes. Truncated if the file ended before them when it was opened, or ends before them
    // now.
    [[nodiscard]] Result<Bytes> read(std::uint64_t offset, std::size_t length) const;
    // As read, into memory of the caller, which is filled.
    [[nodiscard]] Result<void> readInto(std::uint64_t offset, std::span<std::byte> into) const;
    // Asks the system to fetch bytes that will be read soon, so that it does so while something else is read. Does not
    // wait. Does nothing if the range reaches past the end of the file.
    void expect(std::uint64_t offset, std::size_t length) const noexcept;

private:
    RandomAccessFile(std::filesystem::path path, int descriptor) noexcept
        : m_path(std::move(path)), m_descriptor(descriptor) {}
    [[nodiscard]] bool isWithin(std::uint64_t offset, std::size_t length) const noexcept;
    // Truncated if the file ended before the range does when it was opened.
    [[nodiscard]] std::optional<Error> checkRange(std::uint64_t offset, std::size_t length) const;
    // Why a read ended before the range did, though the range was inside the file when it was opened.
    [[nodiscard]] Error shortRead(std::uint64_t offset, std::size_t length) const;

    std::filesystem::path m_path;
    int m_descriptor = -1;
    FileStamp m_stamp;
};

// Reads a whole file. Unsupported if it is larger than maxBytes.
Result<Bytes> readFile(const std::filesystem::path& path, std::int64_t maxBytes);

// A whole file that the system has been asked to fetch, so that other files can be read meanwhile.
class ExpectedFile {
public:
    // Does not fail: read() reports errors of opening, too.
    ExpectedFile(const std::filesystem::path& path, std::int64_t maxBytes);
    // As readFile.
    [[nodiscard]] Result<Bytes> read() const;

private:
    Result<RandomAccessFile> m_file;
};

// Calls `take(index, result of readFile)` for each path, in order. While one file is read the system fetches the next
// few.
template <class Take>
void readFiles(std::span<const std::filesystem::path> paths, std::int64_t maxBytes, const Take& take) {
    constexpr std::size_t kAtOnce = 4;  // many threads do this, and macOS allows a process 256 open files
    std::deque<ExpectedFile> coming;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        for (std::size_t next = i + coming.size(); next < paths.size() && coming.size() < kAtOnce; ++next) {
            coming.emplace_back(paths[next], maxBytes);
        }
        take(i, coming.front().read());
        coming.pop_front();
    }
}

}  // namespace origami
