// Byte spans, and checked little-endian reading from them. Every read is checked against the span's end;
// nothing here trusts a number that came from a file.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace origami {

using ByteSpan = std::span<const std::byte>;
using Bytes = std::vector<std::byte>;

// The little-endian unsigned integer at `offset`, or nothing if the span ends before it does.
template <std::unsigned_integral T>
[[nodiscard]] constexpr std::optional<T> readLittleEndian(ByteSpan bytes, std::size_t offset) noexcept {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value |= static_cast<std::uint64_t>(std::to_integer<std::uint8_t>(bytes[offset + i])) << (8 * i);
    }
    return static_cast<T>(value);
}

// The `length` bytes at `offset`, or nothing if they do not all lie inside the span.
[[nodiscard]] constexpr std::optional<ByteSpan> slice(ByteSpan bytes, std::uint64_t offset,
                                                      std::uint64_t length) noexcept {
    if (offset > bytes.size() || length > bytes.size() - offset) {
        return std::nullopt;
    }
    return bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
}

template <std::unsigned_integral T>
void appendLittleEndian(Bytes& out, T value) {
    const std::size_t start = out.size();
    out.resize(start + sizeof(T));
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        out[start + i] = static_cast<std::byte>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFFU);
    }
}

}  // namespace origami
