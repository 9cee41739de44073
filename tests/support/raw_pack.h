// Residual packs (formats.md, section 2) laid out by hand, so that they can be wrong.
#pragma once

#include "core/base/bytes.h"

#include <lz4.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace origami::test {

struct RawEntry {
    std::uint8_t kind;
    std::uint8_t index;
    std::uint32_t offset;
    std::uint32_t length;
};

// A pack whose fields are written as given, whether they are true or not. What is left out gets its true value.
struct RawPack {
    std::string_view magic = "ORIG";
    std::uint16_t version = 1;
    std::uint16_t tileSize = 0;
    std::optional<std::uint32_t> count{};
    std::optional<std::uint32_t> indexOffset{};
    std::optional<std::uint32_t> dataOffset{};
    std::vector<std::uint16_t> sizes{};  // of version 3
    std::vector<RawEntry> entries{};
    Bytes blobs{};

    [[nodiscard]] Bytes expanded() const {
        const std::uint32_t header = version == 3 ? 32 : version == 4 ? 48 : 24;
        Bytes out;
        for (const char c : magic) {
            appendLittleEndian(out, static_cast<std::uint8_t>(c));
        }
        appendLittleEndian(out, version);
        appendLittleEndian(out, tileSize);
        appendLittleEndian(out, count.value_or(static_cast<std::uint32_t>(entries.size())));
        appendLittleEndian(out, indexOffset.value_or(header));
        appendLittleEndian(out, dataOffset.value_or(header + 16 * static_cast<std::uint32_t>(entries.size())));
        for (const std::uint16_t size : sizes) {
            appendLittleEndian(out, size);
        }
        out.resize(header);
        for (const RawEntry& entry : entries) {
            appendLittleEndian(out, entry.kind);
            appendLittleEndian(out, entry.index);
            appendLittleEndian<std::uint16_t>(out, 0);
            appendLittleEndian(out, entry.offset);
            appendLittleEndian(out, entry.length);
            appendLittleEndian<std::uint32_t>(out, 0);
        }
        out.insert(out.end(), blobs.begin(), blobs.end());
        return out;
    }
};

inline Bytes compressed(ByteSpan expanded, std::optional<std::uint32_t> claimedSize = {}) {
    Bytes file;
    appendLittleEndian(file, claimedSize.value_or(static_cast<std::uint32_t>(expanded.size())));
    const int bound = LZ4_compressBound(static_cast<int>(expanded.size()));
    file.resize(4 + static_cast<std::size_t>(bound));
    const int size =
        LZ4_compress_default(reinterpret_cast<const char*>(expanded.data()), reinterpret_cast<char*>(file.data() + 4),
                             static_cast<int>(expanded.size()), bound);
    file.resize(4 + static_cast<std::size_t>(size));
    return file;
}

}  // namespace origami::test
