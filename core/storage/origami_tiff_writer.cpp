#include "core/storage/origami_tiff_writer.h"

#include "core/storage/checksum.h"
#include "core/storage/libtiff.h"
#include "core/storage/tiff_pyramid.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <new>
#include <numeric>
#include <utility>

namespace origami {
namespace {

constexpr int kTileSize = 256;
constexpr int kAssociatedImageQuality = 90;
constexpr std::uint64_t kBigTiffHeaderBytes = 16;
constexpr std::int64_t kMaxAllocation = std::int64_t{1} << 30;

std::int64_t cellCount(LevelSize grid) noexcept {
    return grid.width * grid.height;
}

// The file as libtiff sees it while it writes the directories.
//
// libtiff has no call that says "tile 7 lies at this offset": TIFFWriteRawTile asks where the file ends (a seek), takes
// that for the tile's offset, writes the bytes there and notes both for the directory. Our tiles are in the file
// already. So while a tile is placed, the file seems to end where that tile lies, and the write of exactly its bytes is
// answered without being done. Everything else that libtiff reads and writes is real. `wasPlaced` tells whether libtiff
// did what is described here; a libtiff that does something else makes the writer fail rather than the file wrong.
class Output {
public:
    Output(const StagedFile& file, std::uint64_t end) : m_file(file), m_end(end) {}

    // Writes a BigTIFF header at the beginning. Null on failure, see error().
    [[nodiscard]] TiffHandle open() {
        const TiffOptions options = tiffOptions(m_message, kMaxAllocation);
        return TiffHandle(TIFFClientOpenExt(m_file.target().c_str(), "w8l", this, read, write, seek, close, size,
                                            nullptr, nullptr, options.get()));
    }

    void beginPlacing(std::uint64_t offset, std::uint64_t length) noexcept {
        m_placed = {offset, length};
        m_isPlacing = true;
        m_wasPlaced = false;
    }
    [[nodiscard]] bool endPlacing() noexcept {
        m_isPlacing = false;
        return m_wasPlaced;
    }

    [[nodiscard]] std::uint64_t end() const noexcept { return m_end; }
    [[nodiscard]] bool failed() const noexcept { return m_error.has_value(); }
    // Why libtiff failed.
    [[nodiscard]] Error error() const {
        if (m_error && m_error->message.empty()) {
            return {m_error->code, m_file.target().string() + ": there is not enough memory to write it"};
        }
        return m_error ? *m_error
                       : Error{ErrorCode::Io,
                               fmt::format("{} cannot be written: libtiff says: {}", m_file.target().string(),
                                           m_message.empty() ? "nothing" : m_message)};
    }

private:
    static Output& self(thandle_t handle) noexcept { return *static_cast<Output*>(handle); }
    static tmsize_t read(thandle_t handle, void* into, tmsize_t wanted) noexcept {
        Output& output = self(handle);
        Result<std::size_t> got = guarded([&] {
            return output.m_file.read(output.m_position,
                                      {static_cast<std::byte*>(into), static_cast<std::size_t>(wanted)});
        });
        if (!got) {
            return output.fail(std::move(got).error());
        }
        output.m_position += *got;
        return static_cast<tmsize_t>(*got);
    }
    static tmsize_t write(thandle_t handle, void* from, tmsize_t count) noexcept {
        Output& output = self(handle);
        const auto length = static_cast<std::size_t>(count);
        if (output.m_isPlacing) {
            output.m_wasPlaced = output.m_position == output.m_placed.offset && length == output.m_placed.length;
        } else if (Result<void> done = guarded([&] {
                       return output.m_file.write(output.m_position, {static_cast<const std::byte*>(from), length});
                   });
                   !done) {
            return output.fail(std::move(done).error());
        }
        output.m_position += length;
        output.m_end = std::max(output.m_end, output.m_position);
        return count;
    }
    static toff_t seek(thandle_t handle, toff_t offset, int from) noexcept {
        Output& output = self(handle);
        const auto base = from == SEEK_CUR ? output.m_position : from == SEEK_END ? size(handle) : 0;
        output.m_position = base + offset;
        return output.m_position;
    }
    static int close(thandle_t) noexcept { return 0; }
    static toff_t size(thandle_t handle) noexcept {
        const Output& output = self(handle);
        return output.m_isPlacing ? output.m_placed.offset : output.m_end;
    }
    // Nothing may be thrown through libtiff, which is written in C.
    template <class Call>
    static auto guarded(const Call& call) noexcept -> decltype(call()) {
        try {
            return call();
        } catch (const std::bad_alloc&) {
            return Error{ErrorCode::OutOfMemory, {}};  // error() has the words
        }
    }
    tmsize_t fail(Error error) noexcept {
        if (!m_error) {
            m_error = std::move(error);
        }
        return -1;
    }

