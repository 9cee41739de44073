#include "core/codec/jpeg_decoder.h"

#include "core/codec/block_row_decompressor.h"
#include "core/codec/libjpeg_error.h"
#include "core/image/color.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <span>
#include <string>
#include <vector>

namespace origami {
namespace {

constexpr int kMaxScans = 100;  // of a progressive stream; encoders write about ten

constexpr J_COLOR_SPACE kRgb32Order = std::endian::native == std::endian::little ? JCS_EXT_BGRA : JCS_EXT_ARGB;

void limitScans(j_common_ptr cinfo) {
    if (reinterpret_cast<j_decompress_ptr>(cinfo)->input_scan_number > kMaxScans) {
        LibjpegErrorManager::fail(cinfo, ErrorCode::Corrupt, "the progressive JPEG has too many scans");
    }
}

Error tooLarge(const JpegHeader& header, int maxSide) {
    return {ErrorCode::Corrupt, fmt::format("the JPEG claims {} x {} pixels where at most {} a side are possible",
                                            header.width, header.height, maxSide)};
}

}  // namespace

struct JpegDecoder::State {
    LibjpegErrorManager errors;
    jpeg_progress_mgr progress{};
    BlockRowDecompressor cinfo;
    bool created = false;
    bool keepsProfile = false;
    DecodedBy decodedBy;
    std::vector<std::uint8_t> spareRow;

