#include "core/storage/tiff_pyramid.h"

#include "core/storage/libtiff.h"
#include "core/storage/tiff_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace origami {
namespace {

constexpr std::int64_t kMaxDirectories = 256;
constexpr std::size_t kMaxSubDirectories = 16;
constexpr std::int64_t kMaxTagBytes = std::int64_t{64} << 20;  // the longest description or profile
constexpr std::int64_t kMaxTablesBytes = std::int64_t{1} << 16;
// The offset and the length of one tile take at least so many bytes in a directory.
constexpr std::int64_t kLeastBytesPerTile = 6;

constexpr std::int64_t kMaxAllocation = kMaxTiffTiles * static_cast<std::int64_t>(sizeof(TiffTile));

template <class Value>
Value field(TIFF* tiff, std::uint32_t tag, Value otherwise) {
    Value value{};
    return TIFFGetFieldDefaulted(tiff, tag, &value) != 0 ? value : otherwise;
}

// The values of a tag that may have any number of them. Empty if the tag is missing or has another type.
template <class Value>
std::span<const Value> values(TIFF* tiff, std::uint32_t tag, TIFFDataType type) {
    std::uint32_t count = 0;
    const Value* data = nullptr;
    if (TIFFGetField(tiff, tag, &count, &data) == 0 || data == nullptr ||
        TIFFFieldDataType(TIFFFieldWithTag(tiff, tag)) != type) {
        return {};
    }
    return {data, count};
}

std::optional<std::string> origamiDescription(TIFF* tiff) {
    std::span<const char> text = values<char>(tiff, kOrigamiDescriptionTag, TIFF_ASCII);
    if (text.empty() || static_cast<std::int64_t>(text.size()) > kMaxTagBytes) {
        return std::nullopt;
    }
    return std::string(text.begin(), std::ranges::find(text, '\0'));
}

Bytes bytesOfField(TIFF* tiff, std::uint32_t tag, std::int64_t maxBytes) {
    std::uint32_t count = 0;
    const std::byte* data = nullptr;
    if (TIFFGetField(tiff, tag, &count, &data) == 0 || data == nullptr || count > maxBytes) {
        return {};
    }
    return {data, data + count};
}

// Reads the directory that libtiff is at. `tilesLeft` is how many tiles the file may still claim.
Result<TiffDirectory> readDirectory(TIFF* tiff, const TiffSource& source, std::int64_t& tilesLeft) {
    TiffDirectory directory;
    directory.size = {field<std::uint32_t>(tiff, TIFFTAG_IMAGEWIDTH, 0),
                      field<std::uint32_t>(tiff, TIFFTAG_IMAGELENGTH, 0)};
    directory.isReduced = (field<std::uint32_t>(tiff, TIFFTAG_SUBFILETYPE, 0) & FILETYPE_REDUCEDIMAGE) != 0;
    if (const char* text = nullptr; TIFFGetField(tiff, TIFFTAG_IMAGEDESCRIPTION, &text) != 0 && text != nullptr) {
        directory.description = text;
    }
    if (directory.size.isEmpty()) {
        return source.corrupt("an image has no size");
    }
    if (TIFFIsTiled(tiff) == 0) {
        return directory;
    }
    directory.tileSize = {field<std::uint32_t>(tiff, TIFFTAG_TILEWIDTH, 0),
                          field<std::uint32_t>(tiff, TIFFTAG_TILELENGTH, 0)};
    if (directory.tileSize.isEmpty()) {
        return source.corrupt("tiles have no size");
    }
    directory.grid = {ceilDiv(directory.size.width, directory.tileSize.width),
                      ceilDiv(directory.size.height, directory.tileSize.height)};
    const auto photometric = field<std::uint16_t>(tiff, TIFFTAG_PHOTOMETRIC, 0);
    directory.isRgb = photometric == PHOTOMETRIC_RGB;
    directory.isJpeg = field<std::uint16_t>(tiff, TIFFTAG_COMPRESSION, 0) == COMPRESSION_JPEG &&
                       field<std::uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL, 0) == 3 &&
                       field<std::uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 0) == 8 &&
                       field<std::uint16_t>(tiff, TIFFTAG_PLANARCONFIG, 0) == PLANARCONFIG_CONTIG &&
                       (photometric == PHOTOMETRIC_YCBCR || photometric == PHOTOMETRIC_RGB);
    if (!directory.isJpeg) {
        return directory;
    }
    // Sides have less than 2^32 pixels and tiles at least one, so the product fits into 64 bits.
    const std::int64_t count = directory.grid.width * directory.grid.height;
    if (count > tilesLeft) {
        return source.corrupt(fmt::format("it claims {} x {} tiles, more than its {} bytes can describe",
                                          directory.grid.width, directory.grid.height, source.fileSize()));
    }
    tilesLeft -= count;
    directory.jpegTables = bytesOfField(tiff, TIFFTAG_JPEGTABLES, kMaxTablesBytes);
    const std::uint64_t* offsets = nullptr;
    const std::uint64_t* lengths = nullptr;
    if (static_cast<std::int64_t>(TIFFNumberOfTiles(tiff)) != count ||
        TIFFGetField(tiff, TIFFTAG_TILEOFFSETS, &offsets) == 0 || offsets == nullptr ||
        TIFFGetField(tiff, TIFFTAG_TILEBYTECOUNTS, &lengths) == 0 || lengths == nullptr) {
        return source.libtiffFailed("it does not say where its tiles lie");
    }
    directory.tiles.resize(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < directory.tiles.size(); ++i) {
        directory.tiles[i] = {offsets[i], lengths[i]};
    }
    if (const auto checksums = values<std::uint64_t>(tiff, kOrigamiChecksumsTag, TIFF_LONG8);
        checksums.size() == directory.tiles.size()) {
        directory.checksums.assign(checksums.begin(), checksums.end());
    }
    return directory;
}

