#include "core/storage/pack.h"

#include <fmt/format.h>
#include <lz4.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace origami {
namespace {

constexpr std::size_t kEntrySize = 16;
constexpr std::size_t kMinHeaderSize = 24;
constexpr std::uint32_t kMaxEntries = 64;  // a family has 20
constexpr std::uint8_t kLevel0 = 0;
constexpr std::uint8_t kLevel1 = 1;
constexpr std::uint8_t kLevel2 = 2;

Error corrupt(std::string message) {
    return {ErrorCode::Corrupt, std::move(message)};
}

// An LZ4 block expands to at most 255 times its size.
constexpr std::uint64_t kMaxExpansion = 255;

Result<std::shared_ptr<const Bytes>> expand(ByteSpan file) {
    const auto claimed = readLittleEndian<std::uint32_t>(file, 0);
    if (!claimed) {
        return Error{ErrorCode::Truncated, fmt::format("the pack is only {} bytes long", file.size())};
    }
    const ByteSpan block = file.subspan(4);
    if (*claimed < kMinHeaderSize || *claimed > kMaxPackBytes || *claimed > kMaxExpansion * (block.size() + 1) ||
        block.size() > static_cast<std::size_t>(kMaxPackBytes)) {
        return corrupt(fmt::format("the pack claims to expand from {} to {} bytes", block.size(), *claimed));
    }
    auto data = std::make_shared<Bytes>(*claimed);
    const int size =
        LZ4_decompress_safe(reinterpret_cast<const char*>(block.data()), reinterpret_cast<char*>(data->data()),
                            static_cast<int>(block.size()), static_cast<int>(*claimed));
    if (size < 0) {
        return corrupt("the pack's LZ4 block is damaged or cut short");
    }
    if (static_cast<std::uint32_t>(size) != *claimed) {
        return corrupt(fmt::format("the pack expands to {} bytes instead of {}", size, *claimed));
    }
    return std::shared_ptr<const Bytes>(std::move(data));
}

// The span of the pack that an entry fills in; null if packs of this version have no such entry.
ByteSpan* slotFor(Pack& pack, std::uint8_t kind, std::uint8_t index) {
    if (pack.version == 1) {
        if (kind == kLevel1 && index < pack.level1.size()) {
            return &pack.level1[index];
        }
        if (kind == kLevel0 && index < pack.level0.size()) {
            return &pack.level0[index];
        }
        return nullptr;
    }
    if (index != 0) {
        return nullptr;
    }
    return kind == kLevel2 ? &pack.level2 : kind == kLevel0 ? &pack.fused : nullptr;
}

Result<void> readSizes(Pack& pack, ByteSpan data, int tileSize) {
    std::array<std::uint16_t, 4> sizes{};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const auto size = readLittleEndian<std::uint16_t>(data, 20 + 2 * i);
        if (!size) {
            return Error{ErrorCode::Truncated, "the pack ends within its header"};
        }
        sizes[i] = *size;
    }
    pack.seedSize = {sizes[0], sizes[1]};
    pack.residualSize = {sizes[2], sizes[3]};
    const auto isOutside = [](PackSize size, int max) {
        return size.width < 1 || size.height < 1 || size.width > max || size.height > max;
    };
    if (isOutside(pack.seedSize, tileSize) || isOutside(pack.residualSize, 4 * tileSize)) {
        return corrupt(fmt::format("the pack claims an L2 tile of {} x {} and a residual of {} x {} pixels", sizes[0],
                                   sizes[1], sizes[2], sizes[3]));
    }
    return {};
}

Result<void> readEntries(Pack& pack, ByteSpan data, std::uint32_t count, std::uint32_t indexOffset,
                         std::uint32_t dataOffset) {
    const auto index = slice(data, indexOffset, std::uint64_t{count} * kEntrySize);
    const auto blobs = slice(data, dataOffset, data.size() - std::min<std::size_t>(dataOffset, data.size()));
    if (!index || !blobs) {
        return corrupt(fmt::format("the pack's index of {} entries at {} or its data at {} lie outside its {} bytes",
                                   count, indexOffset, dataOffset, data.size()));
    }
    std::vector<ByteSpan> used;
    for (std::uint32_t i = 0; i < count; ++i) {
        const ByteSpan entry = index->subspan(i * kEntrySize, kEntrySize);
        const auto kind = std::to_integer<std::uint8_t>(entry[0]);
        const auto position = std::to_integer<std::uint8_t>(entry[1]);
        ByteSpan* const slot = slotFor(pack, kind, position);
        if (slot == nullptr) {
            return corrupt(fmt::format("the pack's entry {} has kind {} and index {}, which version {} does not have",
                                       i, kind, position, pack.version));
        }
        const auto blob =
            slice(*blobs, *readLittleEndian<std::uint32_t>(entry, 4), *readLittleEndian<std::uint32_t>(entry, 8));
        if (!blob || blob->empty()) {
            return corrupt(fmt::format("the pack's entry {} is empty or reaches past the pack's end", i));
        }
        if (!slot->empty()) {
            return corrupt(fmt::format("the pack has two entries of kind {} and index {}", kind, position));
        }
        *slot = *blob;
        used.push_back(*blob);
        pack.residualBytes += kind == kLevel2 ? 0 : static_cast<std::int64_t>(blob->size());
    }
    std::ranges::sort(used, {}, [](ByteSpan blob) { return blob.data(); });
    for (std::size_t i = 1; i < used.size(); ++i) {
        if (used[i - 1].data() + used[i - 1].size() > used[i].data()) {
            return corrupt("entries of the pack overlap");
        }
    }
    return {};
}

}  // namespace

