#include "core/storage/tiff_pyramid.h"

#include "core/storage/block_reader.h"
#include "core/storage/libtiff.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace origami {
namespace {

constexpr std::int64_t kMaxDirectories = 256;
constexpr std::size_t kMaxSubDirectories = 16;
constexpr std::int64_t kMaxTagBytes = std::int64_t{64} << 20;  // of descriptions and profiles
constexpr std::int64_t kMaxTablesBytes = std::int64_t{1} << 16;
// Offset and length of one tile take no less in a directory.
constexpr std::int64_t kLeastBytesPerTile = 6;

// A file that libtiff reads through us: it sees no more than the file's size at opening, and no mapped memory that
// could vanish.
class Source {
public:
    explicit Source(const RandomAccessFile& file) : m_reader(file) {}

    // "D": the places of tiles are read only where they are asked for. Null, with a reason, if this is no TIFF.
    [[nodiscard]] TiffHandle open() {
        const TiffOptions options = tiffOptions(m_message, kMaxTiffTiles * static_cast<std::int64_t>(sizeof(TiffTile)));
        return TiffHandle(TIFFClientOpenExt(m_reader.file().path().c_str(), "rmD", this, read, write, seek, close, size,
                                            nullptr, nullptr, options.get()));
    }
    [[nodiscard]] Error corrupt(std::string_view fact) const {
        return {ErrorCode::Corrupt, fmt::format("{}: the TIFF is damaged: {}", m_reader.file().path().string(), fact)};
    }
    // In libtiff's words if it has any: of loops it only warns.
    [[nodiscard]] Error libtiffFailed(std::string_view fact) const {
        return corrupt(m_message.empty() ? fact : std::string_view(m_message));
    }
    [[nodiscard]] std::int64_t fileSize() const noexcept { return m_reader.file().size(); }

private:
    static Source& self(thandle_t handle) { return *static_cast<Source*>(handle); }
    static tmsize_t read(thandle_t handle, void* into, tmsize_t wanted) {
        Source& source = self(handle);
        const auto fileSize = static_cast<std::uint64_t>(source.fileSize());
        if (wanted < 0 || source.m_position > fileSize) {
            return 0;
        }
        const std::uint64_t length = std::min(static_cast<std::uint64_t>(wanted), fileSize - source.m_position);
        if (!source.m_reader.readInto(source.m_position, {static_cast<std::byte*>(into), length})) {
            return -1;
        }
        source.m_position += length;
        return static_cast<tmsize_t>(length);
    }
    static tmsize_t write(thandle_t, void*, tmsize_t) { return -1; }
    static toff_t seek(thandle_t handle, toff_t offset, int from) {
        Source& source = self(handle);
        const auto base = from == SEEK_CUR ? source.m_position : from == SEEK_END ? size(handle) : 0;
        source.m_position = base + offset;  // may wrap around, and is then past the end
        return source.m_position;
    }
    static int close(thandle_t) { return 0; }
    static toff_t size(thandle_t handle) { return static_cast<toff_t>(self(handle).fileSize()); }

    BlockReader m_reader;
    std::uint64_t m_position = 0;
    std::string m_message;
};

template <class Value>
Value field(TIFF* tiff, std::uint32_t tag, Value otherwise) {
    Value value{};
    return TIFFGetFieldDefaulted(tiff, tag, &value) != 0 ? value : otherwise;
}

// The values of a tag whose number of values is in the file; empty if there is none of this type.
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

// `tilesLeft` is how many tiles the file may still claim.
Result<TiffDirectory> readDirectory(TIFF* tiff, const Source& source, std::int64_t& tilesLeft) {
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
    // 2^32 pixels a side: the product fits.
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

// Adobe's APP14 (version 100, no flags) with transform 0: the components are RGB.
constexpr std::array<unsigned char, 16> kAdobeRgb{0xFF, 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};

}  // namespace

bool isWithin(const TiffTile& tile, std::int64_t fileBytes) noexcept {
    const auto size = static_cast<std::uint64_t>(fileBytes);
    return tile.offset <= size && tile.length <= size - tile.offset &&
           tile.length <= static_cast<std::uint64_t>(kMaxTiffTileBytes);
}

Result<TiffPyramid> readTiffPyramid(const RandomAccessFile& file) {
    Source source(file);
    const TiffHandle tiff = source.open();
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
    return pyramid;
}

std::optional<std::string> readOrigamiDescription(const RandomAccessFile& file) {
    Source source(file);
    const TiffHandle tiff = source.open();
    return tiff ? origamiDescription(tiff.get()) : std::nullopt;
}

Result<Bytes> readTiffIccProfile(const std::filesystem::path& path) {
    const Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file) {
        return file.error();
    }
    Source source(*file);
    const TiffHandle tiff = source.open();
    Bytes profile = tiff ? bytesOfField(tiff.get(), TIFFTAG_ICCPROFILE, kMaxTagBytes) : Bytes();
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
