#include "core/storage/tiff_image.h"

#include <fmt/format.h>

#include <cstdarg>
#include <cstdio>
#include <memory>
#include <string>

#include <tiffio.h>

namespace origami {
namespace {

struct TiffCloser {
    void operator()(TIFF* tiff) const noexcept { TIFFClose(tiff); }
};
struct OptionsFreer {
    void operator()(TIFFOpenOptions* options) const noexcept { TIFFOpenOptionsFree(options); }
};

// Keeps the first message, which names the cause; later ones only follow from it.
int keepMessage(TIFF*, void* message, const char*, const char* format, va_list arguments) {
    auto& kept = *static_cast<std::string*>(message);
    if (kept.empty()) {
        char text[512];
        std::vsnprintf(text, sizeof text, format, arguments);
        kept = text;
    }
    return 1;  // handled: nothing is printed
}

int ignoreMessage(TIFF*, void*, const char*, const char*, va_list) {
    return 1;
}

}  // namespace

Result<Rgb32Image> readTiffImage(const std::filesystem::path& path, std::int64_t maxPixels) {
    std::string message;
    const std::unique_ptr<TIFFOpenOptions, OptionsFreer> options(TIFFOpenOptionsAlloc());
    TIFFOpenOptionsSetErrorHandlerExtR(options.get(), keepMessage, &message);
    TIFFOpenOptionsSetWarningHandlerExtR(options.get(), ignoreMessage, nullptr);
    TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(8 * maxPixels));
    const auto damaged = [&] {
        return Error{ErrorCode::Corrupt, fmt::format("{}: the TIFF cannot be read: {}", path.string(),
                                                     message.empty() ? "libtiff does not say why" : message)};
    };

    const std::unique_ptr<TIFF, TiffCloser> tiff(TIFFOpenExt(path.c_str(), "r", options.get()));
    if (!tiff) {
        return damaged();
    }
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
    if (width == 0 || height == 0 || width > static_cast<std::uint64_t>(maxPixels) / height) {
        return Error{ErrorCode::OutOfMemory, fmt::format("{} has {} x {} pixels; at most {} in all are read",
                                                         path.string(), width, height, maxPixels)};
    }
    Rgb32Image image(static_cast<int>(width), static_cast<int>(height));
    const MutableRgb32View view = image.view();
    if (TIFFReadRGBAImageOriented(tiff.get(), width, height, view.data, ORIENTATION_TOPLEFT, 1) == 0) {
        return damaged();
    }
    for (int y = 0; y < view.height; ++y) {
        for (int x = 0; x < view.width; ++x) {
            // libtiff's order is ABGR, with alpha multiplied in.
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
