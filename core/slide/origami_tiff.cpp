#include "core/slide/origami_tiff.h"

#include "core/slide/background.h"
#include "core/slide/file_slide.h"
#include "core/slide/json_scalars.h"
#include "core/slide/properties.h"
#include "core/storage/checksum.h"
#include "core/storage/stored_range.h"
#include "core/storage/tiff_image.h"
#include "core/storage/tiff_pyramid.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>

namespace origami {
namespace {

constexpr int kVersion = 5;
constexpr std::int64_t kTileSide = 256;
constexpr std::int64_t kMaxAssociatedPixels = std::int64_t{1} << 28;

Error corrupt(const std::filesystem::path& path, std::string_view fact) {
    return {ErrorCode::Corrupt, fmt::format("{}: {}", path.string(), fact)};
}

// An associated image and the directory it lies in.
struct StoredImage {
    AssociatedImage image;
    int directory = 0;
};

class OrigamiTiff final : public FileSlide {
public:
    // `levels` are in order, from level 0 to the coarsest that the file has; level 1 has no tiles.
    OrigamiTiff(SlideInfo info, RandomAccessFile file, std::vector<TiffDirectory> levels,
                std::vector<StoredImage> images)
        : FileSlide(std::move(info), {file.stamped()}),
          m_file(std::move(file)),
          m_levels(std::move(levels)),
          m_images(std::move(images)) {
        const auto coarsest = static_cast<std::int32_t>(m_levels.size()) - 1;
        if (const Result<EncodedTile> tile = readEncoded({coarsest, 0, 0})) {
            m_info.background = backgroundOf(*tile).value_or(m_info.background);
        }
    }

    [[nodiscard]] TileOrigin originOf(int level) const noexcept override {
        if (level < kFamilyLevel) {
            return TileOrigin::Family;
        }
        return level < static_cast<int>(m_levels.size()) ? TileOrigin::Encoded : TileOrigin::Derived;
    }

    Result<EncodedTile> loadTile(TileId id) const override { return std::move(loadTiles({&id, 1}).front()); }

    [[nodiscard]] std::vector<Result<EncodedTile>> loadTiles(std::span<const TileId> ids) const override {
        return readTogether(
            m_file, ids, [this](TileId id) { return placeOf(id); },
            [this](TileId id, const LoadedRange& loaded) { return take(stored(id), loaded); });
    }

    Result<FamilyStreams> loadFamily(FamilyId id) const override { return std::move(loadFamilies({&id, 1}).front()); }

    [[nodiscard]] std::vector<Result<FamilyStreams>> loadFamilies(std::span<const FamilyId> ids) const override {
        std::vector<StoredFamily> stored;
        std::vector<StoredRange> ranges;
        for (const FamilyId id : ids) {
            stored.push_back(storedFamily(id));
            ranges.push_back(stored.back().bytes);
        }
        const LoadedRange loaded = loadTogether(m_file, ranges);
        std::vector<Result<FamilyStreams>> families;
        families.reserve(ids.size());
        for (const StoredFamily& family : stored) {
            const bool isAlone = !loaded.bytes && ids.size() > 1;
            families.push_back(take(family, isAlone ? loadTogether(m_file, {&family.bytes, 1}) : loaded));
        }
        return families;
    }

    // Our writer stores families, and the tiles of a level, row by row.
    [[nodiscard]] std::vector<FamilyId> familiesBeside(FamilyId id, int count) const override {
        return storedBeside(id, pyramid().gridSize(kFamilyLevel), count,
                            [this](FamilyId family) { return storedFamily(family).bytes; });
    }
    [[nodiscard]] std::vector<TileId> tilesBeside(TileId id, int count) const override {
        return storedBeside(id, pyramid().gridSize(id.level), count, [this](TileId tile) { return placeOf(tile); });
    }

    Result<Rgb32Image> loadAssociatedImage(std::string_view name) const override {
        const auto found =
            std::ranges::find_if(m_images, [name](const StoredImage& stored) { return stored.image.name == name; });
        return found == m_images.end() ? FileSlide::loadAssociatedImage(name)
                                       : readTiffImage(m_info.path, kMaxAssociatedPixels, found->directory);
    }