bool isJpegStream(ByteSpan bytes) noexcept {
    return bytes.size() >= 4 && bytes[0] == std::byte{0xFF} && bytes[1] == std::byte{0xD8};
}

// Adobe's APP14 marker (version 100, no flags) with transform 0, which means that the components are RGB.
constexpr std::array<unsigned char, 16> kAdobeRgb{0xFF, 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};

}  // namespace

bool isWithin(const TiffTile& tile, std::int64_t fileBytes) noexcept {
    const auto size = static_cast<std::uint64_t>(fileBytes);
    return tile.offset <= size && tile.length <= size - tile.offset &&
           tile.length <= static_cast<std::uint64_t>(kMaxTiffTileBytes);
}

Result<TiffPyramid> readTiffPyramid(const RandomAccessFile& file) {
    TiffSource source(file);
    const TiffHandle tiff = source.open(kMaxAllocation);
    if (!tiff) {
        return source.libtiffFailed("it cannot be opened");
    }
    TiffPyramid pyramid;
    pyramid.origamiDescription = origamiDescription(tiff.get());
    std::int64_t tilesLeft = std::min(kMaxTiffTiles, source.fileSize() / kLeastBytesPerTile);

    std::vector<std::uint64_t> subDirectories;
    std::uint16_t subCount = 0;
    if (const std::uint64_t* offsets = nullptr;
        TIFFGetField(tiff.get(), TIFFTAG_SUBIFD, &subCount, &offsets) != 0 && offsets != nullptr) {
        subDirectories.assign(offsets, offsets + std::min<std::size_t>(subCount, kMaxSubDirectories));
    }
    while (true) {
        Result<TiffDirectory> directory = readDirectory(tiff.get(), source, tilesLeft);
        if (!directory) {
            return std::move(directory).error();
        }
        pyramid.images.push_back(std::move(*directory));
        if (TIFFLastDirectory(tiff.get()) != 0) {
            break;
        }
        if (static_cast<std::int64_t>(pyramid.images.size()) == kMaxDirectories) {
            return source.corrupt(fmt::format("it has more than {} images", kMaxDirectories));
        }
        if (TIFFReadDirectory(tiff.get()) == 0) {
            return source.libtiffFailed("its directories follow each other in a loop");
        }
    }
    for (const std::uint64_t offset : subDirectories) {
        if (TIFFSetSubDirectory(tiff.get(), offset) == 0) {
            return source.libtiffFailed("a SubIFD cannot be read");
        }
        Result<TiffDirectory> directory = readDirectory(tiff.get(), source, tilesLeft);
        if (!directory) {
            return std::move(directory).error();
        }
        pyramid.subImages.push_back(std::move(*directory));
    }
    if (std::optional<Error> failed = source.failure()) {
        return *std::move(failed);
    }
    return pyramid;
}

Result<std::optional<std::string>> readOrigamiDescription(const RandomAccessFile& file) {
    TiffSource source(file);
    const TiffHandle tiff = source.open(kMaxAllocation);
    std::optional<std::string> description = tiff ? origamiDescription(tiff.get()) : std::nullopt;
    if (std::optional<Error> failed = source.failure()) {
        return *std::move(failed);
    }
    return description;
}

Result<Bytes> readTiffIccProfile(const std::filesystem::path& path) {
    const Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file) {
        return file.error();
    }
    TiffSource source(*file);
    const TiffHandle tiff = source.open(kMaxAllocation);
    Bytes profile = tiff ? bytesOfField(tiff.get(), TIFFTAG_ICCPROFILE, kMaxTagBytes) : Bytes();
    if (std::optional<Error> failed = source.failure()) {
        return *std::move(failed);
    }
    if (profile.empty()) {
        return Error{ErrorCode::NotFound, path.string() + " has no ICC profile"};
    }
    return profile;
}

Result<void> appendJpeg(ByteSpan tables, ByteSpan stream, bool isRgb, Bytes& out) {
    constexpr std::size_t kMarker = 2;
    if (!isJpegStream(stream)) {
        return Error{ErrorCode::Corrupt, "the stream does not begin as a JPEG"};
    }
    if (!tables.empty() && (!isJpegStream(tables) || tables[tables.size() - 2] != std::byte{0xFF} ||
                            tables[tables.size() - 1] != std::byte{0xD9})) {
        return Error{ErrorCode::Corrupt, "the JPEG tables are not a JPEG stream"};
    }
    const auto append = [&out](ByteSpan bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); };
    append(stream.first(kMarker));
    if (isRgb) {
        append(std::as_bytes(std::span(kAdobeRgb)));
    }
    if (!tables.empty()) {
        append(tables.subspan(kMarker, tables.size() - 2 * kMarker));
    }
    append(stream.subspan(kMarker));
    return {};
}

std::size_t joinedJpegSize(std::size_t tables, std::size_t stream) noexcept {
    return tables + stream + kAdobeRgb.size();
}

}  // namespace origami