Result<Pack> parsePack(ByteSpan file, int tileSize) {
    Result<std::shared_ptr<const Bytes>> expanded = expand(file);
    if (!expanded) {
        return std::move(expanded).error();
    }
    const ByteSpan data = **expanded;  // at least kMinHeaderSize bytes
    if (std::memcmp(data.data(), "ORIG", 4) != 0 && std::memcmp(data.data(), "RRIP", 4) != 0) {
        return corrupt("the pack does not begin with ORIG or RRIP");
    }
    Pack pack;
    pack.version = *readLittleEndian<std::uint16_t>(data, 4);
    if (pack.version == 4) {
        return Error{ErrorCode::Unsupported, "packs of version 4 (split luma and chroma seeds) are not supported"};
    }
    if (pack.version < 1 || pack.version > 4) {
        return Error{ErrorCode::Unsupported, fmt::format("packs of version {} are not supported", pack.version)};
    }
    const int packTileSize = *readLittleEndian<std::uint16_t>(data, 6);
    if ((packTileSize == 0 ? 256 : packTileSize) != tileSize) {
        return corrupt(fmt::format("the pack is for tiles of {} pixels, the slide has tiles of {}",
                                   packTileSize == 0 ? 256 : packTileSize, tileSize));
    }
    const auto count = *readLittleEndian<std::uint32_t>(data, 8);
    const auto indexOffset = *readLittleEndian<std::uint32_t>(data, 12);
    const auto dataOffset = *readLittleEndian<std::uint32_t>(data, 16);
    if (count > kMaxEntries) {
        return corrupt(fmt::format("the pack claims {} entries; a family has at most 20", count));
    }
    if (pack.version == 3) {
        if (Result<void> sizes = readSizes(pack, data, tileSize); !sizes) {
            return std::move(sizes).error();
        }
    }
    if (Result<void> entries = readEntries(pack, data, count, indexOffset, dataOffset); !entries) {
        return std::move(entries).error();
    }
    pack.data = std::move(*expanded);
    return pack;
}

Result<Bytes> encodePack(const PackBlobs& blobs, int tileSize) {
    struct Entry {
        std::uint8_t kind;
        std::uint8_t index;
        ByteSpan blob;
    };
    std::vector<Entry> entries;
    std::uint64_t total = 0;
    const auto add = [&](std::uint8_t kind, const auto& level) {
        for (std::size_t i = 0; i < level.size(); ++i) {
            if (!level[i].empty()) {
                entries.push_back({kind, static_cast<std::uint8_t>(i), level[i]});
                total += level[i].size();
            }
        }
    };
    add(kLevel1, blobs.level1);
    add(kLevel0, blobs.level0);

    const std::size_t dataOffset = kMinHeaderSize + entries.size() * kEntrySize;
    if (dataOffset + total > static_cast<std::uint64_t>(kMaxPackBytes)) {
        return Error{ErrorCode::InvalidArgument,
                     fmt::format("a pack of {} bytes is larger than any reader accepts", dataOffset + total)};
    }
    Bytes data;
    data.reserve(dataOffset + total);
    for (const char c : {'O', 'R', 'I', 'G'}) {
        appendLittleEndian(data, static_cast<std::uint8_t>(c));
    }
    appendLittleEndian<std::uint16_t>(data, 1);
    // The published tool writes 256 as 0.
    appendLittleEndian(data, static_cast<std::uint16_t>(tileSize == 256 ? 0 : tileSize));
    appendLittleEndian(data, static_cast<std::uint32_t>(entries.size()));
    appendLittleEndian(data, static_cast<std::uint32_t>(kMinHeaderSize));
    appendLittleEndian(data, static_cast<std::uint32_t>(dataOffset));
    appendLittleEndian<std::uint32_t>(data, 0);
    std::uint32_t offset = 0;
    for (const Entry& entry : entries) {
        appendLittleEndian(data, entry.kind);
        appendLittleEndian(data, entry.index);
        appendLittleEndian<std::uint16_t>(data, 0);
        appendLittleEndian(data, offset);
        appendLittleEndian(data, static_cast<std::uint32_t>(entry.blob.size()));
        appendLittleEndian<std::uint32_t>(data, 0);
        offset += static_cast<std::uint32_t>(entry.blob.size());
    }
    for (const Entry& entry : entries) {
        data.insert(data.end(), entry.blob.begin(), entry.blob.end());
    }

    Bytes file;
    appendLittleEndian(file, static_cast<std::uint32_t>(data.size()));
    const int bound = LZ4_compressBound(static_cast<int>(data.size()));
    file.resize(4 + static_cast<std::size_t>(bound));
    const int size =
        LZ4_compress_default(reinterpret_cast<const char*>(data.data()), reinterpret_cast<char*>(file.data() + 4),
                             static_cast<int>(data.size()), bound);
    if (size <= 0) {
        return Error{ErrorCode::OutOfMemory, "LZ4 could not compress the pack"};
    }
    file.resize(4 + static_cast<std::size_t>(size));
    return file;
}

}  // namespace origami