    Result<Bytes> loadIccProfile() const override { return readTiffIccProfile(m_info.path); }

private:
    struct Stored {
        TileId id;
        TiffTile place;
        std::uint64_t checksum = 0;
    };
    struct StoredPart {
        Stored tile;
        int level0Index = -1;  // -1: the tile of level 2
        std::optional<Error> problem;
    };
    struct StoredFamily {
        FamilyId id;
        std::array<StoredPart, 1 + kFamilyLevel0Tiles> parts;  // level 2 first
        std::size_t count = 0;
        StoredRange bytes;
    };
    [[nodiscard]] const TiffDirectory& directoryOf(TileId id) const noexcept {
        return m_levels[static_cast<std::size_t>(id.level)];
    }

    [[nodiscard]] Stored stored(TileId id) const noexcept {
        const TiffDirectory& directory = directoryOf(id);
        const auto index = static_cast<std::size_t>(id.y * directory.grid.width + id.x);
        return {id, directory.tiles[index], directory.checksums[index]};
    }

    [[nodiscard]] StoredRange placeOf(TileId id) const noexcept { return rangeOf(stored(id).place, m_file.size()); }

    [[nodiscard]] std::string named(TileId id, std::string_view fact) const {
        return fmt::format("{}: level {} tile {}_{}: {}", m_info.path.string(), id.level, id.x, id.y, fact);
    }

    // What is wrong with the place of a tile; nothing if it may be read.
    [[nodiscard]] std::optional<Error> check(const Stored& tile) const {
        const auto [offset, length] = tile.place;
        if ((length == 0) != (tile.checksum == 0)) {
            return Error{ErrorCode::Corrupt, named(tile.id, "its length and its checksum contradict each other")};
        }
        if (!isWithin(tile.place, m_file.size())) {
            return Error{ErrorCode::Corrupt,
                         named(tile.id, fmt::format("it would lie at {} with {} bytes, in a file of {}", offset, length,
                                                    m_file.size()))};
        }
        return std::nullopt;
    }

    [[nodiscard]] std::size_t joinedSize(const Stored& tile) const noexcept {
        return joinedJpegSize(directoryOf(tile.id).jpegTables.size(), static_cast<std::size_t>(tile.place.length));
    }

    // Appends the whole JPEG file to `out`, or returns what is wrong with the stream.
    [[nodiscard]] std::optional<Error> join(const Stored& tile, ByteSpan stream, Bytes& out) const {
        if (checksumOf(stream) != tile.checksum) {
            return Error{ErrorCode::Corrupt, named(tile.id, "its bytes do not match their checksum")};
        }
        const Result<void> joined = appendJpeg(directoryOf(tile.id).jpegTables, stream, false, out);
        return joined ? std::nullopt : std::optional(joined.error().within(named(tile.id, "damaged")));
    }

    [[nodiscard]] StoredFamily storedFamily(FamilyId id) const {
        StoredFamily family;
        family.id = id;
        const auto add = [&](TileId tile, int level0Index) {
            StoredPart part{.tile = stored(tile), .level0Index = level0Index, .problem = {}};
            part.problem = check(part.tile);
            family.bytes.add(rangeOf(part.tile.place, m_file.size()));
            family.parts[family.count++] = std::move(part);
        };
        add({kFamilyLevel, id.x, id.y}, -1);
        forEachFamilyTile(pyramid(), id, 0,
                          [&](std::size_t index, TileId tile) { add(tile, static_cast<int>(index)); });
        return family;
    }

    [[nodiscard]] Result<EncodedTile> take(const Stored& tile, const LoadedRange& loaded) const {
        if (std::optional<Error> problem = check(tile)) {
            return *std::move(problem);
        }
        if (tile.place.length == 0) {
            return Error{ErrorCode::NotFound, named(tile.id, "the file has no such tile")};
        }
        Bytes alone;
        const Result<ByteSpan> stream =
            loaded.piece(m_file, tile.place.offset, static_cast<std::size_t>(tile.place.length), alone);
        if (!stream) {
            return stream.error();
        }
        EncodedTile encoded;
        const LevelRect rect = pyramid().tileRect(tile.id);
        encoded.crop = {0, 0, rect.width, rect.height};
        encoded.bytes.reserve(joinedSize(tile));
        if (std::optional<Error> problem = join(tile, *stream, encoded.bytes)) {
            return *std::move(problem);
        }
        return encoded;
    }

