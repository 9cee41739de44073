#include "core/codec/jpeg_tile_coder.h"

#include "core/codec/libjpeg_error.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace origami {
namespace {

constexpr int kComponents = 3;
constexpr int kDcSizes = 12;  // categories 0..11 of 8-bit baseline JPEG
constexpr int kAcSizes = 10;  // categories 1..10
constexpr int kRuns = 16;

void put(const HuffmanTable& from, JHUFF_TBL& to) noexcept {
    std::ranges::copy(from.counts, to.bits);
    std::ranges::copy(from.symbols, to.huffval);
    to.sent_table = FALSE;
}

HuffmanTable take(const JHUFF_TBL& from) noexcept {
    HuffmanTable table;
    std::ranges::copy(from.bits, table.counts.begin());
    std::ranges::copy(from.huffval, table.symbols.begin());
    return table;
}

template <std::size_t Size>
void takeLengths(const HuffmanTable& table, std::array<std::uint8_t, Size>& lengths) noexcept {
    std::size_t symbol = 0;
    for (std::size_t length = 1; length < table.counts.size(); ++length) {
        for (int i = 0; i < table.counts[length] && symbol < table.symbols.size(); ++i, ++symbol) {
            if (table.symbols[symbol] < Size) {
                lengths[table.symbols[symbol]] = static_cast<std::uint8_t>(length);
            }
        }
    }
}

// Blocks that hold every symbol of both kinds of table at least once.
std::vector<std::array<std::int16_t, kBlockSize>> blocksOfAllSymbols() {
    std::vector<std::array<std::int16_t, kBlockSize>> blocks;
    const auto& zigzag = zigzagOrder();
    for (int run = 0; run < kRuns; ++run) {
        int position = 0;
        blocks.emplace_back();
        for (int size = 1; size <= kAcSizes; ++size) {
            if (position + run + 1 >= kBlockSize) {
                blocks.emplace_back();
                position = 0;
            }
            position += run + 1;
            blocks.back()[static_cast<std::size_t>(zigzag[static_cast<std::size_t>(position)])] =
                static_cast<std::int16_t>(1 << (size - 1));
        }
    }
    blocks.emplace_back();
    blocks.back()[kBlockSize - 1] = 1;  // after three runs of sixteen zeros
    // DC levels that go up and down alternately, so that their differences have every size.
    int level = 0;
    for (int size = 0; size < kDcSizes; ++size) {
        const int difference = size == 0 ? 0 : 1 << (size - 1);
        level += level > 0 ? -difference : difference;
        blocks[static_cast<std::size_t>(size)][0] = static_cast<std::int16_t>(level);
    }
    for (std::size_t i = kDcSizes; i < blocks.size(); ++i) {
        blocks[i][0] = static_cast<std::int16_t>(level);
    }
    return blocks;
}

// Puts the blocks into a tile in the order in which they are coded: four of luma, two by two, to one of chroma.
void fillInOrder(std::span<const std::array<std::int16_t, kBlockSize>> blocks, CoefficientImage& tile) {
    for (std::size_t component = 0; component < kComponents; ++component) {
        CoefficientPlane& plane = tile.planes[component];
        const int side = component == 0 ? 2 : 1;
        for (int i = 0; i < static_cast<int>(blocks.size()); ++i) {
            const int unit = i / (side * side);
            const int columns = plane.blockColumns / side;
            const int column = unit % columns * side + i % side;
            const int row = unit / columns * side + i / side % side;
            std::ranges::copy(blocks[static_cast<std::size_t>(i)], plane.block(column, row).begin());
        }
    }
}

// libjpeg-turbo's vector code writes nonsense for coefficients without a code and says nothing.
bool isCodable(const CoefficientImage& image) noexcept {
    constexpr int kMaxAc = (1 << kAcSizes) - 1;
    constexpr int kMaxDc = 1 << (kDcSizes - 2);  // so that every difference has a size below kDcSizes
    return std::ranges::all_of(image.planes, [](const CoefficientPlane& plane) {
        bool isGood = true;
        for (std::size_t block = 0; block < plane.values.size(); block += kBlockSize) {
            int least = 0;
            int most = 0;
            for (std::size_t i = block + 1; i < block + kBlockSize; ++i) {
                least = std::min<int>(least, plane.values[i]);
                most = std::max<int>(most, plane.values[i]);
            }
            const int dc = plane.values[block];
            isGood &= least >= -kMaxAc && most <= kMaxAc && dc >= -kMaxDc && dc < kMaxDc;
        }
        return isGood;
    });
}

// libjpeg's compressor, kept for the next tile.
class Compressor {
public:
    Compressor() {
        m_errors.install(reinterpret_cast<j_common_ptr>(&m_cinfo));
        if (setjmp(m_errors.jump) == 0) {
            jpeg_create_compress(&m_cinfo);
            m_created = true;
        }
    }
    ~Compressor() {
        if (m_created) {
            jpeg_destroy_compress(&m_cinfo);
        }
        std::free(m_output);
    }
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;

