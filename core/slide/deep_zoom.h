// Deep Zoom: an XML description and a folder of tiles (Microsoft Deep Zoom; formats.md). Its level N, the largest,
// is our level 0, N - 1 our level 1, and so on.
#pragma once

#include "core/base/bytes.h"
#include "core/slide/slide.h"
#include "core/storage/file_stamp.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace origami {

struct DeepZoomDescription {
    LevelSize size;
    int tileSize = 0;
    int overlap = 0;
    ImageCodec codec = ImageCodec::Jpeg;
    std::string extension;  // of the tile files, spelt as in the description
};

// Whether these bytes are XML whose root is an Image with a Size: that is Deep Zoom, whatever the file is called.
bool looksLikeDeepZoom(ByteSpan xml);

// Reads a .dzi file. Corrupt if it is not XML or if numbers are missing or absurd, Unsupported if the tiles are neither
// JPEG nor PNG. Messages name `path`.
Result<DeepZoomDescription> parseDeepZoom(ByteSpan xml, const std::filesystem::path& path);

inline constexpr std::int64_t kMaxDescriptionBytes = std::int64_t{1} << 20;
inline constexpr std::int64_t kMaxTileFileBytes = std::int64_t{64} << 20;

// The tile files beside a description.
class DeepZoomTiles {
public:
    // `description` is the .dzi file; its tiles lie in "<name>_files". NotFound if that folder is missing. Blocks.
    static Result<DeepZoomTiles> open(const std::filesystem::path& description);

    [[nodiscard]] const DeepZoomDescription& description() const noexcept { return m_description; }
    // The .dzi file as it was when it was read.
    [[nodiscard]] const StampedFile& descriptionFile() const noexcept { return m_descriptionFile; }
    [[nodiscard]] const Pyramid& pyramid() const noexcept { return m_pyramid; }
    // Whether there is a folder for this level of ours.
    [[nodiscard]] bool hasLevel(int level) const noexcept;
    [[nodiscard]] std::filesystem::path tilePath(TileId id) const;
    // Reads one tile. NotFound if there is no such file. Blocks.
    [[nodiscard]] Result<EncodedTile> read(TileId id) const;
    // Bytes of all tiles, by level of ours; empty if there are too many files to look at, or they cannot be listed.
    // Blocks.
    [[nodiscard]] std::vector<std::int64_t> bytesByLevel() const;
    // The source's properties, where libvips has left them beside the tiles: microns per pixel, among others. An error
    // only if the file that holds them cannot be read. Blocks.
    [[nodiscard]] Result<std::map<std::string, std::string>> properties() const;

private:
    DeepZoomTiles(DeepZoomDescription description, StampedFile descriptionFile, Pyramid pyramid,
                  std::filesystem::path files);
    DeepZoomDescription m_description;
    StampedFile m_descriptionFile;
    Pyramid m_pyramid;
    std::filesystem::path m_files;
    int m_largestLevel;            // N
    std::vector<bool> m_hasLevel;  // by level of ours
};

Result<std::shared_ptr<const Slide>> openDeepZoom(const std::filesystem::path& description);

}  // namespace origami