    [[nodiscard]] Result<FamilyStreams> take(const StoredFamily& family, const LoadedRange& loaded) const {
        FamilyStreams streams;
        streams.id = family.id;
        streams.scheme = ResidualScheme::Bicubic;
        const auto parts = std::span(family.parts).first(family.count);
        const auto joined = std::make_shared<Bytes>();
        // There is room for all parts from the start, so that the spans of the slots stay valid.
        joined->reserve(std::accumulate(parts.begin(), parts.end(), std::size_t{0},
                                        [this](std::size_t sum, const StoredPart& part) {
                                            return sum + (part.problem ? 0 : joinedSize(part.tile));
                                        }));
        if (!loaded.bytes) {
            for (const StoredPart& part : parts) {
                if (!part.problem) {
                    m_file.expect(part.tile.place.offset, static_cast<std::size_t>(part.tile.place.length));
                }
            }
        }
        for (const StoredPart& part : parts) {
            StreamSlot& slot =
                part.level0Index < 0 ? streams.level2 : streams.level0[static_cast<std::size_t>(part.level0Index)];
            const auto [offset, length] = part.tile.place;
            slot.problem = part.problem;
            if (slot.problem || length == 0) {
                continue;
            }
            Bytes alone;
            const Result<ByteSpan> stream = loaded.piece(m_file, offset, static_cast<std::size_t>(length), alone);
            if (!stream) {
                slot.problem = stream.error();
                continue;
            }
            const std::size_t start = joined->size();
            slot.problem = join(part.tile, *stream, *joined);
            if (!slot.problem) {
                slot.bytes = ByteSpan(*joined).subspan(start);
            }
            streams.residualBytes += part.level0Index >= 0 ? static_cast<std::int64_t>(length) : 0;
            streams.bytesRead += static_cast<std::int64_t>(length);
        }
        streams.owners.push_back(joined);
        if (streams.level2.problem) {
            return *streams.level2.problem;
        }
        if (!streams.level2.isPresent()) {
            return Error{ErrorCode::NotFound,
                         named({kFamilyLevel, family.id.x, family.id.y}, "the file has no such tile")};
        }
        return streams;
    }

