#include "core/slide/background.h"

#include "core/codec/jpeg_decoder.h"
#include "core/codec/png.h"
#include "core/image/color.h"

#include <algorithm>
#include <utility>

namespace origami {

std::optional<std::uint32_t> backgroundOf(std::vector<std::uint32_t> pixels) {
    if (pixels.empty()) {
        return std::nullopt;
    }
    const auto luma = [](std::uint32_t pixel) { return toYCbCr(pixel).y; };
    const auto upperQuartile = pixels.begin() + static_cast<std::ptrdiff_t>(pixels.size() * 3 / 4);
    std::ranges::nth_element(pixels, upperQuartile, {}, luma);
    return *upperQuartile;
}

std::optional<std::uint32_t> backgroundOf(Rgb32View image) {
    std::vector<std::uint32_t> border;
    for (int x = 0; x < image.width; ++x) {
        border.push_back(image.row(0)[x]);
        border.push_back(image.row(image.height - 1)[x]);
    }
    for (int y = 0; y < image.height; ++y) {
        border.push_back(image.row(y)[0]);
        border.push_back(image.row(y)[image.width - 1]);
    }
    return backgroundOf(std::move(border));
}

std::optional<std::uint32_t> backgroundOf(const EncodedTile& tile) {
    constexpr int kMaxSide = 2 * kMaxTileSize;
    const Result<Rgb32Image> decoded = tile.codec == ImageCodec::Png
                                           ? decodePng(tile.bytes, std::int64_t{kMaxSide} * kMaxSide)
                                           : JpegDecoder::forThisThread().decodeRgb32(tile.bytes, kMaxSide);
    if (!decoded || tile.crop.isEmpty() || tile.crop.right() > decoded->width() ||
        tile.crop.bottom() > decoded->height()) {
        return std::nullopt;
    }
    // The rest of the image belongs to other tiles, or to none.
    return backgroundOf(decoded->view().sub(static_cast<int>(tile.crop.x), static_cast<int>(tile.crop.y),
                                            static_cast<int>(tile.crop.width), static_cast<int>(tile.crop.height)));
}

}  // namespace origami
