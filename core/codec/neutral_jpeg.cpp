#include "core/codec/neutral_jpeg.h"

#include <array>
#include <cstdint>
#include <optional>

namespace origami {
namespace {

// Markers of ITU-T T.81, table B.1.
constexpr unsigned kStartOfFrame = 0xC0;  // baseline
constexpr unsigned kHuffmanTables = 0xC4;
constexpr unsigned kStartOfImage = 0xD8;
constexpr unsigned kEndOfImage = 0xD9;
constexpr unsigned kStartOfScan = 0xDA;
constexpr unsigned kQuantisation = 0xDB;
constexpr unsigned kApplication0 = 0xE0;
constexpr unsigned kApplication15 = 0xEF;
constexpr unsigned kComment = 0xFE;

struct Code {
    unsigned bits = 0;
    int length = 0;  // 0: no such code
};

// The code of symbol 0 in a table of table B.5's form: no difference (DC), end of block (AC).
Code codeOfZero(ByteSpan counts, ByteSpan symbols) {
    unsigned code = 0;
    std::size_t next = 0;
    for (int length = 1; length <= 16; ++length) {
        const auto count = std::to_integer<unsigned>(counts[static_cast<std::size_t>(length - 1)]);
        for (unsigned i = 0; i < count; ++i, ++next, ++code) {
            if (next < symbols.size() && symbols[next] == std::byte{0}) {
                return {code, length};
            }
        }
        code <<= 1U;
    }
    return {};
}

class Scanner {
public:
    Scanner(ByteSpan stream, int width, int height) : m_rest(stream), m_width(width), m_height(height) {}

    bool isNeutral() {
        if (takeMarker() != kStartOfImage) {
            return false;
        }
        while (const std::optional<unsigned> marker = takeMarker()) {
            const std::optional<ByteSpan> segment = takeSegment();
            if (!segment) {
                return false;
            }
            switch (*marker) {
                case kStartOfFrame:
                    if (!isExpectedFrame(*segment)) {
                        return false;
                    }
                    break;
                case kHuffmanTables:
                    if (!takeTables(*segment)) {
                        return false;
                    }
                    break;
                case kStartOfScan: return m_hasFrame && isExpectedScan(*segment) && isEmptyData();
                case kQuantisation:
                case kComment: break;  // whatever zero is multiplied with
                default:
                    if (*marker < kApplication0 || *marker > kApplication15) {
                        return false;
                    }
            }
        }
        return false;
    }

private:
    static unsigned at(ByteSpan bytes, std::size_t i) { return std::to_integer<unsigned>(bytes[i]); }

    std::optional<unsigned> takeMarker() {
        if (m_rest.size() < 2 || at(m_rest, 0) != 0xFF) {
            return std::nullopt;
        }
        const unsigned marker = at(m_rest, 1);
        m_rest = m_rest.subspan(2);
        return marker;
    }

    std::optional<ByteSpan> takeSegment() {
        if (m_rest.size() < 2) {
            return std::nullopt;
        }
        const std::size_t length = at(m_rest, 0) * 256 + at(m_rest, 1);
        if (length < 2 || length > m_rest.size()) {
            return std::nullopt;
        }
        const ByteSpan segment = m_rest.subspan(2, length - 2);
        m_rest = m_rest.subspan(length);
        return segment;
    }

    bool isExpectedFrame(ByteSpan frame) {
        m_hasFrame = frame.size() == 9 && at(frame, 0) == 8 &&
                     at(frame, 1) * 256 + at(frame, 2) == static_cast<unsigned>(m_height) &&
                     at(frame, 3) * 256 + at(frame, 4) == static_cast<unsigned>(m_width) && at(frame, 5) == 1;
        return m_hasFrame;
    }

    bool takeTables(ByteSpan tables) {
        while (!tables.empty()) {
            if (tables.size() < 17) {
                return false;
            }
            const unsigned kind = at(tables, 0) >> 4U;
            const unsigned id = at(tables, 0) & 15U;
            std::size_t symbols = 0;
            for (std::size_t i = 1; i <= 16; ++i) {
                symbols += at(tables, i);
            }
            if (kind > 1 || id > 3 || tables.size() < 17 + symbols) {
                return false;
            }
            m_codes[kind][id] = codeOfZero(tables.subspan(1, 16), tables.subspan(17, symbols));
            tables = tables.subspan(17 + symbols);
        }
        return true;
    }

    // One component, all coefficients at full precision.
    bool isExpectedScan(ByteSpan scan) {
        if (scan.size() != 6 || at(scan, 0) != 1 || at(scan, 3) != 0 || at(scan, 4) != 63 || at(scan, 5) != 0) {
            return false;
        }
        const unsigned dc = at(scan, 2) >> 4U;
        const unsigned ac = at(scan, 2) & 15U;
        if (dc > 3 || ac > 3) {
            return false;
        }
        m_dc = m_codes[0][dc];
        m_ac = m_codes[1][ac];
        return m_dc.length > 0 && m_ac.length > 0;
    }

    // Two codes a block, again and again, ones to the end of the byte, and the end of the image.
    bool isEmptyData() {
        const std::uint64_t blocks =
            static_cast<std::uint64_t>((m_width + 7) / 8) * static_cast<std::uint64_t>((m_height + 7) / 8);
        const int blockLength = m_dc.length + m_ac.length;  // at most 32
        const std::uint64_t blockBits = (std::uint64_t{m_dc.bits} << static_cast<unsigned>(m_ac.length)) | m_ac.bits;
        if (m_rest.size() < (blocks * static_cast<std::uint64_t>(blockLength) + 7) / 8) {
            return false;
        }
        std::uint64_t pending = 0;
        int pendingLength = 0;
        for (std::uint64_t block = 0; block < blocks; ++block) {
            pending = (pending << static_cast<unsigned>(blockLength)) | blockBits;
            pendingLength += blockLength;
            for (; pendingLength >= 8; pendingLength -= 8) {
                if (!takeDataByte(static_cast<unsigned>(pending >> static_cast<unsigned>(pendingLength - 8)) & 255U)) {
                    return false;
                }
            }
        }
        if (pendingLength > 0) {
            const auto missing = static_cast<unsigned>(8 - pendingLength);
            if (!takeDataByte(static_cast<unsigned>((pending << missing) | ((1U << missing) - 1U)) & 255U)) {
                return false;
            }
        }
        return takeMarker() == kEndOfImage;
    }

    bool takeDataByte(unsigned expected) {
        const std::size_t length = expected == 0xFF ? 2 : 1;  // a zero byte tells it from a marker
        if (m_rest.size() < length || at(m_rest, 0) != expected || (length == 2 && at(m_rest, 1) != 0)) {
            return false;
        }
        m_rest = m_rest.subspan(length);
        return true;
    }

    ByteSpan m_rest;
    const int m_width;
    const int m_height;
    bool m_hasFrame = false;
    std::array<std::array<Code, 4>, 2> m_codes{};  // of symbol 0, by class and table
    Code m_dc;
    Code m_ac;
};

}  // namespace

bool isNeutralGray(ByteSpan stream, int width, int height) {
    return Scanner(stream, width, height).isNeutral();
}

}  // namespace origami