    static Compressor& forThisThread() {
        thread_local Compressor compressor;
        return compressor;
    }

    struct Tables {
        const std::array<QuantisationTable, 2>* steps = nullptr;
        const std::array<HuffmanTable, 2>* dc = nullptr;  // null: to be found
        const std::array<HuffmanTable, 2>* ac = nullptr;
    };

    // Tiles of one size, one below the other.
    Result<Bytes> encode(const Tables& tables, std::span<const CoefficientImage> tiles) {
        if (!encodeTiles(tables, tiles.data(), tiles.size())) {
            return abandon();
        }
        return output();
    }
    Result<Bytes> encodeTables(const Tables& tables) {
        if (!writeTables(tables)) {
            return abandon();
        }
        return output();
    }
    // After encode() without Huffman tables: those that were found.
    void takeTables(std::array<HuffmanTable, 2>& dc, std::array<HuffmanTable, 2>& ac) const {
        for (std::size_t i = 0; i < 2; ++i) {
            dc[i] = take(*m_cinfo.dc_huff_tbl_ptrs[i]);
            ac[i] = take(*m_cinfo.ac_huff_tbl_ptrs[i]);
        }
    }

private:
    // The functions that libjpeg's errors jump out of hold nothing to destroy.
    bool encodeTiles(const Tables& tables, const CoefficientImage* tiles, std::size_t count) {
        if (!m_created || setjmp(m_errors.jump) != 0) {
            return false;
        }
        begin(tables, tiles[0].width, tiles[0].height * static_cast<int>(count));
        m_cinfo.optimize_coding = tables.dc == nullptr ? TRUE : FALSE;
        jvirt_barray_ptr arrays[kComponents];
        for (int c = 0; c < kComponents; ++c) {
            const CoefficientPlane& plane = tiles[0].planes[static_cast<std::size_t>(c)];
            arrays[c] = (*m_cinfo.mem->request_virt_barray)(
                reinterpret_cast<j_common_ptr>(&m_cinfo), JPOOL_IMAGE, FALSE,
                static_cast<JDIMENSION>(plane.blockColumns),
                static_cast<JDIMENSION>(plane.blockRows) * static_cast<JDIMENSION>(count), c == 0 ? 2U : 1U);
        }
        jpeg_write_coefficients(&m_cinfo, arrays);
        jpeg_suppress_tables(&m_cinfo, TRUE);
        for (std::size_t tile = 0; tile < count; ++tile) {
            for (std::size_t c = 0; c < kComponents; ++c) {
                const CoefficientPlane& plane = tiles[tile].planes[c];
                for (int row = 0; row < plane.blockRows; ++row) {
                    const auto target = static_cast<JDIMENSION>(tile) * static_cast<JDIMENSION>(plane.blockRows) +
                                        static_cast<JDIMENSION>(row);
                    JBLOCKARRAY to = (*m_cinfo.mem->access_virt_barray)(reinterpret_cast<j_common_ptr>(&m_cinfo),
                                                                        arrays[c], target, 1, TRUE);
                    std::memcpy(to[0], plane.block(0, row).data(),
                                static_cast<std::size_t>(plane.blockColumns) * sizeof(JBLOCK));
                }
            }
        }
        jpeg_finish_compress(&m_cinfo);
        return true;
    }

