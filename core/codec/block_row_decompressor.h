// A libjpeg decompressor that can make samples itself once a header is read: it decodes coefficients (huffman_scan.h)
// and transforms them (inverse_transform.h), a row of MCUs at a time, so that they never leave the processor's first
// cache. Where the stream is not as simple as that, libjpeg decodes the coefficients: jpeg_read_coefficients asks for
// memory for all of an image's, to which it then goes by rows of MCUs, and gets memory for one such row. What is in it
// is transformed when it goes to the next. Private to codec/; not thread-safe.
#pragma once

#include "core/codec/huffman_scan.h"
#include "core/codec/jpeg_coefficients.h"
#include "core/codec/libjpeg_error.h"
#include "core/image/plane.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace origami {

// Install a LibjpegErrorManager, then jpeg_create_decompress.
class BlockRowDecompressor : public jpeg_decompress_struct {
public:
    BlockRowDecompressor() : jpeg_decompress_struct{} {}
    BlockRowDecompressor(const BlockRowDecompressor&) = delete;
    BlockRowDecompressor& operator=(const BlockRowDecompressor&) = delete;

    // After jpeg_read_header, of a stream of one scan. Planes as for JpegDecoder::decodeComponents, one a component; at
    // most three. Throws std::bad_alloc.
    void prepare(std::span<const MutablePlaneView> planes);
    // Decodes the stream without libjpeg, which stays as it is. False if that cannot be, or the stream is damaged: what
    // is in the planes then means nothing. Throws std::bad_alloc.
    bool decodeRows();
    // In place of jpeg_read_coefficients. Errors jump; then, too, call restore().
    void readRows();
    // Gives libjpeg its own memory back.
    void restore() noexcept;

private:
    // The rows of blocks of one component that a row of MCUs has.
    struct Window {
        MutablePlaneView plane;
        std::size_t columns = 0;  // of blocks that have samples
        std::size_t columnsInMcus = 0;
        JDIMENSION rowsAtOnce = 0;
        JDIMENSION next = 0;  // row of blocks behind those that are here
        std::array<JBLOCKROW, MAX_SAMP_FACTOR> rows{};
        QuantisationTable steps{};
    };

    static BlockRowDecompressor& of(j_common_ptr common);
    static jvirt_barray_ptr requestRows(j_common_ptr common, int pool, boolean preZero, JDIMENSION columns,
                                        JDIMENSION rows, JDIMENSION rowsAtOnce);
    static JBLOCKARRAY accessRows(j_common_ptr common, jvirt_barray_ptr array, JDIMENSION first, JDIMENSION count,
                                  boolean writable);
    // The tables of a component; null if they are not as huffman_scan.h wants them.
    const HuffmanTable* huffmanTable(HuffmanClass of, int number);
    static void clearRows(Window& window);
    void transformRows(const Window& window);

    std::array<Window, 3> m_windows;
    HuffmanTables m_huffmanTables;
    HuffmanScan m_scan;
    std::size_t m_requested = 0;
    std::vector<std::int16_t> m_coefficients;
    std::vector<std::uint8_t> m_spare;  // samples of blocks that reach below their plane
    decltype(jpeg_memory_mgr::request_virt_barray) m_request = nullptr;  // libjpeg's own, between prepare and restore
    decltype(jpeg_memory_mgr::access_virt_barray) m_access = nullptr;
};

}  // namespace origami
