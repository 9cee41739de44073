// Codes many tiles with the same tables, which are stored once: abbreviated JPEG streams (ITU-T T.81, Annex B.4 and
// B.5), as TIFF has them (JPEGTables, TIFF Technical Note 2). Baseline, YCbCr 4:2:0.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/codec/jpeg_coefficients.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace origami {

// A Huffman table as JPEG stores it (T.81, B.2.4.2).
struct HuffmanTable {
    std::array<std::uint8_t, 17> counts{};  // codes of each length 1..16; [0] is unused
    std::array<std::uint8_t, 256> symbols{};
};

// Of one directory of tiles. Immutable; thread-safe.
class JpegTileCoder {
public:
    // Huffman tables that are optimal for the sample, but give every symbol a code, so that any tile can be coded with
    // them. The sample is up to kMaxSample images of the same width and height; more are ignored, and without any
    // the tables suit nothing in particular.
    static Result<JpegTileCoder> create(const QuantisationTable& luma, const QuantisationTable& chroma,
                                        std::span<const CoefficientImage> sample);
    static constexpr int kMaxSample = 224;

    [[nodiscard]] const QuantisationTable& lumaTable() const noexcept { return m_steps[0]; }
    [[nodiscard]] const QuantisationTable& chromaTable() const noexcept { return m_steps[1]; }
    [[nodiscard]] const CodeLengths& lumaBits() const noexcept { return m_bits[0]; }
    [[nodiscard]] const CodeLengths& chromaBits() const noexcept { return m_bits[1]; }
    [[nodiscard]] const LevelCosts& lumaCosts() const noexcept { return m_costs[0]; }
    [[nodiscard]] const LevelCosts& chromaCosts() const noexcept { return m_costs[1]; }

    // SOI, DQT, DHT, EOI.
    [[nodiscard]] Result<Bytes> tables() const;
    // SOI, SOF0, SOS, EOI. InvalidArgument for coefficients that baseline JPEG cannot code.
    [[nodiscard]] Result<Bytes> encode(const CoefficientImage& image) const;

private:
    JpegTileCoder() = default;
    std::array<QuantisationTable, 2> m_steps{};
    std::array<HuffmanTable, 2> m_dc{};
    std::array<HuffmanTable, 2> m_ac{};
    std::array<CodeLengths, 2> m_bits{};
    std::array<LevelCosts, 2> m_costs{LevelCosts(CodeLengths()), LevelCosts(CodeLengths())};
};

}  // namespace origami
