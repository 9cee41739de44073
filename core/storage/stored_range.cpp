#include "core/storage/stored_range.h"

namespace origami {
namespace {

constexpr std::uint64_t kGap = 1 << 16;
constexpr std::uint64_t kMaxTogether = 16 << 20;

}  // namespace

void StoredRange::add(const StoredRange& other) noexcept {
    begin = std::min(begin, other.begin);
    end = std::max(end, other.end);
    wanted += other.wanted;
}

bool StoredRange::isWorthOneRead() const noexcept {
    return end < begin || end - begin <= wanted + kGap;
}

StoredRange rangeOf(const TiffTile& tile, std::int64_t fileBytes) noexcept {
    return tile.length > 0 && isWithin(tile, fileBytes)
               ? StoredRange{.begin = tile.offset, .end = tile.offset + tile.length, .wanted = tile.length}
               : StoredRange{};
}

Result<ByteSpan> LoadedRange::piece(const RandomAccessFile& file, std::uint64_t offset, std::size_t length,
                                    Bytes& alone) const {
    if (bytes && offset >= begin && length <= bytes->size() && offset - begin <= bytes->size() - length) {
        return ByteSpan(*bytes).subspan(static_cast<std::size_t>(offset - begin), length);
    }
    Result<Bytes> read = file.read(offset, length);
    if (!read) {
        return std::move(read).error();
    }
    alone = *std::move(read);
    return ByteSpan(alone);
}

LoadedRange loadTogether(const RandomAccessFile& file, std::span<const StoredRange> ranges) {
    StoredRange all;
    for (const StoredRange& range : ranges) {
        all.add(range);
    }
    LoadedRange loaded{.begin = all.begin, .bytes = nullptr};
    if (all.wanted > 0 && all.isWorthOneRead() && (ranges.size() == 1 || all.end - all.begin <= kMaxTogether)) {
        const auto bytes = std::make_shared<Bytes>(static_cast<std::size_t>(all.end - all.begin));
        if (file.readInto(all.begin, *bytes)) {
            loaded.bytes = bytes;
        }
    } else {
        for (const StoredRange& range : ranges) {
            if (range.wanted > 0 && range.isWorthOneRead() && range.end - range.begin <= kMaxTogether) {
                file.expect(range.begin, static_cast<std::size_t>(range.end - range.begin));
            }
        }
    }
    return loaded;
}

}  // namespace origami