    RandomAccessFile m_file;
    std::vector<TiffDirectory> m_levels;
    std::vector<StoredImage> m_images;
};

// What the encoder says about itself and the source (formats.md, section 4, and origami-tiff.md), as properties: those
// of the source under their own names, its scale under OpenSlide's, the encoder's under "origami.".
Result<void> takeDescription(const std::string& text, SlideInfo& info) {
    const std::optional<std::vector<JsonScalar>> json = jsonScalars(text);
    const JsonScalar* const format = json ? find(*json, {"format"}) : nullptr;
    if (format == nullptr || format->isNumber || format->text != "ORIGAMI") {
        return corrupt(info.path, "the description of the ORIGAMI TIFF is damaged");
    }
    const JsonScalar* const version = find(*json, {"version"});
    const bool isKnown = version != nullptr && version->isNumber;
    if (!isKnown || version->text != std::to_string(kVersion)) {
        return Error{ErrorCode::Unsupported, fmt::format("{}: ORIGAMI TIFFs of version {} are not supported",
                                                         info.path.string(), isKnown ? version->text : "unknown")};
    }
    const auto take = [&](const std::vector<std::string>& path, const char* property) {
        if (const JsonScalar* const found = find(*json, path)) {
            info.properties.emplace(property, found->text);
        }
    };
    // These come before the source's own properties, which may have the same names.
    take({"source", "mpp_x"}, "openslide.mpp-x");
    take({"source", "mpp_y"}, "openslide.mpp-y");
    take({"source", "objective_power"}, "openslide.objective-power");
    take({"source", "name"}, "origami.source.name");
    take({"source", "bytes"}, "origami.source.bytes");
    for (const JsonScalar& scalar : *json) {
        if (scalar.path.size() == 2 && scalar.path[0] == "encoder") {
            info.properties.emplace("origami.encoder." + scalar.path[1], scalar.text);
        } else if (scalar.path.size() == 3 && scalar.path[0] == "source" && scalar.path[1] == "properties") {
            info.properties.emplace(scalar.path[2], scalar.text);
        }
    }
    if (const JsonScalar* const vendor = find(*json, {"source", "vendor"}); vendor != nullptr && !vendor->isNumber) {
        info.vendor = vendor->text;
    }
    return {};
}

// Why a directory cannot be that of a level; nothing if it can.
std::optional<Error> faultOf(const TiffDirectory& directory, int level, LevelSize size,
                             const std::filesystem::path& path) {
    if (directory.size != size) {
        return corrupt(path, fmt::format("the image of level {} has {} x {} pixels instead of {} x {}", level,
                                         directory.size.width, directory.size.height, size.width, size.height));
    }
    if (!directory.isJpeg || directory.isRgb || directory.tileSize != LevelSize{kTileSide, kTileSide}) {
        return corrupt(path, fmt::format("the image of level {} is not in JPEG tiles of {} x {} pixels in YCbCr", level,
                                         kTileSide, kTileSide));
    }
    if (directory.checksums.size() != directory.tiles.size()) {
        return corrupt(path, fmt::format("the checksums of level {} are missing", level));
    }
    return std::nullopt;
}

}  // namespace

Result<bool> isOrigamiTiff(const RandomAccessFile& file) {
    const Result<std::optional<std::string>> description = readOrigamiDescription(file);
    if (!description) {
        return description.error();
    }
    return *description && (*description)->find("\"ORIGAMI\"") != std::string::npos;
}

Result<std::shared_ptr<const Slide>> openOrigamiTiff(const std::filesystem::path& path) {
    Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file) {
        return std::move(file).error();
    }
    Result<TiffPyramid> tiff = readTiffPyramid(*file);
    if (!tiff) {
        return std::move(tiff).error();
    }
    if (!tiff->origamiDescription || tiff->subImages.empty()) {
        return corrupt(path, "the residuals of the ORIGAMI TIFF are missing");
    }
    const Result<Pyramid> pyramid = Pyramid::create(tiff->subImages.front().size);
    if (!pyramid) {
        return pyramid.error().within(path.string());
    }
    SlideInfo info{.path = path,
                   .id = path.stem().string(),
                   .format = SlideFormat::OrigamiTiff,
                   .formatDetail = fmt::format("version {}", kVersion),
                   .pyramid = *pyramid,
                   .fileBytes = file->size()};
    if (Result<void> taken = takeDescription(*tiff->origamiDescription, info); !taken) {
        return std::move(taken).error();
    }
    takeScale(info);

    std::vector<TiffDirectory> levels;
    levels.push_back(std::move(tiff->subImages.front()));
    levels.emplace_back();  // level 1 is not stored
    std::vector<StoredImage> images;
    for (std::size_t i = 0; i < tiff->images.size(); ++i) {
        TiffDirectory& directory = tiff->images[i];
        if (i == 0 || directory.isReduced) {
            levels.push_back(std::move(directory));
        } else if (directory.tileSize.isEmpty() && !directory.description.empty() &&
                   directory.size.width <= kMaxAssociatedPixels / directory.size.height) {
            const AssociatedImage image{directory.description, static_cast<int>(directory.size.width),
                                        static_cast<int>(directory.size.height)};
            images.push_back({image, static_cast<int>(i)});
            info.associatedImages.push_back(image);
        }
    }
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const auto level = static_cast<int>(i);
        if (level == 1) {
            continue;
        }
        if (std::optional<Error> fault = faultOf(levels[i], level, pyramid->levelSize(level), path)) {
            return *std::move(fault);
        }
    }
    for (const TiffDirectory& level : levels) {
        // In a damaged file lengths may be anything, so each is limited to what a tile can have.
        info.bytesByLevel.push_back(std::accumulate(
            level.tiles.begin(), level.tiles.end(), std::int64_t{0}, [&](std::int64_t sum, const TiffTile& tile) {
                const auto length = std::min(tile.length, static_cast<std::uint64_t>(kMaxTiffTileBytes));
                return sum + static_cast<std::int64_t>(length);
            }));
    }
    const LevelSize families = pyramid->gridSize(kFamilyLevel);
    info.residuals = ResidualCount{.present = families.width * families.height, .missing = 0};
    return std::make_shared<const OrigamiTiff>(std::move(info), std::move(*file), std::move(levels), std::move(images));
}

}  // namespace origami
