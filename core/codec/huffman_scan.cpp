#include "core/codec/huffman_scan.h"

#include <algorithm>
#include <cstring>

namespace origami {
namespace {

constexpr int kMostBits = HuffmanTable::kMaxCodeBits + 15;  // of a code and what follows it
// Beyond the end, so that a block can be decoded without looking where the data end.
constexpr std::size_t kPadding = kBlockSize * kMostBits / 8 + 2 * sizeof(std::uint64_t);
constexpr std::uint8_t kMarker = 0xFF;
constexpr std::uint8_t kEndOfImage = 0xD9;
constexpr int extended(unsigned bits, int size) {
    const int value = static_cast<int>(bits);
    return value < (1 << (size - 1)) ? value - (1 << size) + 1 : value;
}

std::uint64_t bigEndian(const std::uint8_t* at) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < sizeof(word); ++i) {
        word = word << 8U | at[i];
    }
    return word;
}

}  // namespace

bool HuffmanTable::build(HuffmanClass of, const HuffmanCodes& codes) noexcept {
    m_isBuilt = false;
    m_class = of;
    m_codes = codes;
    m_entries.fill({});
    unsigned code = 0;
    std::size_t next = 0;
    for (int length = 1; length <= kMaxCodeBits; ++length) {
        m_offsets[static_cast<std::size_t>(length)] = static_cast<int>(next) - static_cast<int>(code);
        for (unsigned i = 0; i < codes.counts[static_cast<std::size_t>(length)]; ++i, ++next, ++code) {
            if (code >= 1U << static_cast<unsigned>(length) || next == codes.symbols.size()) {
                return false;
            }
            const std::uint8_t symbol = codes.symbols[next];
            if (of == HuffmanClass::Dc && symbol > 15) {
                return false;
            }
            if (length > kLookupBits) {
                continue;
            }
            const int size = symbol & 15;
            const int left = kLookupBits - length;
            for (unsigned follow = 0; follow < 1U << static_cast<unsigned>(left); ++follow) {
                Entry& entry = m_entries[code << static_cast<unsigned>(left) | follow];
                if (size > 0 && size <= left) {
                    entry = {.value = static_cast<std::int16_t>(extended(follow >> (left - size), size)),
                             .symbol = static_cast<std::uint8_t>(symbol >> 4),
                             .length = static_cast<std::uint8_t>(length + size)};
                } else {
                    entry = {.value = 0, .symbol = symbol, .length = static_cast<std::uint8_t>(length)};
                }
            }
        }
        m_ends[static_cast<std::size_t>(length)] = code << static_cast<unsigned>(kMaxCodeBits - length);
        code <<= 1U;
    }
    m_isBuilt = true;
    return true;
}

HuffmanTable::Entry HuffmanTable::longEntry(unsigned bits) const noexcept {
    for (std::size_t length = kLookupBits + 1; length <= kMaxCodeBits; ++length) {
        if (bits < m_ends[length]) {
            const int place = static_cast<int>(bits >> (kMaxCodeBits - length)) + m_offsets[length];
            return {.value = 0,
                    .symbol = m_codes.symbols[static_cast<std::size_t>(place)],
                    .length = static_cast<std::uint8_t>(length)};
        }
    }
    return {};
}

const HuffmanTable* HuffmanTables::find(HuffmanClass of, const HuffmanCodes& codes) {
    const auto found = std::ranges::find_if(m_tables, [&](const HuffmanTable& table) { return table.isOf(of, codes); });
    if (found != m_tables.end()) {
        return &*found;
    }
    HuffmanTable& table = m_tables[m_next];
    m_next = (m_next + 1) % m_tables.size();
    return table.build(of, codes) ? &table : nullptr;
}

HuffmanScan::HuffmanScan() {
    m_zigzag.fill(kBlockSize - 1);
    std::ranges::copy(zigzagOrder(), m_zigzag.begin());
}

bool HuffmanScan::begin(ByteSpan data) {
    if (m_data.size() < data.size() + kPadding) {
        m_data.resize(data.size() + kPadding);
    }
    const auto* from = reinterpret_cast<const std::uint8_t*>(data.data());
    const std::uint8_t* const end = from + data.size();
    std::uint8_t* to = m_data.data();
    while (true) {
        const auto* const marker =
            static_cast<const std::uint8_t*>(std::memchr(from, kMarker, static_cast<std::size_t>(end - from)));
        if (marker == nullptr || end - marker < 2 || (marker[1] != 0 && marker[1] != kEndOfImage)) {
            return false;
        }
        to = std::copy(from, marker, to);
        if (marker[1] == kEndOfImage) {
            break;
        }
        *to++ = kMarker;
        from = marker + 2;
    }
    std::fill_n(to, kPadding, std::uint8_t{0});
    m_size = static_cast<std::size_t>(to - m_data.data());
    m_bits = {.next = m_data.data()};
    return true;
}

void HuffmanScan::Bits::refill() noexcept {
    ahead |= bigEndian(next) >> static_cast<unsigned>(count);
    next += (63 - count) / 8;
    count |= 56;
}

int HuffmanScan::Bits::takeValue(int size) noexcept {
    if (size == 0) {
        return 0;
    }
    const unsigned value = peek(size);
    skip(size);
    return extended(value, size);
}

bool HuffmanScan::decodeBlock(const HuffmanTable& dc, const HuffmanTable& ac, int& previousDc,
                              std::span<std::int16_t, kBlockSize> levels) noexcept {
    using Entry = HuffmanTable::Entry;
    Bits bits = m_bits;  // in registers
    const auto next = [&bits](const HuffmanTable& table) { return table.entry(bits.peek(HuffmanTable::kLookupBits)); };
    const auto whole = [&bits](const HuffmanTable& table, const Entry& entry) {
        return entry.length > 0 ? entry : table.longEntry(bits.peek(HuffmanTable::kMaxCodeBits));
    };

    bits.refill();
    const Entry first = whole(dc, next(dc));
    if (first.length == 0) {
        return false;
    }
    bits.skip(first.length);
    previousDc += first.value != 0 ? first.value : bits.takeValue(first.symbol);
    if (previousDc < INT16_MIN || previousDc > INT16_MAX) {
        return false;
    }
    levels[0] = static_cast<std::int16_t>(previousDc);

    std::size_t k = 1;
    while (k < kBlockSize) {
        if (bits.count < kMostBits) {
            bits.refill();
        }
        const Entry entry = next(ac);
        if (entry.value != 0) {
            bits.skip(entry.length);
            k += entry.symbol;
            levels[m_zigzag[k++]] = entry.value;
            continue;
        }
        const Entry code = whole(ac, entry);
        if (code.length == 0) {
            return false;
        }
        bits.skip(code.length);
        const auto run = static_cast<std::size_t>(code.symbol >> 4);
        const int size = code.symbol & 15;
        if (size > 0) {
            k += run;
            levels[m_zigzag[k++]] = static_cast<std::int16_t>(bits.takeValue(size));
        } else if (run == kMaxRun) {
            k += kMaxRun + 1;
        } else {
            break;
        }
    }
    m_bits = bits;
    return k <= kBlockSize && bitsTaken(bits) <= m_size * 8;
}

}  // namespace origami
