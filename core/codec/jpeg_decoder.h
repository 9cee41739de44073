// Decodes baseline and progressive JPEG, with libjpeg-turbo where it is not said otherwise. A decoder keeps its libjpeg
// state between images, so keep one per thread; it is not thread-safe. Every stream is untrusted: sizes are checked
// before memory is taken, a stream that ends early is an error (libjpeg would fill the rest with gray), and the number
// of scans is limited (a progressive stream can otherwise cost hours).
//
// Errors: Corrupt, Truncated, Unsupported (CMYK, 12 bit, arithmetic where libjpeg-turbo lacks it). Messages
// speak of the stream only; the caller names the file and tile.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/image/plane.h"
#include "core/image/rgb32.h"

#include <memory>
#include <span>

namespace origami {

struct JpegHeader {
    int width = 0;
    int height = 0;
    int components = 0;       // 1 (gray) or 3
    bool subsampled = false;  // some component has fewer samples than the first
};

// Who goes from a stream's bytes to its samples. The samples are the same.
enum class DecodedBy {
    Us,       // huffman_scan.h and inverse_transform.h, where components go straight into planes and the stream has one
              // scan: as far as it is ordinary and sound
    Libjpeg,  // always libjpeg: the measure of all speed here, and what tests hold the other against
};

class JpegDecoder {
public:
    explicit JpegDecoder(DecodedBy who = DecodedBy::Us);
    ~JpegDecoder();
    JpegDecoder(JpegDecoder&&) noexcept;
    JpegDecoder& operator=(JpegDecoder&&) noexcept;

    // This thread's own decoder.
    static JpegDecoder& forThisThread();

    // Reads no further than the frame header: microseconds.
    Result<JpegHeader> readHeader(ByteSpan stream);

    // What the stream's colours mean, as it says: the ICC profile in its APP2 markers (ICC.1:2010, B.4). NotFound if it
    // does not say, or in pieces that do not fit together. Reads no further than the frame header.
    Result<Bytes> readIccProfile(ByteSpan stream);

    // The luma samples of a stream whose size is exactly the view's, straight into its rows. Chroma, if there
    // is any, is skipped. Corrupt if the size differs.
    Result<void> decodeLuma(ByteSpan stream, MutablePlaneView luma);

    // The samples of each component as they are stored, straight into planes: one for a gray stream, else luma, Cb and
    // Cr, of which the chroma may be coarser (4:2:0: half of the luma's width and height, rounded up). Corrupt unless
    // the stream has just these components in just these sizes. Rows must be writable up to a multiple of 8 samples;
    // what is left there means nothing.
    Result<void> decodeComponents(ByteSpan stream, std::span<const MutablePlaneView> planes);

    // The stream as YCbCr 4:4:4, in planes from the pool. Subsampled chroma goes through libjpeg's triangle
    // filter ("fancy upsampling"); a gray stream gets chroma 128. At most maxSide pixels a side.
    Result<YCbCrImage> decodeYCbCr(ByteSpan stream, int maxSide, BufferPool* pool = nullptr);

    // The stream as RGB32. At most maxSide pixels a side.
    Result<Rgb32Image> decodeRgb32(ByteSpan stream, int maxSide, BufferPool* pool = nullptr);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace origami
