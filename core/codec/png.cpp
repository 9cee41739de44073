#include "core/codec/png.h"

#include <fmt/format.h>

#include <png.h>

#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include <unistd.h>

namespace origami {
namespace {

// libpng's simplified interface gives sRGB and converts to it where a gAMA chunk differs by more than this share.
constexpr double kSrgbGamma = 2.2;
constexpr double kGammaTolerance = 0.05;
constexpr int kCompressionLevel = 4;  // of zlib: nearly as small as its default, in half the time

struct FileCloser {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

// libpng's own print.
[[noreturn]] void onError(png_structp png, png_const_charp) {
    png_longjmp(png, 1);
}
void onWarning(png_structp, png_const_charp) {}

// All libpng calls, with nothing to destroy when an error jumps out of them. False on any error, and when stopped.
bool writeRows(std::FILE* file, png_structp png, png_infop info, Rgb32View image, const StopToken& stop) {
    if (setjmp(png_jmpbuf(png)) != 0) {
        return false;
    }
    png_init_io(png, file);
    png_set_compression_level(png, kCompressionLevel);
    png_set_IHDR(png, info, static_cast<png_uint_32>(image.width), static_cast<png_uint_32>(image.height), 8,
                 PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    if constexpr (std::endian::native == std::endian::little) {
        png_set_filler(png, 0, PNG_FILLER_AFTER);
        png_set_bgr(png);
    } else {
        png_set_filler(png, 0, PNG_FILLER_BEFORE);
    }
    for (int y = 0; y < image.height; ++y) {
        if (stop.stop_requested()) {
            return false;
        }
        png_write_row(png, reinterpret_cast<png_const_bytep>(image.row(y)));
    }
    png_write_end(png, info);
    return true;
}

bool writeTo(std::FILE* file, Rgb32View image, const StopToken& stop) {
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, onError, onWarning);
    png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
    const bool isWritten = info != nullptr && writeRows(file, png, info, image, stop);
    png_destroy_write_struct(&png, &info);
    return isWritten && std::fflush(file) == 0 && fsync(fileno(file)) == 0;
}

// What is left of a PNG in memory.
struct Source {
    ByteSpan bytes;
};

void readFrom(png_structp png, png_bytep into, std::size_t count) {
    Source& source = *static_cast<Source*>(png_get_io_ptr(png));
    if (source.bytes.size() < count) {
        png_error(png, "it ends early");
    }
    std::memcpy(into, source.bytes.data(), count);
    source.bytes = source.bytes.subspan(count);
}

// Everything before the pixels. The profile is libpng's and lives as long as `info`; null if there is none or the
// colours are not those of the file. False on any error; nothing here has to be destroyed when it jumps.
bool readProfile(png_structp png, png_infop info, Source& source, png_bytep& profile, png_uint_32& length) {
    if (setjmp(png_jmpbuf(png)) != 0) {
        return false;
    }
    png_set_read_fn(png, &source, readFrom);
    png_read_info(png, info);
    png_charp name = nullptr;
    int compression = 0;
    double gamma = 0;
    if (png_get_iCCP(png, info, &name, &compression, &profile, &length) == 0 ||
        (png_get_gAMA(png, info, &gamma) != 0 && std::abs(gamma * kSrgbGamma - 1) > kGammaTolerance)) {
        profile = nullptr;
    }
    return true;
}

}  // namespace

Result<Rgb32Image> decodePng(ByteSpan stream, std::int64_t maxPixels) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&png, stream.data(), stream.size()) == 0) {
        return Error{ErrorCode::Corrupt, fmt::format("the PNG is damaged: {}", png.message)};
    }
    const std::int64_t pixels = std::int64_t{png.width} * std::int64_t{png.height};
    if (pixels < 1 || pixels > maxPixels) {
        png_image_free(&png);
        return Error{ErrorCode::OutOfMemory, fmt::format("the PNG has {} x {} pixels; at most {} in all are read",
                                                         png.width, png.height, maxPixels)};
    }
    png.format = std::endian::native == std::endian::little ? PNG_FORMAT_BGRA : PNG_FORMAT_ARGB;
    Rgb32Image image(static_cast<int>(png.width), static_cast<int>(png.height));
    const MutableRgb32View view = image.view();
    if (png_image_finish_read(&png, nullptr, view.data, 0, nullptr) == 0) {
        return Error{ErrorCode::Corrupt, fmt::format("the PNG is damaged: {}", png.message)};
    }
    for (int y = 0; y < view.height; ++y) {
        for (int x = 0; x < view.width; ++x) {
            std::uint32_t& pixel = view.row(y)[x];
            const unsigned alpha = pixel >> 24U;
            if (alpha != 255) {
                const auto onWhite = [alpha](unsigned value) {
                    return (value * alpha + 255 * (255 - alpha) + 127) / 255;
                };
                pixel = rgb32(onWhite(red(pixel)), onWhite(green(pixel)), onWhite(blue(pixel)));
            }
        }
    }
    return image;
}

Result<Bytes> readPngIccProfile(ByteSpan stream) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, onError, onWarning);
    png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
    Source source{stream};
    png_bytep begin = nullptr;
    png_uint_32 length = 0;
    const bool isRead = info != nullptr && readProfile(png, info, source, begin, length);
    Bytes profile;
    if (isRead && begin != nullptr) {
        const auto* bytes = reinterpret_cast<const std::byte*>(begin);
        profile.assign(bytes, bytes + length);
    }
    png_destroy_read_struct(&png, &info, nullptr);
    if (!isRead) {
        return Error{ErrorCode::Corrupt, "the PNG is damaged"};
    }
    if (profile.empty()) {
        return Error{ErrorCode::NotFound, "the PNG has no ICC profile"};
    }
    return profile;
}

Result<void> writePng(const std::filesystem::path& path, Rgb32View image, const StopToken& stop) {
    std::filesystem::path temporary = path;
    temporary += fmt::format(".{}.part", getpid());
    const auto failed = [&](int errnoValue) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        return Error{ErrorCode::Io,
                     fmt::format("cannot write {}: {}", path.string(), std::generic_category().message(errnoValue))};
    };
    std::unique_ptr<std::FILE, FileCloser> file(std::fopen(temporary.c_str(), "wb"));
    if (!file) {
        return failed(errno);
    }
    errno = 0;
    const bool isWritten = writeTo(file.get(), image, stop);
    const int reason = errno != 0 ? errno : EIO;
    file.reset();
    if (!isWritten) {
        Error error = failed(reason);
        return stop.stop_requested() ? Error{ErrorCode::Cancelled, "stopped"} : std::move(error);
    }
    std::error_code error;
    std::filesystem::rename(temporary, path, error);
    if (error) {
        return failed(error.value());
    }
    return {};
}

}  // namespace origami
