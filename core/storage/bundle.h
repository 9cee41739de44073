// A bundle: the packs of all families of a slide in one file (formats.md, section 2, "Bundle").
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/storage/file.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace origami {

class Bundle {
public:
    // Reads the header and the index (12 bytes for each family) and checks every entry against the file's size. Corrupt
    // if the bundle is for another grid than columns x rows families. Blocks.
    static Result<Bundle> open(const std::filesystem::path& path, std::int64_t columns, std::int64_t rows);

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_file.path(); }
    // The file as it was when it was opened.
    [[nodiscard]] StampedFile stamped() const { return m_file.stamped(); }

    [[nodiscard]] bool contains(std::int64_t x, std::int64_t y) const noexcept { return entry(x, y).length > 0; }
    // Number of families that have a pack.
    [[nodiscard]] std::int64_t packCount() const noexcept;
    // Reads the pack of one family, in the form of a .pack file. NotFound if it has none. Thread-safe; blocks.
    [[nodiscard]] Result<Bytes> readPack(std::int64_t x, std::int64_t y) const;

private:
    struct Entry {
        std::uint64_t offset = 0;
        std::uint32_t length = 0;
    };
    Bundle(RandomAccessFile file, std::int64_t columns, std::vector<Entry> index)
        : m_file(std::move(file)), m_columns(columns), m_index(std::move(index)) {}
    [[nodiscard]] const Entry& entry(std::int64_t x, std::int64_t y) const noexcept {
        return m_index[static_cast<std::size_t>(y * m_columns + x)];
    }

    RandomAccessFile m_file;
    std::int64_t m_columns;
    std::vector<Entry> m_index;  // row-major
};

}  // namespace origami