    const StagedFile& m_file;
    std::uint64_t m_position = 0;
    std::uint64_t m_end;
    bool m_isPlacing = false;
    bool m_wasPlaced = false;
    TiffTile m_placed;
    std::optional<Error> m_error;
    std::string m_message;
};

// Tells libtiff about our tags. It forgets them with every new directory.
void declareTags(TIFF* tiff) {
    static char descriptionName[] = "OrigamiDescription";
    static char checksumsName[] = "OrigamiChecksums";
    static const std::array<TIFFFieldInfo, 2> kTags{{
        {kOrigamiDescriptionTag, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0, descriptionName},
        {kOrigamiChecksumsTag, TIFF_VARIABLE2, TIFF_VARIABLE2, TIFF_LONG8, FIELD_CUSTOM, 1, 1, checksumsName},
    }};
    TIFFMergeFieldInfo(tiff, kTags.data(), static_cast<std::uint32_t>(kTags.size()));
}

// Sets tags until one is refused.
class Tags {
public:
    explicit Tags(TIFF* tiff) : m_tiff(tiff) {}
    template <class... Values>
    void set(std::uint32_t tag, Values... values) {
        m_ok = m_ok && TIFFSetField(m_tiff, tag, values...) != 0;
    }
    // Sets what all images have in common: 8 bits, YCbCr 4:2:0 in JPEG, full range.
    void setJpeg(LevelSize size) {
        constexpr std::array<float, 6> kFullRange{0, 255, 128, 255, 128, 255};
        set(TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(size.width));
        set(TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(size.height));
        set(TIFFTAG_BITSPERSAMPLE, 8);
        set(TIFFTAG_SAMPLESPERPIXEL, 3);
        set(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
        set(TIFFTAG_COMPRESSION, COMPRESSION_JPEG);
        set(TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_YCBCR);
        set(TIFFTAG_YCBCRSUBSAMPLING, 2, 2);
        set(TIFFTAG_REFERENCEBLACKWHITE, kFullRange.data());
    }
    void setBytes(std::uint32_t tag, const Bytes& bytes) {
        set(tag, static_cast<std::uint32_t>(bytes.size()), bytes.data());
    }
    [[nodiscard]] bool areSet() const noexcept { return m_ok; }

private:
    TIFF* m_tiff;
    bool m_ok = true;
};

void setResolution(Tags& tags, const OrigamiTiffDescription& description, int level) {
    if (!description.micronsPerPixelX || !description.micronsPerPixelY) {
        return;
    }
    constexpr double kMicronsPerCentimetre = 10'000;
    const auto scale = static_cast<double>(std::int64_t{1} << level);
    tags.set(TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
    tags.set(TIFFTAG_XRESOLUTION, kMicronsPerCentimetre / (*description.micronsPerPixelX * scale));
    tags.set(TIFFTAG_YRESOLUTION, kMicronsPerCentimetre / (*description.micronsPerPixelY * scale));
}

// Writes one strip instead of tiles, so that no reader takes the image for a level.
bool writeAssociatedImage(TIFF* tiff, const OrigamiTiffImage& image) {
    const Rgb32View pixels = image.pixels;
    Tags tags(tiff);
    tags.setJpeg({pixels.width, pixels.height});
    tags.set(TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(pixels.height));
    tags.set(TIFFTAG_IMAGEDESCRIPTION, image.name.c_str());
    tags.set(TIFFTAG_JPEGQUALITY, kAssociatedImageQuality);
    tags.set(TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);  // we hand over RGB
    std::vector<std::uint8_t> row;
    for (int y = 0; y < pixels.height && tags.areSet(); ++y) {
        row.clear();
        for (int x = 0; x < pixels.width; ++x) {
            const std::uint32_t pixel = pixels.row(y)[x];
            row.insert(row.end(), {red(pixel), green(pixel), blue(pixel)});
        }
        if (TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y), 0) < 0) {
            return false;
        }
    }
    return tags.areSet() && TIFFWriteDirectory(tiff) != 0;
}

}  // namespace

int coarsestStoredLevel(const Pyramid& pyramid) noexcept {
    return std::max(kFamilyLevel, pyramid.levelCount() - 1);
}

Result<std::unique_ptr<OrigamiTiffWriter>> OrigamiTiffWriter::create(const std::filesystem::path& target,
                                                                     const Pyramid& pyramid, bool overwrite) {
    const auto invalid = [&target](std::string_view fact) {
        return Error{ErrorCode::InvalidArgument, fmt::format("{} cannot be written: {}", target.string(), fact)};
    };
    if (pyramid.tileSize() != kTileSize) {
        return invalid(fmt::format("tiles of ORIGAMI TIFFs have {} pixels, not {}", kTileSize, pyramid.tileSize()));
    }
    // Twice the full-resolution level is more than all levels together.
    if (cellCount(pyramid.gridSize(0)) > kMaxTiffTiles / 2) {
        return invalid(
            fmt::format("the slide has {} tiles, more than ORIGAMI TIFFs can have", cellCount(pyramid.gridSize(0))));
    }
    Result<StagedFile> file = StagedFile::create(target, overwrite);
    if (!file) {
        return std::move(file).error();
    }
    return std::unique_ptr<OrigamiTiffWriter>(new OrigamiTiffWriter(std::move(*file), pyramid));
}

OrigamiTiffWriter::OrigamiTiffWriter(StagedFile file, const Pyramid& pyramid)
    : m_file(std::move(file)), m_pyramid(pyramid), m_end(kBigTiffHeaderBytes) {
    for (int level = 0; level <= coarsestStoredLevel(pyramid); ++level) {
        const bool isStored = level == 0 || level >= kFamilyLevel;
        m_places.emplace_back(isStored ? static_cast<std::size_t>(cellCount(pyramid.gridSize(level))) : 0);
    }
}

OrigamiTiffWriter::Place* OrigamiTiffWriter::placeOf(TileId id) noexcept {
    if (id.level < 0 || id.level >= static_cast<int>(m_places.size()) || id.x < 0 || id.y < 0) {
        return nullptr;
    }
    std::vector<Place>& places = m_places[static_cast<std::size_t>(id.level)];
    const LevelSize grid = m_pyramid.gridSize(id.level);
    return places.empty() || id.x >= grid.width || id.y >= grid.height
               ? nullptr
               : &places[static_cast<std::size_t>(id.y * grid.width + id.x)];
}

Result<void> OrigamiTiffWriter::append(std::span<const OrigamiTiffTile> tiles) {
    Bytes bytes;
    for (const OrigamiTiffTile& tile : tiles) {
        bytes.insert(bytes.end(), tile.stream.begin(), tile.stream.end());
    }
    std::uint64_t offset = 0;
    {
        // The lock covers only the choice of places; threads write at the same time.
        const std::lock_guard lock(m_mutex);
        offset = m_end;
        for (const OrigamiTiffTile& tile : tiles) {
            Place* const place = placeOf(tile.id);
            const bool mayBeEmpty = tile.id.level == 0;
            if (place == nullptr || place->length != 0 || (tile.stream.empty() && !mayBeEmpty) ||
                tile.stream.size() > static_cast<std::size_t>(kMaxTiffTileBytes)) {
                m_failed = true;
                return Error{
                    ErrorCode::InvalidArgument,
                    fmt::format("{}: level {} tile {}_{} with {} bytes has no place in the file",
                                m_file.target().string(), tile.id.level, tile.id.x, tile.id.y, tile.stream.size())};
            }
            if (!tile.stream.empty()) {
                *place = {.offset = m_end,
                          .checksum = checksumOf(tile.stream),
                          .length = static_cast<std::uint32_t>(tile.stream.size())};
                m_end += tile.stream.size();
            }
        }
    }
    Result<void> written = m_file.write(offset, bytes);
    if (!written) {
        const std::lock_guard lock(m_mutex);
        m_failed = true;
    }
    return written;
}

std::int64_t OrigamiTiffWriter::bytesWritten() const noexcept {
    const std::lock_guard lock(m_mutex);
    return static_cast<std::int64_t>(m_end - kBigTiffHeaderBytes);
}

Result<OrigamiTiffSize> OrigamiTiffWriter::finish(const OrigamiTiffDescription& description) {
    const std::lock_guard lock(m_mutex);
    const auto incomplete = [this](std::string_view fact) {
        return Error{ErrorCode::InvalidArgument, fmt::format("{}: {}", m_file.target().string(), fact)};
    };
    if (m_failed) {
        return incomplete("not all tiles could be written");
    }
    if (description.residualTables.empty() || description.pyramidTables.empty()) {
        return incomplete("the JPEG tables are missing");
    }
    OrigamiTiffSize size;
    for (std::size_t level = 0; level < m_places.size(); ++level) {
        const std::vector<Place>& places = m_places[level];
        if (level > 0 && std::ranges::any_of(places, [](const Place& place) { return place.length == 0; })) {
            return incomplete(fmt::format("a tile of level {} is missing", level));
        }
        size.bytesByLevel.push_back(
            std::accumulate(places.begin(), places.end(), std::int64_t{0},
                            [](std::int64_t sum, const Place& place) { return sum + place.length; }));
    }
    m_failed = true;  // from now on nothing can be added
    Output output(m_file, m_end);
    {
        const TiffHandle tiff = output.open();
        if (!tiff) {
            return output.error();
        }
        const Bytes anyBytes(static_cast<std::size_t>(kMaxTiffTileBytes));
        // Writes the directory of one level: its tags and the places of its tiles.
        const auto writeLevel = [&](int level) {
            const std::vector<Place>& places = m_places[static_cast<std::size_t>(level)];
            const Bytes& tables = level == 0 ? description.residualTables : description.pyramidTables;
            declareTags(tiff.get());
            Tags tags(tiff.get());
            tags.setJpeg(m_pyramid.levelSize(level));
            tags.set(TIFFTAG_TILEWIDTH, kTileSize);
            tags.set(TIFFTAG_TILELENGTH, kTileSize);
            tags.setBytes(TIFFTAG_JPEGTABLES, tables);
            setResolution(tags, description, level);
            if (level > kFamilyLevel) {
                tags.set(TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
            }
            if (level == kFamilyLevel) {
                const LevelSize full = m_pyramid.levelSize(0);
                const std::uint64_t unknownYet = 0;
                tags.set(TIFFTAG_SUBIFD, 1, &unknownYet);  // libtiff takes the next directory that is written
                tags.set(TIFFTAG_IMAGEDESCRIPTION,
                         fmt::format("ORIGAMI slide of {} x {} pixels; this image is a quarter as wide and high",
                                     full.width, full.height)
                             .c_str());
                tags.set(kOrigamiDescriptionTag, description.json.c_str());
                if (!description.software.empty()) {
                    tags.set(TIFFTAG_SOFTWARE, description.software.c_str());
                }
                if (!description.iccProfile.empty()) {
                    tags.setBytes(TIFFTAG_ICCPROFILE, description.iccProfile);
                }
            }
            std::vector<std::uint64_t> checksums;
            checksums.reserve(places.size());
            std::ranges::transform(places, std::back_inserter(checksums), &Place::checksum);
            tags.set(kOrigamiChecksumsTag, static_cast<std::uint32_t>(checksums.size()), checksums.data());
            // libtiff then makes the arrays of places, even for a level without any tile.
            if (!tags.areSet() || TIFFWriteCheck(tiff.get(), 1, "ORIGAMI") == 0) {
                return false;
            }
            for (std::size_t i = 0; i < places.size(); ++i) {
                if (places[i].length == 0) {
                    continue;
                }
                output.beginPlacing(places[i].offset, places[i].length);
                const tmsize_t placed =
                    TIFFWriteRawTile(tiff.get(), static_cast<std::uint32_t>(i), const_cast<std::byte*>(anyBytes.data()),
                                     static_cast<tmsize_t>(places[i].length));
                if (!output.endPlacing() || placed < 0) {
                    return false;
                }
            }
            return TIFFWriteDirectory(tiff.get()) != 0;
        };
        bool ok = writeLevel(kFamilyLevel) && writeLevel(0);
        for (int level = kFamilyLevel + 1; ok && level < static_cast<int>(m_places.size()); ++level) {
            ok = writeLevel(level);
        }
        for (auto image = description.associatedImages.begin(); ok && image != description.associatedImages.end();
             ++image) {
            ok = writeAssociatedImage(tiff.get(), *image);
        }
        if (!ok || TIFFFlush(tiff.get()) == 0) {
            return output.error();
        }
    }
    if (output.failed()) {
        return output.error();
    }
    if (Result<void> committed = m_file.commit(); !committed) {
        return std::move(committed).error();
    }
    size.fileBytes = static_cast<std::int64_t>(output.end());
    return size;
}

}  // namespace origami
