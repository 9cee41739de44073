// Compiled once for each instruction set: foreach_target.h includes this file again and again. There are no vectors in
// it, but shifts that newer processors do in one step.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/codec/huffman_scan.cpp"
#include <hwy/foreach_target.h>

#include "core/codec/huffman_scan.h"

#include <hwy/highway.h>

#include <algorithm>
#include <bit>
#include <cstring>

#ifndef ORIGAMI_CORE_CODEC_HUFFMAN_SCAN_CONSTANTS
#define ORIGAMI_CORE_CODEC_HUFFMAN_SCAN_CONSTANTS
namespace origami {
namespace {

constexpr int kMaxSize = 15;  // bits of a coefficient
// Beyond the end, so that a block can be decoded without looking where the data end.
constexpr std::size_t kPadding = kBlockSize * (HuffmanTable::kMaxCodeBits + kMaxSize) / 8 + 2 * sizeof(std::uint64_t);

// T.81, F.2.2.1, EXTEND.
constexpr int extended(unsigned bits, int size) {
    const int value = static_cast<int>(bits);
    return value < (1 << (size - 1)) ? value - (1 << size) + 1 : value;
}

}  // namespace
}  // namespace origami
#endif

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

using Bits = HuffmanScan::Bits;
using Entry = HuffmanTable::Entry;

// At least 56 are ahead then.
HWY_INLINE void refill(Bits& bits) {
    std::uint64_t word = 0;
    std::memcpy(&word, bits.next, sizeof(word));
    if constexpr (std::endian::native == std::endian::little) {
        word = __builtin_bswap64(word);
    }
    bits.ahead |= word >> (bits.count & 63);
    bits.next += (63 - bits.count) / 8;
    bits.count |= 56;
}

HWY_INLINE unsigned peek(const Bits& bits, int count) {
    return static_cast<unsigned>(bits.ahead >> (64 - count));
}

HWY_INLINE void skip(Bits& bits, int count) {
    bits.ahead <<= count & 63;
    bits.count -= count;
}

HWY_INLINE int takeValue(Bits& bits, int size) {
    if (size == 0) {
        return 0;
    }
    const unsigned value = peek(bits, size);
    skip(bits, size);
    return extended(value, size);
}

HWY_INLINE bool decodeBlock(Bits& bits, const HuffmanTable& dcTable, const HuffmanTable& acTable,
                            const HuffmanScan::Zigzag& zigzag, int& previousDc, std::int16_t* levels) {
    constexpr int kLookup = HuffmanTable::kLookupBits;
    constexpr int kMaxCode = HuffmanTable::kMaxCodeBits;
    refill(bits);
    Entry dc = dcTable.entry(peek(bits, kLookup));
    if (HuffmanTable::lengthOf(dc) == 0) {
        dc = dcTable.longEntry(peek(bits, kMaxCode));
    }
    skip(bits, HuffmanTable::lengthOf(dc));
    previousDc += HuffmanTable::hasValue(dc) ? HuffmanTable::valueOf(dc)
                                             : takeValue(bits, static_cast<int>(HuffmanTable::symbolOf(dc)));
    if (HuffmanTable::lengthOf(dc) == 0 || previousDc < INT16_MIN || previousDc > INT16_MAX) {
        return false;
    }
    levels[0] = static_cast<std::int16_t>(previousDc);

    std::size_t k = 1;
    while (k < kBlockSize) {
        if (bits.count < kLookup) {
            refill(bits);
        }
        Entry ac = acTable.entry(peek(bits, kLookup));
        if (HuffmanTable::hasValue(ac)) {
            skip(bits, HuffmanTable::lengthOf(ac));
            k += HuffmanTable::symbolOf(ac);
            levels[zigzag[k++]] = HuffmanTable::valueOf(ac);
            continue;
        }
        refill(bits);
        if (HuffmanTable::lengthOf(ac) == 0) {
            ac = acTable.longEntry(peek(bits, kMaxCode));
            if (HuffmanTable::lengthOf(ac) == 0) {
                return false;
            }
        }
        skip(bits, HuffmanTable::lengthOf(ac));
        const unsigned run = HuffmanTable::symbolOf(ac) >> 4U;
        const unsigned size = HuffmanTable::symbolOf(ac) & 15U;
        if (size > 0) {
            k += run;
            levels[zigzag[k++]] = static_cast<std::int16_t>(takeValue(bits, static_cast<int>(size)));
        } else if (run == HuffmanScan::kMaxRun) {
            k += HuffmanScan::kMaxRun + 1;
        } else {
            break;
        }
    }
    return k <= kBlockSize && bits.taken() <= bits.size * 8;
}