    explicit State(DecodedBy who) : decodedBy(who) {
        errors.install(reinterpret_cast<j_common_ptr>(&cinfo));
        progress.progress_monitor = limitScans;
        if (setjmp(errors.jump) == 0) {
            create();
        }
    }
    ~State() {
        if (created) {
            jpeg_destroy_decompress(&cinfo);
        }
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    // Errors of these two jump.
    void create() {
        jpeg_create_decompress(&cinfo);
        cinfo.progress = &progress;
        created = true;
    }
    void readHeader(ByteSpan stream) {
        constexpr unsigned kLongestMarker = 0xFFFF;
        jpeg_save_markers(&cinfo, JPEG_APP0 + 2, keepsProfile ? kLongestMarker : 0);
        jpeg_mem_src(&cinfo, reinterpret_cast<const unsigned char*>(stream.data()),
                     static_cast<unsigned long>(stream.size()));
        jpeg_read_header(&cinfo, TRUE);
    }

    // libjpeg keeps tables for the streams after the one that defined them, and a damaged stream would be decoded with
    // whatever came before it. Those that are there are marked before a header is read: what libjpeg writes as it reads
    // a table overwrites the mark, and no table that means something has it.
    void markTables() {
        for (JQUANT_TBL* table : cinfo.quant_tbl_ptrs) {
            if (table != nullptr) {
                table->quantval[0] = 0;
            }
        }
        for (const auto& tables : {std::span(cinfo.dc_huff_tbl_ptrs), std::span(cinfo.ac_huff_tbl_ptrs)}) {
            for (JHUFF_TBL* table : tables) {
                if (table != nullptr) {
                    table->bits[0] = 1;  // there are no codes of no bits
                }
            }
        }
    }
    static bool isMarked(const JQUANT_TBL* table) { return table != nullptr && table->quantval[0] == 0; }
    static bool isMarked(const JHUFF_TBL* table) { return table != nullptr && table->bits[0] != 0; }

    // Whether the stream whose header was read could be decoded with a table of another.
    [[nodiscard]] bool usesMarkedTables() {
        if (jpeg_has_multiple_scans(&cinfo) != FALSE) {  // later ones may use any
            const auto isAnyMarked = [](const auto& tables) {
                return std::ranges::any_of(tables, [](const auto* table) { return isMarked(table); });
            };
            return isAnyMarked(cinfo.quant_tbl_ptrs) || isAnyMarked(cinfo.dc_huff_tbl_ptrs) ||
                   isAnyMarked(cinfo.ac_huff_tbl_ptrs);
        }
        // Numbers are as the stream has them, unchecked.
        const auto isMarkedAt = [](const auto& tables, int number) {
            return number >= 0 && number < static_cast<int>(std::size(tables)) && isMarked(tables[number]);
        };
        return std::any_of(cinfo.cur_comp_info, cinfo.cur_comp_info + cinfo.comps_in_scan,
                           [&](const jpeg_component_info* component) {
                               return isMarkedAt(cinfo.quant_tbl_ptrs, component->quant_tbl_no) ||
                                      isMarkedAt(cinfo.dc_huff_tbl_ptrs, component->dc_tbl_no) ||
                                      isMarkedAt(cinfo.ac_huff_tbl_ptrs, component->ac_tbl_no);
                           });
    }

    // Leaves the decoder between header and decompression.
    Result<JpegHeader> begin(ByteSpan stream) {
        if (stream.empty()) {
            return Error{ErrorCode::Truncated, "the JPEG is empty"};
        }
        if (!created || setjmp(errors.jump) != 0) {
            return abandon();
        }
        // The caller of the previous begin() may have left by an exception.
        jpeg_abort_decompress(&cinfo);
        cinfo.restore();
        markTables();
        readHeader(stream);
        if (usesMarkedTables()) {
            created = false;
            jpeg_destroy_decompress(&cinfo);
            create();
            readHeader(stream);
        }
        JpegHeader header{static_cast<int>(cinfo.image_width), static_cast<int>(cinfo.image_height),
                          cinfo.num_components, false};
        for (int i = 1; i < cinfo.num_components; ++i) {
            header.subsampled |= cinfo.comp_info[i].h_samp_factor != cinfo.comp_info[0].h_samp_factor ||
                                 cinfo.comp_info[i].v_samp_factor != cinfo.comp_info[0].v_samp_factor;
        }
        if (cinfo.data_precision != BITS_IN_JSAMPLE) {
            const int bits = cinfo.data_precision;
            jpeg_abort_decompress(&cinfo);
            return Error{ErrorCode::Unsupported, fmt::format("a JPEG of {} bits a sample is not supported", bits)};
        }
        if (cinfo.num_components != 1 && cinfo.num_components != 3) {
            jpeg_abort_decompress(&cinfo);
            return Error{ErrorCode::Unsupported,
                         fmt::format("a JPEG of {} components is not supported", header.components)};
        }
        return header;
    }

    Error abandon() {
        if (created) {
            jpeg_abort_decompress(&cinfo);
        }
        return errors.error();
    }

    // After begin(): false on errors. The profile is from malloc; null if there is none.
    bool takeProfile(JOCTET*& profile, unsigned& length) {
        if (setjmp(errors.jump) != 0) {
            return false;
        }
        jpeg_read_icc_profile(&cinfo, &profile, &length);
        return true;
    }

    // Decodes all rows after begin(); row(y) is where row y goes. `row` must be trivially destructible: an error
    // jumps over it.
    template <class RowOf>
    Result<void> decodeRows(J_COLOR_SPACE colorSpace, RowOf row) {
        static_assert(std::is_trivially_destructible_v<RowOf>);
        if (setjmp(errors.jump) != 0) {
            return abandon();
        }
        cinfo.out_color_space = colorSpace;
        jpeg_start_decompress(&cinfo);
        while (cinfo.output_scanline < cinfo.output_height) {
            JSAMPROW to = row(static_cast<int>(cinfo.output_scanline));
            jpeg_read_scanlines(&cinfo, &to, 1);
        }
        jpeg_finish_decompress(&cinfo);
        return {};
    }

    // Why the stream's components, after begin(), cannot go into these planes; empty if they can.
    [[nodiscard]] std::string differenceFrom(std::span<const MutablePlaneView> planes) const {
        if (static_cast<std::size_t>(cinfo.num_components) != planes.size()) {
            return fmt::format("the JPEG has {} components instead of {}", cinfo.num_components, planes.size());
        }
        if (cinfo.num_components == 3 && cinfo.jpeg_color_space != JCS_YCbCr) {
            return "the JPEG's components are not luma and chroma";
        }
        for (std::size_t c = 0; c < planes.size(); ++c) {
            const auto width = static_cast<int>(cinfo.comp_info[c].downsampled_width);
            const auto height = static_cast<int>(cinfo.comp_info[c].downsampled_height);
            if (width != planes[c].width || height != planes[c].height) {
                return fmt::format("the JPEG's {} is {} x {} samples instead of {} x {}", c == 0 ? "luma" : "chroma",
                                   width, height, planes[c].width, planes[c].height);
            }
        }
        return {};
    }

    // As decodePlanes, a stream of one scan, without libjpeg where that can be, else without its transform.
    Result<void> transformInto(std::span<const MutablePlaneView> planes) {
        cinfo.prepare(planes);
        if (cinfo.decodeRows()) {
            jpeg_abort_decompress(&cinfo);
            return {};
        }
        if (setjmp(errors.jump) != 0) {
            return abandon();
        }
        cinfo.readRows();
        jpeg_finish_decompress(&cinfo);
        return {};
    }

    // Decodes components as they are stored straight into planes of just their sizes, whose rows must be writable up to
    // a multiple of 8 samples.
    Result<void> decodePlanes(std::span<const MutablePlaneView> planes) {
        if (decodedBy == DecodedBy::Us && !jpeg_has_multiple_scans(&cinfo)) {
            return transformInto(planes);
        }
        // For rows below the planes, of any component.
        spareRow.resize(static_cast<std::size_t>(std::ranges::max(planes, {}, &MutablePlaneView::width).width) +
                        DCTSIZE);
        if (setjmp(errors.jump) != 0) {
            return abandon();
        }
        cinfo.out_color_space = cinfo.jpeg_color_space;
        cinfo.raw_data_out = TRUE;
        jpeg_start_decompress(&cinfo);
        JSAMPROW rows[3][DCTSIZE * MAX_SAMP_FACTOR];
        JSAMPARRAY components[3] = {rows[0], rows[1], rows[2]};
        const int rowsAtOnce = DCTSIZE * cinfo.max_v_samp_factor;
        while (cinfo.output_scanline < cinfo.output_height) {
            const int top = static_cast<int>(cinfo.output_scanline);
            for (std::size_t c = 0; c < planes.size(); ++c) {
                const int factor = cinfo.comp_info[c].v_samp_factor;
                const int componentTop = top / cinfo.max_v_samp_factor * factor;
                for (int y = 0; y < DCTSIZE * factor; ++y) {
                    rows[c][y] =
                        componentTop + y < planes[c].height ? planes[c].row(componentTop + y) : spareRow.data();
                }
            }
            jpeg_read_raw_data(&cinfo, components, static_cast<JDIMENSION>(rowsAtOnce));
        }
        jpeg_finish_decompress(&cinfo);
        return {};
    }
};

JpegDecoder::JpegDecoder(DecodedBy who) : m_state(std::make_unique<State>(who)) {}
JpegDecoder::~JpegDecoder() = default;
JpegDecoder::JpegDecoder(JpegDecoder&&) noexcept = default;
JpegDecoder& JpegDecoder::operator=(JpegDecoder&&) noexcept = default;

JpegDecoder& JpegDecoder::forThisThread() {
    thread_local JpegDecoder decoder;
    return decoder;
}

Result<JpegHeader> JpegDecoder::readHeader(ByteSpan stream) {
    Result<JpegHeader> header = m_state->begin(stream);
    if (header) {
        jpeg_abort_decompress(&m_state->cinfo);
    }
    return header;
}

Result<Bytes> JpegDecoder::readIccProfile(ByteSpan stream) {
    m_state->keepsProfile = true;
    const Result<JpegHeader> header = m_state->begin(stream);
    m_state->keepsProfile = false;
    Bytes profile;
    bool isRead = header.has_value();
    if (isRead) {
        JOCTET* begin = nullptr;
        unsigned length = 0;
        isRead = m_state->takeProfile(begin, length);
        const std::unique_ptr<JOCTET, void (*)(void*)> owner(begin, &std::free);
        const auto* bytes = reinterpret_cast<const std::byte*>(begin);
        profile.assign(bytes, bytes + length);
        jpeg_abort_decompress(&m_state->cinfo);
    }
    if (!header) {
        return header.error();
    }
    if (profile.empty()) {
        return Error{ErrorCode::NotFound, "the JPEG has no ICC profile"};
    }
    return profile;
}

Result<void> JpegDecoder::decodeLuma(ByteSpan stream, MutablePlaneView luma) {
    const Result<JpegHeader> header = m_state->begin(stream);
    if (!header) {
        return header.error();
    }
    if (header->width != luma.width || header->height != luma.height) {
        jpeg_abort_decompress(&m_state->cinfo);
        return Error{ErrorCode::Corrupt, fmt::format("the JPEG is {} x {} pixels instead of {} x {}", header->width,
                                                     header->height, luma.width, luma.height)};
    }
    const jpeg_decompress_struct& cinfo = m_state->cinfo;
    const bool isWholeBlocks = luma.width % DCTSIZE == 0 && luma.height % DCTSIZE == 0;
    if (header->components == 1 && isWholeBlocks && cinfo.max_v_samp_factor == 1 && cinfo.max_h_samp_factor == 1) {
        return m_state->decodePlanes({&luma, 1});
    }
    return m_state->decodeRows(JCS_GRAYSCALE, [luma](int y) { return luma.row(y); });
}

Result<void> JpegDecoder::decodeComponents(ByteSpan stream, std::span<const MutablePlaneView> planes) {
    const Result<JpegHeader> header = m_state->begin(stream);
    if (!header) {
        return header.error();
    }
    if (const std::string problem = m_state->differenceFrom(planes); !problem.empty()) {
        jpeg_abort_decompress(&m_state->cinfo);
        return Error{ErrorCode::Corrupt, problem};
    }
    return m_state->decodePlanes(planes);
}

Result<YCbCrImage> JpegDecoder::decodeYCbCr(ByteSpan stream, int maxSide, BufferPool* pool) {
    const Result<JpegHeader> header = m_state->begin(stream);
    if (!header) {
        return header.error();
    }
    if (header->width > maxSide || header->height > maxSide) {
        jpeg_abort_decompress(&m_state->cinfo);
        return tooLarge(*header, maxSide);
    }
    YCbCrImage image(header->width, header->height, pool);
    const MutablePlaneView y = image.y.view();
    const MutablePlaneView cb = image.cb.view();
    const MutablePlaneView cr = image.cr.view();
    Result<void> decoded;
    if (header->components == 1) {
        decoded = m_state->decodeRows(JCS_GRAYSCALE, [y](int row) { return y.row(row); });
        fill(cb, 128);
        fill(cr, 128);
    } else if (m_state->cinfo.jpeg_color_space == JCS_YCbCr && !header->subsampled) {
        decoded = m_state->decodePlanes(std::array{y, cb, cr});
    } else {
        // Interleaved by libjpeg (its upsampler works that way), or RGB: one row at a time goes through `rows`.
        const bool isRgb = m_state->cinfo.jpeg_color_space == JCS_RGB;
        Plane rows(3 * header->width, header->height, pool);
        const MutablePlaneView interleaved = rows.view();
        decoded =
            m_state->decodeRows(isRgb ? JCS_RGB : JCS_YCbCr, [interleaved](int row) { return interleaved.row(row); });
        for (int row = 0; decoded && row < image.height(); ++row) {
            const std::uint8_t* from = interleaved.row(row);
            for (int x = 0; x < image.width(); ++x, from += 3) {
                const YCbCr sample =
                    isRgb ? toYCbCr(rgb32(from[0], from[1], from[2])) : YCbCr{from[0], from[1], from[2]};
                y.row(row)[x] = sample.y;
                cb.row(row)[x] = sample.cb;
                cr.row(row)[x] = sample.cr;
            }
        }
    }
    if (!decoded) {
        return std::move(decoded).error();
    }
    return image;
}

Result<Rgb32Image> JpegDecoder::decodeRgb32(ByteSpan stream, int maxSide, BufferPool* pool) {
    const Result<JpegHeader> header = m_state->begin(stream);
    if (!header) {
        return header.error();
    }
    if (header->width > maxSide || header->height > maxSide) {
        jpeg_abort_decompress(&m_state->cinfo);
        return tooLarge(*header, maxSide);
    }
    Rgb32Image image(header->width, header->height, pool);
    const MutableRgb32View view = image.view();
    Result<void> decoded =
        m_state->decodeRows(kRgb32Order, [view](int y) { return reinterpret_cast<JSAMPROW>(view.row(y)); });
    if (!decoded) {
        return std::move(decoded).error();
    }
    return image;
}

}  // namespace origami
