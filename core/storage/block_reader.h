// Small reads close to each other, as a parser makes them, out of few large ones: on a disk or share that answers
// slowly each read costs the same, however short.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/storage/file.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace origami {

// Keeps the blocks of a file that were used last, a quarter of a MB in all; the file must outlive it. Not thread-safe.
class BlockReader {
public:
    static constexpr std::size_t kBlockBytes = std::size_t{1} << 16;

    explicit BlockReader(const RandomAccessFile& file) : m_file(file) {}

    [[nodiscard]] const RandomAccessFile& file() const noexcept { return m_file; }
    // As RandomAccessFile::readInto. What is as long as a block is read directly.
    [[nodiscard]] Result<void> readInto(std::uint64_t offset, std::span<std::byte> into);

private:
    struct Block {
        std::uint64_t offset = 0;
        Bytes bytes;
    };
    // That in which `offset` lies, which must be inside the file; until the next call.
    [[nodiscard]] Result<const Block*> blockAt(std::uint64_t offset);

    const RandomAccessFile& m_file;
    std::vector<Block> m_blocks;  // most recently used first
};

}  // namespace origami