    bool writeTables(const Tables& tables) {
        if (!m_created || setjmp(m_errors.jump) != 0) {
            return false;
        }
        begin(tables, kBlockSide, kBlockSide);
        jpeg_write_tables(&m_cinfo);
        return true;
    }

    void begin(const Tables& tables, int width, int height) {
        std::free(m_output);
        m_output = nullptr;
        m_outputSize = 0;
        jpeg_mem_dest(&m_cinfo, &m_output, &m_outputSize);
        m_cinfo.image_width = static_cast<JDIMENSION>(width);
        m_cinfo.image_height = static_cast<JDIMENSION>(height);
        m_cinfo.input_components = kComponents;
        m_cinfo.in_color_space = JCS_YCbCr;
        jpeg_set_defaults(&m_cinfo);  // 4:2:0; all tables are there after it
        m_cinfo.write_JFIF_header = FALSE;
        for (std::size_t i = 0; i < 2; ++i) {
            std::ranges::copy((*tables.steps)[i], m_cinfo.quant_tbl_ptrs[i]->quantval);
            m_cinfo.quant_tbl_ptrs[i]->sent_table = FALSE;
            if (tables.dc != nullptr) {
                put((*tables.dc)[i], *m_cinfo.dc_huff_tbl_ptrs[i]);
                put((*tables.ac)[i], *m_cinfo.ac_huff_tbl_ptrs[i]);
            }
        }
    }

    Error abandon() {
        if (m_created) {
            jpeg_abort_compress(&m_cinfo);
        }
        // libjpeg may have moved to a larger buffer and freed this one; it says so only when it has finished.
        m_output = nullptr;
        const Error error = m_errors.error();
        return {error.code == ErrorCode::OutOfMemory ? error.code : ErrorCode::InvalidArgument, error.message};
    }
    [[nodiscard]] Bytes output() const {
        const auto* begin = reinterpret_cast<const std::byte*>(m_output);
        return Bytes(begin, begin + m_outputSize);
    }

    LibjpegErrorManager m_errors;
    jpeg_compress_struct m_cinfo{};
    bool m_created = false;
    unsigned char* m_output = nullptr;  // libjpeg's, from malloc
    unsigned long m_outputSize = 0;
};

}  // namespace

Result<JpegTileCoder> JpegTileCoder::create(const QuantisationTable& luma, const QuantisationTable& chroma,
                                            std::span<const CoefficientImage> sample) {
    JpegTileCoder coder;
    coder.m_steps = {luma, chroma};
    const auto used = sample.first(std::min<std::size_t>(sample.size(), kMaxSample));
    constexpr int kTileSide = 256;
    std::vector<CoefficientImage> tiles(used.begin(), used.end());
    tiles.push_back(tiles.empty() ? CoefficientImage::ofSize420(kTileSide, kTileSide)
                                  : CoefficientImage::ofSize420(tiles[0].width, tiles[0].height));
    fillInOrder(blocksOfAllSymbols(), tiles.back());
    Compressor& compressor = Compressor::forThisThread();
    if (const Result<Bytes> coded = compressor.encode({.steps = &coder.m_steps}, tiles); !coded) {
        return coded.error();
    }
    compressor.takeTables(coder.m_dc, coder.m_ac);
    for (std::size_t i = 0; i < 2; ++i) {
        takeLengths(coder.m_dc[i], coder.m_bits[i].dc);
        takeLengths(coder.m_ac[i], coder.m_bits[i].ac);
        coder.m_costs[i] = LevelCosts(coder.m_bits[i]);
    }
    return coder;
}

Result<Bytes> JpegTileCoder::tables() const {
    return Compressor::forThisThread().encodeTables({.steps = &m_steps, .dc = &m_dc, .ac = &m_ac});
}

Result<Bytes> JpegTileCoder::encode(const CoefficientImage& image) const {
    if (!isCodable(image)) {
        return Error{ErrorCode::InvalidArgument, "a coefficient is larger than baseline JPEG can code"};
    }
    return Compressor::forThisThread().encode({.steps = &m_steps, .dc = &m_dc, .ac = &m_ac}, {&image, 1});
}

}  // namespace origami