bool decodeMcus(Bits& of, std::span<ScanComponent> components, std::size_t mcus, const HuffmanScan::Zigzag& zigzag) {
    Bits bits = of;  // in registers
    for (std::size_t mcu = 0; mcu < mcus; ++mcu) {
        for (ScanComponent& component : components) {
            for (std::size_t y = 0; y < component.down; ++y) {
                std::int16_t* levels = component.rows[y] + mcu * component.across * kBlockSize;
                for (std::size_t x = 0; x < component.across; ++x, levels += kBlockSize) {
                    if (!decodeBlock(bits, *component.dc, *component.ac, zigzag, component.previousDc, levels)) {
                        return false;
                    }
                }
            }
        }
    }
    of = bits;
    return true;
}

}  // namespace
}  // namespace origami::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace origami {

HWY_EXPORT(decodeMcus);

bool HuffmanTable::build(HuffmanClass of, const HuffmanCodes& codes) noexcept {
    m_isBuilt = false;
    m_class = of;
    m_codes = codes;
    m_entries.fill(0);
    unsigned code = 0;
    std::size_t next = 0;
    for (int length = 1; length <= kMaxCodeBits; ++length) {
        m_offsets[static_cast<std::size_t>(length)] = static_cast<int>(next) - static_cast<int>(code);
        for (unsigned i = 0; i < codes.counts[static_cast<std::size_t>(length)]; ++i, ++next, ++code) {
            if (code >= 1U << static_cast<unsigned>(length) || next == codes.symbols.size() ||
                (of == HuffmanClass::Dc && codes.symbols[next] > kMaxSize)) {
                return false;
            }
            if (length <= kLookupBits) {
                addEntries(code, length, codes.symbols[next]);
            }
        }
        m_ends[static_cast<std::size_t>(length)] = code << static_cast<unsigned>(kMaxCodeBits - length);
        code <<= 1U;
    }
    m_isBuilt = true;
    return true;
}

void HuffmanTable::addEntries(unsigned code, int length, unsigned symbol) noexcept {
    const auto size = static_cast<int>(symbol & 15U);
    const int left = kLookupBits - length;
    for (unsigned follow = 0; follow < 1U << static_cast<unsigned>(left); ++follow) {
        Entry entry = symbol << 8U | static_cast<unsigned>(length);
        if (size > 0 && size <= left) {
            const auto value = static_cast<std::uint16_t>(extended(follow >> static_cast<unsigned>(left - size), size));
            entry = static_cast<Entry>(value) << 16U | symbol >> 4U << 8U | static_cast<unsigned>(length + size);
        }
        m_entries[code << static_cast<unsigned>(left) | follow] = entry;
    }
}

HuffmanTable::Entry HuffmanTable::longEntry(unsigned bits) const noexcept {
    for (std::size_t length = kLookupBits + 1; length <= kMaxCodeBits; ++length) {
        if (bits < m_ends[length]) {
            const int place = static_cast<int>(bits >> (kMaxCodeBits - length)) + m_offsets[length];
            return static_cast<unsigned>(m_codes.symbols[static_cast<std::size_t>(place)]) << 8U |
                   static_cast<unsigned>(length);
        }
    }
    return 0;
}

const HuffmanTable* HuffmanTables::find(HuffmanClass of, const HuffmanCodes& codes) {
    auto kept = std::ranges::find_if(m_kept, [&](const Kept& other) { return other.table.isOf(of, codes); });
    if (kept == m_kept.end()) {
        kept = std::ranges::min_element(m_kept, {}, &Kept::lastAskedFor);
        if (!kept->table.build(of, codes)) {
            return nullptr;
        }
    }
    kept->lastAskedFor = ++m_asked;
    return &kept->table;
}

HuffmanScan::HuffmanScan() {
    m_zigzag.fill(kBlockSize - 1);
    std::ranges::copy(zigzagOrder(), m_zigzag.begin());
}

bool HuffmanScan::begin(ByteSpan data) {
    constexpr std::uint8_t kMarker = 0xFF;
    constexpr std::uint8_t kEndOfImage = 0xD9;
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
    m_bits = {.begin = m_data.data(), .size = static_cast<std::size_t>(to - m_data.data()), .next = m_data.data()};
    return true;
}

bool HuffmanScan::decode(std::span<ScanComponent> components, std::size_t mcus) noexcept {
    return HWY_DYNAMIC_DISPATCH(decodeMcus)(m_bits, components, mcus, m_zigzag);
}

}  // namespace origami

#endif
