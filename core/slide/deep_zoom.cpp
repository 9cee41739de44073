#include "core/slide/deep_zoom.h"

#include "core/slide/background.h"
#include "core/slide/file_slide.h"
#include "core/slide/properties.h"
#include "core/storage/file.h"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <numeric>
#include <system_error>
#include <utility>

namespace origami {
namespace {

constexpr std::int64_t kMaxFilesListed = 20000;
constexpr std::int64_t kMaxPropertiesBytes = std::int64_t{16} << 20;

std::string_view withoutPrefix(std::string_view name) {
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node childNamed(const pugi::xml_node& parent, std::string_view name) {
    return parent.find_child([name](const pugi::xml_node& child) { return withoutPrefix(child.name()) == name; });
}

// The root element and its Size. Both are null unless this is Deep Zoom.
std::pair<pugi::xml_node, pugi::xml_node> imageAndSize(const pugi::xml_document& document) {
    const pugi::xml_node image = childNamed(document, "Image");
    const pugi::xml_node size = image ? childNamed(image, "Size") : pugi::xml_node();
    return size ? std::pair{image, size} : std::pair<pugi::xml_node, pugi::xml_node>{};
}

std::optional<std::int64_t> number(const pugi::xml_attribute& attribute) {
    const std::string_view text = attribute.value();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

class DeepZoomSlide final : public FileSlide {
public:
    DeepZoomSlide(SlideInfo info, DeepZoomTiles tiles)
        : FileSlide(std::move(info), {tiles.descriptionFile()}), m_tiles(std::move(tiles)) {
        if (Result<EncodedTile> top = m_tiles.read({m_info.pyramid.levelCount() - 1, 0, 0}); top) {
            m_info.background = backgroundOf(*top).value_or(m_info.background);
        }
    }

    [[nodiscard]] TileOrigin originOf(int level) const noexcept override {
        // A level without a folder can be made from finer ones, if there are any.
        for (int finer = level; finer >= 0; --finer) {
            if (m_tiles.hasLevel(finer)) {
                return finer == level ? TileOrigin::Encoded : TileOrigin::Derived;
            }
        }
        return TileOrigin::Encoded;
    }
    Result<EncodedTile> loadTile(TileId id) const override { return m_tiles.read(id); }

private:
    DeepZoomTiles m_tiles;
};

}  // namespace

bool looksLikeDeepZoom(ByteSpan xml) {
    pugi::xml_document document;
    return document.load_buffer(xml.data(), xml.size()) && imageAndSize(document).first;
}

Result<DeepZoomDescription> parseDeepZoom(ByteSpan xml, const std::filesystem::path& path) {
    const auto corrupt = [&path](std::string_view fact) {
        return Error{ErrorCode::Corrupt, fmt::format("{}: {}", path.string(), fact)};
    };
    pugi::xml_document document;
    if (const pugi::xml_parse_result parsed = document.load_buffer(xml.data(), xml.size()); !parsed) {
        if (parsed.status == pugi::status_out_of_memory) {
            return outOfMemory(path);
        }
        return corrupt(fmt::format("not a Deep Zoom description: {} at byte {}", parsed.description(), parsed.offset));
    }
    const auto [image, size] = imageAndSize(document);
    if (!image) {
        return corrupt("not a Deep Zoom description: no Image element with a Size");
    }
    const auto width = number(size.attribute("Width"));
    const auto height = number(size.attribute("Height"));
    const auto tileSize = number(image.attribute("TileSize"));
    const auto overlap =
        image.attribute("Overlap") ? number(image.attribute("Overlap")) : std::optional<std::int64_t>(0);
    if (!width || !height || !tileSize || !overlap) {
        return corrupt("Width, Height, TileSize and Overlap are not all whole numbers");
    }
    if (const auto pyramid = Pyramid::create({*width, *height}, *tileSize); !pyramid) {
        return corrupt(pyramid.error().message);
    }
    if (*overlap < 0 || *overlap > *tileSize / 2) {
        return corrupt(fmt::format("the overlap {} does not suit tiles of {} pixels", *overlap, *tileSize));
    }
    DeepZoomDescription description{.size = {*width, *height},
                                    .tileSize = static_cast<int>(*tileSize),
                                    .overlap = static_cast<int>(*overlap),
                                    .codec = ImageCodec::Jpeg,
                                    .extension = image.attribute("Format").value()};
    std::string lower = description.extension;
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (lower == "png") {
        description.codec = ImageCodec::Png;
    } else if (lower != "jpg" && lower != "jpeg") {
        return Error{ErrorCode::Unsupported,
                     fmt::format("{}: tiles of format \"{}\" are not supported, only jpg and png", path.string(),
                                 description.extension)};
    }
    return description;
}

DeepZoomTiles::DeepZoomTiles(DeepZoomDescription description, StampedFile descriptionFile, Pyramid pyramid,
                             std::filesystem::path files)
    : m_description(std::move(description)),
      m_descriptionFile(std::move(descriptionFile)),
      m_pyramid(pyramid),
      m_files(std::move(files)),
      m_largestLevel(static_cast<int>(std::bit_width(
          static_cast<std::uint64_t>(std::max(m_description.size.width, m_description.size.height)) - 1))) {}

Result<DeepZoomTiles> DeepZoomTiles::open(const std::filesystem::path& description) {
    Result<FileStamp> stamp = fileStamp(description);  // before the file is read, so that no change goes unnoticed
    if (!stamp) {
        return std::move(stamp).error();
    }
    const Result<Bytes> xml = readFile(description, kMaxDescriptionBytes);
    if (!xml) {
        return xml.error();
    }
    Result<DeepZoomDescription> parsed = parseDeepZoom(*xml, description);
    if (!parsed) {
        return std::move(parsed).error();
    }
    const Result<Pyramid> pyramid = Pyramid::create(parsed->size, parsed->tileSize);
    if (!pyramid) {
        return pyramid.error().within(description.string());
    }
    std::filesystem::path files = description.parent_path() / description.stem();
    files += "_files";
    const Result<bool> isThere = isFolder(files);
    if (!isThere) {
        return isThere.error();
    }
    if (!*isThere) {
        return Error{ErrorCode::NotFound,
                     fmt::format("{}: its folder of tiles, {}, is missing", description.string(), files.string())};
    }
    DeepZoomTiles tiles(std::move(*parsed), {description, *stamp}, *pyramid, std::move(files));
    for (int level = 0; level <= tiles.m_largestLevel; ++level) {
        const Result<bool> hasLevel = isFolder(tiles.m_files / std::to_string(tiles.m_largestLevel - level));
        if (!hasLevel) {
            return hasLevel.error();
        }
        tiles.m_hasLevel.push_back(*hasLevel);
    }
    if (std::ranges::none_of(tiles.m_hasLevel, std::identity())) {
        return Error{ErrorCode::NotFound,
                     fmt::format("{}: there are no tiles in {}", description.string(), tiles.m_files.string())};
    }
    return tiles;
}

bool DeepZoomTiles::hasLevel(int level) const noexcept {
    return level >= 0 && level <= m_largestLevel && m_hasLevel[static_cast<std::size_t>(level)];
}

std::filesystem::path DeepZoomTiles::tilePath(TileId id) const {
    return m_files / std::to_string(m_largestLevel - id.level) /
           fmt::format("{}_{}.{}", id.x, id.y, m_description.extension);
}

Result<EncodedTile> DeepZoomTiles::read(TileId id) const {
    Result<Bytes> bytes = readFile(tilePath(id), kMaxTileFileBytes);
    if (!bytes) {
        return std::move(bytes).error();
    }
    const LevelRect rect = m_pyramid.tileRect(id);
    const std::int64_t left = id.x > 0 ? m_description.overlap : 0;
    const std::int64_t top = id.y > 0 ? m_description.overlap : 0;
    return EncodedTile{
        .bytes = std::move(*bytes), .codec = m_description.codec, .crop = {left, top, rect.width, rect.height}};
}

std::vector<std::int64_t> DeepZoomTiles::bytesByLevel() const {
    std::int64_t files = 0;
    std::vector<std::int64_t> bytes(static_cast<std::size_t>(m_pyramid.levelCount()), 0);
    for (int level = 0; level < m_pyramid.levelCount(); ++level) {
        if (!hasLevel(level)) {
            continue;
        }
        const LevelSize grid = m_pyramid.gridSize(level);
        files += grid.width * grid.height;
        if (files > kMaxFilesListed) {
            return {};
        }
        const std::filesystem::path folder = m_files / std::to_string(m_largestLevel - level);
        const Result<void> listed = forEachName(folder, [&](const std::string& name) {
            std::error_code notAFile;
            const auto size = std::filesystem::file_size(folder / name, notAFile);
            bytes[static_cast<std::size_t>(level)] += notAFile ? 0 : static_cast<std::int64_t>(size);
            return true;
        });
        if (!listed) {
            return {};
        }
    }
    return bytes;
}

Result<std::map<std::string, std::string>> DeepZoomTiles::properties() const {
    std::map<std::string, std::string> result;
    const Result<Bytes> xml = readFile(m_files / "vips-properties.xml", kMaxPropertiesBytes);
    if (!xml && xml.error().mayPass()) {
        return xml.error();
    }
    pugi::xml_document document;
    if (!xml || !document.load_buffer(xml->data(), xml->size())) {
        return result;
    }
    for (const pugi::xml_node& property : document.document_element().child("properties").children("property")) {
        const std::string_view propertyName = property.child_value("name");
        // Most of libvips' own properties describe its pixels, not the slide.
        if (propertyName.starts_with("openslide.") || propertyName.starts_with("aperio.")) {
            result.emplace(propertyName, property.child_value("value"));
        }
    }
    return result;
}

Result<std::shared_ptr<const Slide>> openDeepZoom(const std::filesystem::path& description) {
    Result<DeepZoomTiles> tiles = DeepZoomTiles::open(description);
    if (!tiles) {
        return std::move(tiles).error();
    }
    Result<std::map<std::string, std::string>> properties = tiles->properties();
    if (!properties) {
        return std::move(properties).error();
    }
    SlideInfo info{.path = description,
                   .id = description.stem().string(),
                   .format = SlideFormat::DeepZoom,
                   .formatDetail = fmt::format("{} tiles of {} pixels, overlap {}",
                                               tiles->description().codec == ImageCodec::Png ? "PNG" : "JPEG",
                                               tiles->description().tileSize, tiles->description().overlap),
                   .pyramid = tiles->pyramid(),
                   .bytesByLevel = tiles->bytesByLevel(),
                   .properties = *std::move(properties)};
    info.fileBytes = std::accumulate(info.bytesByLevel.begin(), info.bytesByLevel.end(), std::int64_t{0});
    takeScale(info);
    return std::make_shared<const DeepZoomSlide>(std::move(info), std::move(*tiles));
}

}  // namespace origami
