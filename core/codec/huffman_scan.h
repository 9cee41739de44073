// The entropy-coded data of a JPEG of one sequential scan with Huffman codes and without restart markers (ITU-T T.81,
// F.2.2), which is what families are stored in. libjpeg goes through it bit by bit and coefficient by coefficient; here
// one look into a table gives the next code with the bits that follow it. What is unusual or damaged is refused:
// libjpeg then decodes it, or says what is wrong. Private to codec/; not thread-safe.
#pragma once

#include "core/base/bytes.h"
#include "core/codec/jpeg_coefficients.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace origami {

// A table as a stream has it (T.81, B.2.4.2): how many codes there are of each length, the first of none, and what they
// stand for in the order of the codes.
struct HuffmanCodes {
    std::array<std::uint8_t, 17> counts{};
    std::array<std::uint8_t, 256> symbols{};

    bool operator==(const HuffmanCodes&) const = default;
};

enum class HuffmanClass { Dc, Ac };

class HuffmanTable {
public:
    static constexpr int kMaxCodeBits = 16;
    static constexpr int kLookupBits = 10;

    // What to do when the next kLookupBits bits are these. In the lowest byte how many of them are taken, 0 if the code
    // is longer or there is none; above it the symbol, but only the run of zeros of one whose coefficient lies wholly
    // among these bits, too; in the upper half that coefficient, which is never 0.
    using Entry = std::uint32_t;
    static constexpr int lengthOf(Entry entry) { return static_cast<int>(entry & 63U); }
    static constexpr unsigned symbolOf(Entry entry) { return entry >> 8U & 0xFFU; }
    static constexpr bool hasValue(Entry entry) { return entry > 0xFFFFU; }
    static constexpr std::int16_t valueOf(Entry entry) { return static_cast<std::int16_t>(entry >> 16U); }

    // Whether the codes are possible (T.81, C.2) and, for DC, stand for sizes of at most 15 bits.
    bool build(HuffmanClass of, const HuffmanCodes& codes) noexcept;

    [[nodiscard]] bool isOf(HuffmanClass of, const HuffmanCodes& codes) const noexcept {
        return m_isBuilt && m_class == of && m_codes == codes;
    }
    [[nodiscard]] Entry entry(unsigned lookup) const noexcept { return m_entries[lookup]; }
    // Of a code of more than kLookupBits that these kMaxCodeBits begin with; 0 if there is none.
    [[nodiscard]] Entry longEntry(unsigned bits) const noexcept;

private:
    void addEntries(unsigned code, int length, unsigned symbol) noexcept;

    bool m_isBuilt = false;
    HuffmanClass m_class = HuffmanClass::Dc;
    HuffmanCodes m_codes;
    std::array<Entry, std::size_t{1} << kLookupBits> m_entries{};
    std::array<unsigned, kMaxCodeBits + 1> m_ends{};  // by length: behind its last code and, in 16 bits, what follows
    std::array<int, kMaxCodeBits + 1> m_offsets{};    // by length: from a code to the place of its symbol
};

// Tables of the last streams, as streams that follow each other mostly have the same.
class HuffmanTables {
public:
    static constexpr std::size_t kMostOfScan = 6;  // two of each of three components

    // Null if the codes are impossible. Valid as long as at most kMostOfScan are asked for from this one on.
    [[nodiscard]] const HuffmanTable* find(HuffmanClass of, const HuffmanCodes& codes);

private:
    struct Kept {
        HuffmanTable table;
        std::uint64_t lastAskedFor = 0;
    };
    std::array<Kept, 2 * kMostOfScan> m_kept;
    std::uint64_t m_asked = 0;
};

// What a row of MCUs has of a component.
struct ScanComponent {
    const HuffmanTable* dc = nullptr;
    const HuffmanTable* ac = nullptr;
    std::size_t across = 0;  // blocks in an MCU
    std::size_t down = 0;
    // By row of blocks: of each block kBlockSize levels by natural frequency, of which those that are not zero are
    // written.
    std::array<std::int16_t*, 4> rows{};
    int previousDc = 0;  // of the last block
};

class HuffmanScan {
public:
    HuffmanScan();

    // Makes ready to decode data that begins behind the scan's header. False if it does not go up to an end of the
    // image without any other marker. Throws std::bad_alloc.
    bool begin(ByteSpan data);

    // The next MCUs. False if they are damaged.
    bool decode(std::span<ScanComponent> components, std::size_t mcus) noexcept;

    // Whether the data ended with the last block.
    [[nodiscard]] bool isAtEnd() const noexcept { return (m_bits.taken() + 7) / 8 == m_bits.size; }

    // Bits of m_data. Implementation.
    struct Bits {
        const std::uint8_t* begin = nullptr;
        std::size_t size = 0;  // bytes, without the zeros at the end
        const std::uint8_t* next = nullptr;
        std::uint64_t ahead = 0;  // the first at the top; behind `count` those that follow, or zeros
        int count = 0;

        [[nodiscard]] std::size_t taken() const noexcept {
            return static_cast<std::size_t>(next - begin) * 8 - static_cast<std::size_t>(count);
        }
    };
    static constexpr std::size_t kMaxRun = 15;
    // zigzagOrder, and where a run that goes beyond the block ends: at its last coefficient. Such a block is refused.
    using Zigzag = std::array<std::uint8_t, kBlockSize + kMaxRun + 1>;

private:
    Zigzag m_zigzag{};
    std::vector<std::uint8_t> m_data;  // without what is stuffed behind 0xFF, and zeros at the end
    Bits m_bits;
};

}  // namespace origami
