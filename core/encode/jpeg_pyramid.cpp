#include "core/encode/jpeg_pyramid.h"

#include "core/codec/jpeg_decoder.h"
#include "core/codec/jpeg_encoder.h"

#include <algorithm>
#include <utility>

namespace origami {
namespace {

constexpr int kTileSize = 256;

// Codes a level tile by tile, adds up its bytes and gives what they decode to.
Result<Rgb32Image> codeLevel(Rgb32View image, int quality, std::int64_t& bytes) {
    Rgb32Image decoded(image.width, image.height);
    for (int y = 0; y < image.height; y += kTileSize) {
        for (int x = 0; x < image.width; x += kTileSize) {
            const int width = std::min(kTileSize, image.width - x);
            const int height = std::min(kTileSize, image.height - y);
            const Result<Bytes> stream = JpegEncoder::forThisThread().encodeRgb32(image.sub(x, y, width, height),
                                                                                  quality, ChromaSampling::Half420);
            if (!stream) {
                return stream.error();
            }
            bytes += static_cast<std::int64_t>(stream->size());
            const Result<Rgb32Image> tile = JpegDecoder::forThisThread().decodeRgb32(*stream, kTileSize);
            if (!tile) {
                return tile.error();
            }
            copy(tile->view(), decoded.view().sub(x, y, width, height));
        }
    }
    return decoded;
}

}  // namespace

Result<JpegPyramidArea> codeAsJpegPyramid(Rgb32View area, int quality) {
    if (area.width < 1 || area.height < 1) {
        return Error{ErrorCode::InvalidArgument, "an empty area cannot be coded"};
    }
    const Rgb32Image original1 = halved(area);
    const Rgb32Image original2 = halved(original1.view());
    JpegPyramidArea result;
    Result<Rgb32Image> level0 = codeLevel(area, quality, result.bytes);
    if (!level0) {
        return std::move(level0).error();
    }
    Result<Rgb32Image> level1 = codeLevel(original1.view(), quality, result.bytes);
    if (!level1) {
        return std::move(level1).error();
    }
    const Result<Rgb32Image> level2 = codeLevel(original2.view(), quality, result.bytes);
    if (!level2) {
        return level2.error();
    }
    result.level0 = std::move(*level0);
    result.level1 = std::move(*level1);
    return result;
}

}  // namespace origami
