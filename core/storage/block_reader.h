// Turns the many small reads of a parser into few large ones. On a disk or share that answers slowly, a short read
// takes as long as a long one.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/storage/file.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace origami {

// Keeps the blocks of a file that were used last, a quarter of a MB in all. The file must outlive the reader. Not
// thread-safe.
class BlockReader {
public:
    static constexpr std::size_t kBlockBytes = std::size_t{1} << 16;

    explicit BlockReader(const RandomAccessFile& file) : m_file(file) {}

    [[nodiscard]] const RandomAccessFile& file() const noexcept { return m_file; }
    // As RandomAccessFile::readInto. Reads as long as a block go directly to the file.
    [[nodiscard]] Result<void> readInto(std::uint64_t offset, std::span<std::byte> into);

private:
    struct Block {
        std::uint64_t offset = 0;
        Bytes bytes;
    };
    // The block in which `offset` lies, which must be inside the file. Valid until the next call.
    [[nodiscard]] Result<const Block*> blockAt(std::uint64_t offset);

    const RandomAccessFile& m_file;
    std::vector<Block> m_blocks;  // most recently used first
};

}  // namespace origami
