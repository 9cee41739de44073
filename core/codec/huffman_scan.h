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

    // What to do when the next kLookupBits bits are these.
    struct Entry {
        std::int16_t value = 0;   // of the coefficient, if its code and its own bits are among them; else 0
        std::uint8_t symbol = 0;  // with a value only the run of zeros before it
        std::uint8_t length = 0;  // bits of the code, with a value of both; 0: the code is longer, or there is none
    };

    // Whether the codes are possible (T.81, C.2) and, for DC, stand for sizes of at most 15 bits.
    bool build(HuffmanClass of, const HuffmanCodes& codes) noexcept;

    [[nodiscard]] bool isOf(HuffmanClass of, const HuffmanCodes& codes) const noexcept {
        return m_isBuilt && m_class == of && m_codes == codes;
    }
    [[nodiscard]] const Entry& entry(std::uint64_t lookup) const noexcept {
        return m_entries[static_cast<std::size_t>(lookup)];
    }
    // Of a code of more than kLookupBits, among these 16 bits; length 0 if there is none.
    [[nodiscard]] Entry longEntry(unsigned bits) const noexcept;

private:
    bool m_isBuilt = false;
    HuffmanClass m_class = HuffmanClass::Dc;
    HuffmanCodes m_codes;
    std::array<Entry, std::size_t{1} << kLookupBits> m_entries;
    std::array<unsigned, kMaxCodeBits + 1> m_ends{};  // by length: behind its last code and, in 16 bits, what follows
    std::array<int, kMaxCodeBits + 1> m_offsets{};    // by length: from a code to the place of its symbol
};

// Tables of the last streams, as streams that follow each other mostly have the same.
class HuffmanTables {
public:
    // Null if the codes are impossible. Valid for the next kMostOfScan calls.
    [[nodiscard]] const HuffmanTable* find(HuffmanClass of, const HuffmanCodes& codes);

    static constexpr std::size_t kMostOfScan = 6;  // two of each of three components

private:
    std::array<HuffmanTable, 2 * kMostOfScan> m_tables;
    std::size_t m_next = 0;  // to be built anew
};

class HuffmanScan {
public:
    HuffmanScan();

    // Makes ready to decode data that begins behind the scan's header. False if it does not go up to an end of the
    // image without any other marker. Throws std::bad_alloc.
    bool begin(ByteSpan data);

    // The next block: writes the coefficients that are not zero by natural frequency. False if it is damaged.
    bool decodeBlock(const HuffmanTable& dc, const HuffmanTable& ac, int& previousDc,
                     std::span<std::int16_t, kBlockSize> levels) noexcept;

    // Whether the data ended with the last block.
    [[nodiscard]] bool isAtEnd() const noexcept { return (bitsTaken(m_bits) + 7) / 8 == m_size; }

private:
    // Reads ahead of what is taken.
    struct Bits {
        const std::uint8_t* next = nullptr;
        std::uint64_t ahead = 0;  // the first at the top; behind `count` those that follow, or zeros
        int count = 0;

        // At least 56 are there then.
        void refill() noexcept;
        [[nodiscard]] unsigned peek(int bits) const noexcept { return static_cast<unsigned>(ahead >> (64 - bits)); }
        void skip(int bits) noexcept {
            ahead <<= bits;
            count -= bits;
        }
        // A coefficient's own bits (T.81, F.2.2.1, EXTEND).
        int takeValue(int size) noexcept;
    };
    [[nodiscard]] std::size_t bitsTaken(const Bits& bits) const noexcept {
        return static_cast<std::size_t>(bits.next - m_data.data()) * 8 - static_cast<std::size_t>(bits.count);
    }

    static constexpr std::size_t kMaxRun = 15;

    // zigzagOrder, and where a run that goes beyond the block ends: at its last coefficient. Such a block is refused.
    std::array<std::uint8_t, kBlockSize + kMaxRun + 1> m_zigzag{};
    std::vector<std::uint8_t> m_data;  // without what is stuffed behind 0xFF, and zeros at the end
    std::size_t m_size = 0;            // without those
    Bits m_bits;
};

}  // namespace origami
