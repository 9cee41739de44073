#include "core/codec/jpeg_encoder.h"

#include "core/codec/libjpeg_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace origami {
namespace {

constexpr J_COLOR_SPACE kRgb32Order = std::endian::native == std::endian::little ? JCS_EXT_BGRX : JCS_EXT_XRGB;

struct Frame {
    int width = 0;
    int height = 0;
    J_COLOR_SPACE colorSpace = JCS_GRAYSCALE;
    int samplesPerPixel = 1;
    int quality = 90;
    ChromaSampling sampling = ChromaSampling::Full444;
};

}  // namespace

struct JpegEncoder::State {
    LibjpegErrorManager errors;
    jpeg_compress_struct cinfo{};
    bool created = false;
    unsigned char* output = nullptr;  // libjpeg's, from malloc
    unsigned long outputSize = 0;

    State() {
        errors.install(reinterpret_cast<j_common_ptr>(&cinfo));
        if (setjmp(errors.jump) == 0) {
            jpeg_create_compress(&cinfo);
            created = true;
        }
    }
    ~State() {
        if (created) {
            jpeg_destroy_compress(&cinfo);
        }
        std::free(output);
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    // `row(y)` gives row y's samples, interleaved; it must be trivially destructible, as errors jump over it.
    template <class RowOf>
    Result<Bytes> encode(const Frame& frame, RowOf row) {
        static_assert(std::is_trivially_destructible_v<RowOf>);
        if (frame.width < 1 || frame.height < 1 || frame.width > JPEG_MAX_DIMENSION ||
            frame.height > JPEG_MAX_DIMENSION) {
            return Error{ErrorCode::InvalidArgument,
                         fmt::format("{} x {} pixels do not fit into a JPEG", frame.width, frame.height)};
        }
        if (!compress(frame, row)) {
            return errors.error();
        }
        const auto* begin = reinterpret_cast<const std::byte*>(output);
        return Bytes(begin, begin + outputSize);
    }

private:
    template <class RowOf>
    bool compress(const Frame& frame, RowOf row) {
        if (!created || setjmp(errors.jump) != 0) {
            if (created) {
                jpeg_abort_compress(&cinfo);
            }
            // libjpeg may have moved to a larger buffer and freed this one; it says so only when it has finished.
            output = nullptr;
            return false;
        }
        std::free(output);
        output = nullptr;
        outputSize = 0;
        jpeg_mem_dest(&cinfo, &output, &outputSize);
        cinfo.image_width = static_cast<JDIMENSION>(frame.width);
        cinfo.image_height = static_cast<JDIMENSION>(frame.height);
        cinfo.input_components = frame.samplesPerPixel;
        cinfo.in_color_space = frame.colorSpace;
        jpeg_set_defaults(&cinfo);
        jpeg_set_quality(&cinfo, frame.quality, TRUE);
        cinfo.optimize_coding = TRUE;
        cinfo.dct_method = JDCT_ISLOW;
        const int factor = frame.sampling == ChromaSampling::Half420 && frame.samplesPerPixel > 1 ? 2 : 1;
        cinfo.comp_info[0].h_samp_factor = factor;
        cinfo.comp_info[0].v_samp_factor = factor;
        jpeg_start_compress(&cinfo, TRUE);
        while (cinfo.next_scanline < cinfo.image_height) {
            // libjpeg's signature lacks the const; it does not write.
            JSAMPROW from = const_cast<JSAMPROW>(row(static_cast<int>(cinfo.next_scanline)));
            jpeg_write_scanlines(&cinfo, &from, 1);
        }
        jpeg_finish_compress(&cinfo);
        return true;
    }
};

JpegEncoder::JpegEncoder() : m_state(std::make_unique<State>()) {}
JpegEncoder::~JpegEncoder() = default;
JpegEncoder::JpegEncoder(JpegEncoder&&) noexcept = default;
JpegEncoder& JpegEncoder::operator=(JpegEncoder&&) noexcept = default;

JpegEncoder& JpegEncoder::forThisThread() {
    thread_local JpegEncoder encoder;
    return encoder;
}

Result<Bytes> JpegEncoder::encodeGray(PlaneView gray, int quality) {
    return m_state->encode({.width = gray.width, .height = gray.height, .quality = quality},
                           [gray](int y) { return gray.row(y); });
}

Result<Bytes> JpegEncoder::encodeYCbCr(PlaneView y, PlaneView cb, PlaneView cr, int quality, ChromaSampling sampling) {
    Plane interleaved(3 * y.width, 1);
    std::uint8_t* const samples = interleaved.view().data;
    return m_state->encode({.width = y.width,
                            .height = y.height,
                            .colorSpace = JCS_YCbCr,
                            .samplesPerPixel = 3,
                            .quality = quality,
                            .sampling = sampling},
                           [=](int row) {
                               for (int x = 0; x < y.width; ++x) {
                                   samples[3 * x] = y.row(row)[x];
                                   samples[3 * x + 1] = cb.row(row)[x];
                                   samples[3 * x + 2] = cr.row(row)[x];
                               }
                               return samples;
                           });
}

Result<Bytes> JpegEncoder::encodeRgb32(Rgb32View image, int quality, ChromaSampling sampling) {
    return m_state->encode({.width = image.width,
                            .height = image.height,
                            .colorSpace = kRgb32Order,
                            .samplesPerPixel = 4,
                            .quality = quality,
                            .sampling = sampling},
                           [image](int y) { return reinterpret_cast<const JSAMPLE*>(image.row(y)); });
}

}  // namespace origami
