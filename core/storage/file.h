// Reading files: whole ones with a limit, and parts of one kept open. Errors name the file and what the operating
// system said. Everything here blocks on the disk.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <span>

namespace origami {

// "cannot open /a/b: Permission denied". NotFound for missing files, Io for the rest.
Error fileError(std::string_view doing, const std::filesystem::path& path, int errnoValue);

// Reads at an offset of an open file until `into` is full or the file ends: how many bytes, or -1 and errno.
std::ptrdiff_t readAt(int descriptor, std::uint64_t offset, std::span<std::byte> into) noexcept;

// A regular file open for reading. Move-only; reading is thread-safe.
class RandomAccessFile {
public:
    static Result<RandomAccessFile> open(const std::filesystem::path& path);
    ~RandomAccessFile();
    RandomAccessFile(RandomAccessFile&& other) noexcept;
    RandomAccessFile& operator=(RandomAccessFile&& other) noexcept;
    RandomAccessFile(const RandomAccessFile&) = delete;
    RandomAccessFile& operator=(const RandomAccessFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }
    // When it was opened.
    [[nodiscard]] std::int64_t size() const noexcept { return m_size; }
    // Exactly `length` bytes; Truncated if the file ends before them.
    [[nodiscard]] Result<Bytes> read(std::uint64_t offset, std::size_t length) const;
    // The same into memory that is there already.
    [[nodiscard]] Result<void> readInto(std::uint64_t offset, std::span<std::byte> into) const;
    // Has the system fetch what is read soon, while something else is read. Does not wait; what lies behind the file's
    // end is left out.
    void expect(std::uint64_t offset, std::size_t length) const noexcept;

private:
    RandomAccessFile(std::filesystem::path path, int descriptor, std::int64_t size)
        : m_path(std::move(path)), m_descriptor(descriptor), m_size(size) {}
    [[nodiscard]] bool isWithin(std::uint64_t offset, std::size_t length) const noexcept;
    // Truncated if the file ends before the range does.
    [[nodiscard]] std::optional<Error> checkRange(std::uint64_t offset, std::size_t length) const;

    std::filesystem::path m_path;
    int m_descriptor = -1;
    std::int64_t m_size = 0;
};

// OutOfMemory if the file is larger than maxBytes.
Result<Bytes> readFile(const std::filesystem::path& path, std::int64_t maxBytes);

// A whole file, opened, with its bytes on their way: what else has to be read can be read meanwhile.
class ExpectedFile {
public:
    // Errors, of opening too, come from read().
    ExpectedFile(const std::filesystem::path& path, std::int64_t maxBytes);
    [[nodiscard]] Result<Bytes> read() const;

private:
    Result<RandomAccessFile> m_file;
};

// readFile of each path in turn, with the next few files on their way: `take(index, bytes)`.
template <class Take>
void readFiles(std::span<const std::filesystem::path> paths, std::int64_t maxBytes, const Take& take) {
    constexpr std::size_t kAtOnce = 4;  // by many threads, each with files open, of which macOS allows 256
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
