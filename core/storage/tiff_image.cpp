#include "core/storage/tiff_image.h"

#include "core/storage/libtiff.h"
#include "core/storage/tiff_source.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

namespace origami {

Result<Rgb32Image> readTiffImage(const std::filesystem::path& path, std::int64_t maxPixels, int directory) {
    const Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file) {
        return file.error();
    }
    constexpr std::string_view kSilence = "libtiff does not say why";
    TiffSource source(*file);
    const TiffHandle tiff = source.open(8 * maxPixels);
    if (!tiff || (directory > 0 && TIFFSetDirectory(tiff.get(), static_cast<tdir_t>(directory)) == 0)) {
        return source.libtiffFailed(kSilence);
    }
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
    if (std::optional<Error> failed = source.failure()) {
        return *std::move(failed);
    }
    if (width == 0 || height == 0 || width > static_cast<std::uint64_t>(maxPixels) / height) {
        return Error{ErrorCode::Unsupported, fmt::format("{} has {} x {} pixels; at most {} in all are read",
                                                         path.string(), width, height, maxPixels)};
    }
    Rgb32Image image(static_cast<int>(width), static_cast<int>(height));
    const MutableRgb32View view = image.view();
    if (TIFFReadRGBAImageOriented(tiff.get(), width, height, view.data, ORIENTATION_TOPLEFT, 1) == 0) {
        return source.libtiffFailed(kSilence);
    }
    for (int y = 0; y < view.height; ++y) {
        for (int x = 0; x < view.width; ++x) {
            // libtiff's pixels are ABGR, premultiplied by alpha.
            std::uint32_t& pixel = view.row(y)[x];
            const unsigned white = 255U - TIFFGetA(pixel);
            pixel = rgb32(TIFFGetR(pixel) + white, TIFFGetG(pixel) + white, TIFFGetB(pixel) + white);
        }
    }
    return image;
}

void silenceTiffMessages() {
    TIFFSetErrorHandler(nullptr);
    TIFFSetWarningHandler(nullptr);
}

}  // namespace origami
