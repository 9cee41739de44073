// Finds and changes the tags of a BigTIFF in memory (little-endian, version 43), so that tests can damage it.
#pragma once

#include "core/base/bytes.h"

#include <optional>
#include <stdexcept>
#include <vector>

namespace origami::test {

class TiffBytes {
public:
    explicit TiffBytes(Bytes bytes) : m_bytes(std::move(bytes)) {}

    [[nodiscard]] const Bytes& bytes() const noexcept { return m_bytes; }
    [[nodiscard]] std::uint64_t firstDirectory() const { return number(8); }
    // The offset of the field that holds the offset of the next directory. A 0 in that field ends the chain.
    [[nodiscard]] std::size_t nextDirectoryField(std::uint64_t directory) const {
        return static_cast<std::size_t>(directory) + 8 + entryCount(directory) * kEntryBytes;
    }
    // The offset of a tag's entry: u16 tag, u16 type, u64 count, 8 bytes of values or their offset.
    [[nodiscard]] std::size_t entry(std::uint64_t directory, std::uint16_t tag) const {
        for (std::size_t i = 0; i < entryCount(directory); ++i) {
            const std::size_t at = static_cast<std::size_t>(directory) + 8 + i * kEntryBytes;
            if (readLittleEndian<std::uint16_t>(m_bytes, at) == tag) {
                return at;
            }
        }
        throw std::runtime_error("no such tag");
    }
    [[nodiscard]] std::size_t countOf(std::uint64_t directory, std::uint16_t tag) const {
        return entry(directory, tag) + 4;
    }
    [[nodiscard]] std::size_t valueOf(std::uint64_t directory, std::uint16_t tag) const {
        return entry(directory, tag) + 12;
    }
    // The size in bytes of one value of a tag of type SHORT, LONG or LONG8.
    [[nodiscard]] std::size_t valueSize(std::uint64_t directory, std::uint16_t tag) const {
        switch (std::to_integer<int>(m_bytes.at(entry(directory, tag) + 2))) {
            case 3: return 2;
            case 4: return 4;
            default: return 8;
        }
    }
    [[nodiscard]] std::uint64_t number(std::size_t at) const {
        return readLittleEndian<std::uint64_t>(m_bytes, at).value();
    }
    void set(std::size_t at, std::uint64_t value, std::size_t size = 8) {
        for (std::size_t i = 0; i < size; ++i) {
            m_bytes.at(at + i) = static_cast<std::byte>((value >> (8 * i)) & 0xFFU);
        }
    }

private:
    static constexpr std::size_t kEntryBytes = 20;
    [[nodiscard]] std::size_t entryCount(std::uint64_t directory) const {
        return static_cast<std::size_t>(number(static_cast<std::size_t>(directory)));
    }
    Bytes m_bytes;
};

}  // namespace origami::test
