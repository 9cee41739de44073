// Encodes baseline JPEG with libjpeg-turbo: optimised Huffman tables, Annex K quantisation tables scaled by
// quality (1..100), accurate integer DCT. One per thread; not thread-safe.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/image/plane.h"
#include "core/image/rgb32.h"

#include <memory>

namespace origami {

enum class ChromaSampling { Full444, Half420 };

class JpegEncoder {
public:
    JpegEncoder();
    ~JpegEncoder();
    JpegEncoder(JpegEncoder&&) noexcept;
    JpegEncoder& operator=(JpegEncoder&&) noexcept;

    static JpegEncoder& forThisThread();

    // Sides are 1..65500 (libjpeg's limit); InvalidArgument otherwise.
    Result<Bytes> encodeGray(PlaneView gray, int quality);
    // Three planes of the same size.
    Result<Bytes> encodeYCbCr(PlaneView y, PlaneView cb, PlaneView cr, int quality, ChromaSampling sampling);
    Result<Bytes> encodeRgb32(Rgb32View image, int quality, ChromaSampling sampling);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace origami
