#include "core/storage/block_reader.h"

#include <algorithm>
#include <utility>

namespace origami {
namespace {

constexpr std::size_t kBlocks = 4;

}  // namespace

Result<void> BlockReader::readInto(std::uint64_t offset, std::span<std::byte> into) {
    const auto fileSize = static_cast<std::uint64_t>(m_file.size());
    if (into.size() >= kBlockBytes || offset > fileSize || into.size() > fileSize - offset) {
        return m_file.readInto(offset, into);
    }
    while (!into.empty()) {
        const Result<const Block*> block = blockAt(offset);
        if (!block) {
            return block.error();
        }
        const std::span<const std::byte> there =
            std::span((*block)->bytes).subspan(static_cast<std::size_t>(offset - (*block)->offset));
        const std::size_t length = std::min(there.size(), into.size());
        std::ranges::copy(there.first(length), into.begin());
        into = into.subspan(length);
        offset += length;
    }
    return {};
}

Result<const BlockReader::Block*> BlockReader::blockAt(std::uint64_t offset) {
    const std::uint64_t start = offset - offset % kBlockBytes;
    auto found = std::ranges::find(m_blocks, start, &Block::offset);
    if (found == m_blocks.end()) {
        const std::uint64_t left = static_cast<std::uint64_t>(m_file.size()) - start;
        Result<Bytes> bytes = m_file.read(start, static_cast<std::size_t>(std::min<std::uint64_t>(left, kBlockBytes)));
        if (!bytes) {
            return std::move(bytes).error();
        }
        if (m_blocks.size() == kBlocks) {
            m_blocks.pop_back();
        }
        found = m_blocks.insert(m_blocks.end(), {start, std::move(*bytes)});
    }
    std::rotate(m_blocks.begin(), found, found + 1);
    return &m_blocks.front();
}

}  // namespace origami
