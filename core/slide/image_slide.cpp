#include "core/slide/image_slide.h"

#include "core/codec/jpeg_decoder.h"
#include "core/codec/png.h"
#include "core/slide/background.h"
#include "core/slide/file_slide.h"
#include "core/storage/file.h"
#include "core/storage/tiff_image.h"
#include "core/storage/tiff_pyramid.h"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace origami {
namespace {

constexpr std::int64_t kMaxPixels = std::int64_t{1} << 28;
constexpr std::int64_t kMaxFileBytes = std::int64_t{2} << 30;
constexpr int kMaxJpegSide = 65500;

enum class Kind { None, Png, Jpeg, Tiff };

Kind kindOf(ByteSpan bytes) {
    const auto beginsWith = [bytes](std::initializer_list<unsigned char> magic) {
        return bytes.size() >= magic.size() &&
               std::equal(magic.begin(), magic.end(), bytes.begin(), [](unsigned char expected, std::byte actual) {
                   return static_cast<std::byte>(expected) == actual;
               });
    };
    if (beginsWith({0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'})) {
        return Kind::Png;
    }
    if (beginsWith({0xFF, 0xD8, 0xFF})) {
        return Kind::Jpeg;
    }
    const bool isTiff = beginsWith({'I', 'I', 42, 0}) || beginsWith({'M', 'M', 0, 42}) ||  // classic
                        beginsWith({'I', 'I', 43, 0}) || beginsWith({'M', 'M', 0, 43});    // BigTIFF
    return isTiff ? Kind::Tiff : Kind::None;
}

struct Picture {
    Rgb32Image pixels;
    Bytes iccProfile;  // empty: none
};

// A profile that is damaged counts as none: the picture is whole without it.
Result<Picture> withProfile(Result<Rgb32Image> image, Result<Bytes> profile, const std::filesystem::path& path) {
    if (!image) {
        return image.error().within(path.string());
    }
    return Picture{*std::move(image), profile ? *std::move(profile) : Bytes()};
}

Result<Picture> decode(const std::filesystem::path& path, Kind kind) {
    if (kind == Kind::Tiff) {
        Result<Rgb32Image> image = readTiffImage(path, kMaxPixels);
        if (!image) {
            return std::move(image).error();
        }
        Result<Bytes> profile = readTiffIccProfile(path);
        if (!profile && profile.error().mayPass()) {
            return std::move(profile).error();
        }
        return Picture{*std::move(image), profile ? *std::move(profile) : Bytes()};
    }
    const Result<Bytes> bytes = readFile(path, kMaxFileBytes);
    if (!bytes) {
        return bytes.error();
    }
    if (kind == Kind::Png) {
        return withProfile(decodePng(*bytes, kMaxPixels), readPngIccProfile(*bytes), path);
    }
    JpegDecoder decoder;
    const Result<JpegHeader> header = decoder.readHeader(*bytes);
    if (!header) {
        return header.error().within(path.string());
    }
    if (std::int64_t{header->width} * header->height > kMaxPixels) {
        return Error{ErrorCode::Unsupported, path.string() + " has more than 2^28 pixels, too many for a plain image"};
    }
    return withProfile(decoder.decodeRgb32(*bytes, kMaxJpegSide), decoder.readIccProfile(*bytes), path);
}

class ImageSlide final : public FileSlide {
public:
    ImageSlide(SlideInfo info, StampedFile file, Picture picture)
        : FileSlide(std::move(info), {std::move(file)}), m_picture(std::move(picture)) {}

    [[nodiscard]] TileOrigin originOf(int level) const noexcept override {
        return level == 0 ? TileOrigin::Pixels : TileOrigin::Derived;
    }
    Result<Rgb32Image> loadPixels(TileId id, const StopToken&) const override {
        const LevelRect rect = pyramid().tileRect(id);
        Rgb32Image tile(static_cast<int>(rect.width), static_cast<int>(rect.height));
        copy(m_picture.pixels.view().sub(static_cast<int>(rect.x), static_cast<int>(rect.y), tile.width(),
                                         tile.height()),
             tile.view());
        return tile;
    }

    Result<Bytes> loadIccProfile() const override {
        return m_picture.iccProfile.empty() ? FileSlide::loadIccProfile() : Result<Bytes>(m_picture.iccProfile);
    }

private:
    Picture m_picture;
};

}  // namespace

bool looksLikeImage(ByteSpan firstBytes) {
    return kindOf(firstBytes) != Kind::None;
}

Result<std::shared_ptr<const Slide>> openImage(const std::filesystem::path& path, ByteSpan firstBytes) {
    const Kind kind = kindOf(firstBytes);
    const Result<FileStamp> stamp = fileStamp(path);  // before the file is read, so that no change goes unnoticed
    if (!stamp) {
        return stamp.error();
    }
    Result<Picture> picture = decode(path, kind);
    if (!picture) {
        return std::move(picture).error();
    }
    const Result<Pyramid> pyramid = Pyramid::create({picture->pixels.width(), picture->pixels.height()});
    if (!pyramid) {
        return pyramid.error().within(path.string());
    }
    SlideInfo info{.path = path,
                   .id = path.stem().string(),
                   .format = SlideFormat::Image,
                   .formatDetail = kind == Kind::Png    ? "PNG"
                                   : kind == Kind::Jpeg ? "JPEG"
                                                        : "TIFF",
                   .pyramid = *pyramid,
                   .fileBytes = stamp->bytes};
    info.background = backgroundOf(std::as_const(picture->pixels).view()).value_or(info.background);
    return std::make_shared<const ImageSlide>(std::move(info), StampedFile{path, *stamp}, *std::move(picture));
}

}  // namespace origami
