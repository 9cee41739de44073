// One open slide, whatever its format. A reader returns encoded bytes where we decode the file's tiles ourselves, and
// pixels where a library reads the file for us. All read functions are const and thread-safe. They block on the disk,
// so never call them on the GUI thread.
//
// Errors that may pass (Error::mayPass: the disk cannot be read, memory ran out) are kept apart from damage. A reader
// remembers neither: the same read may succeed later.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/stop_token.h"
#include "core/image/rgb32.h"
#include "core/pyramid/family_streams.h"
#include "core/pyramid/pyramid.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace origami {

enum class SlideFormat { OrigamiTiff, OrigamiDirectory, DeepZoom, OpenSlide, Image };
std::string_view name(SlideFormat format) noexcept;  // "ORIGAMI TIFF", ...

struct AssociatedImage {
    std::string name;  // "label", "macro", "thumbnail"
    int width = 0;
    int height = 0;
};

// Number of families with and without residuals. Only ORIGAMI formats have families.
struct ResidualCount {
    std::int64_t present = 0;
    std::int64_t missing = 0;
};

struct SlideInfo {
    std::filesystem::path path{};  // as opened
    std::string id{};              // name for logs and lists: the folder's or file's name without extension
    SlideFormat format = SlideFormat::Image;
    std::string formatDetail{};  // "version 1 packs", "bundle, version 2", "loose residuals", "JPEG", ...
    std::string vendor{};        // OpenSlide's name of the scanner's vendor, or ""
    Pyramid pyramid;
    std::optional<double> micronsPerPixelX{};
    std::optional<double> micronsPerPixelY{};
    std::optional<double> objectivePower{};
    // Bytes that the file spends on each level of the pyramid; empty if that is not known without reading everything.
    // Residuals count at the level that they correct.
    std::vector<std::int64_t> bytesByLevel{};
    std::int64_t fileBytes = 0;  // 0 if unknown
    std::optional<ResidualCount> residuals{};
    bool hasBaseline = false;  // levels 0 and 1 are stored as ordinary tiles, too, beside their residuals
    std::vector<AssociatedImage> associatedImages{};
    std::map<std::string, std::string> properties{};
    // Colour of empty glass as RGB32: estimated from the slide's border where that is cheap, white otherwise.
    std::uint32_t background = 0xFFFFFFFFU;
};

// How the tiles of a level are made.
enum class TileOrigin {
    Family,   // rebuilt with its family (readFamily)
    Encoded,  // stored as an image file of its own (readEncoded)
    Pixels,   // read by a library (readPixels)
    Derived,  // not in the file: halved from the four tiles of the next finer level
};

enum class ImageCodec { Jpeg, Png };

struct EncodedTile {
    Bytes bytes;
    ImageCodec codec = ImageCodec::Jpeg;
    // The part of the decoded image that is the tile, in pixels of that image: Deep Zoom tiles overlap their
    // neighbours. If the decoded image does not contain this rectangle, the tile is Corrupt.
    LevelRect crop;
};

class Slide {
public:
    virtual ~Slide() = default;
    Slide(const Slide&) = delete;
    Slide& operator=(const Slide&) = delete;

    [[nodiscard]] const SlideInfo& info() const noexcept { return m_info; }
    [[nodiscard]] const Pyramid& pyramid() const noexcept { return m_info.pyramid; }

    // `level` is in 0 .. levelCount() - 1.
    [[nodiscard]] virtual TileOrigin originOf(int level) const noexcept = 0;

    // Call each read function only for tiles of levels that have its origin; the defaults return Unsupported. NotFound
    // if the file does not contain the tile. Messages name the file.
    virtual Result<EncodedTile> readEncoded(TileId id) const;
    // Reads several tiles of one level with as few reads of the file as possible. One result per id, in that order.
    [[nodiscard]] virtual std::vector<Result<EncodedTile>> readEncodedTiles(std::span<const TileId> ids) const;
    virtual Result<Rgb32Image> readPixels(TileId id, const StopToken& stop) const;
    virtual Result<FamilyStreams> readFamily(FamilyId id) const;
    // Reads several families, as readEncodedTiles reads several tiles.
    [[nodiscard]] virtual std::vector<Result<FamilyStreams>> readFamilies(std::span<const FamilyId> ids) const;
    // The families, or tiles of the same level, whose bytes lie in the file right before and after those of `id`, so
    // that the functions above read them together with it in one go: at most `count`, nearest first, without `id`
    // itself. Do not block.
    [[nodiscard]] virtual std::vector<FamilyId> familiesBeside(FamilyId id, int count) const;
    [[nodiscard]] virtual std::vector<TileId> tilesBeside(TileId id, int count) const;
    // Adds the baseline tiles that the file has to the streams of a family, where they are not there yet. May throw
    // std::bad_alloc. Blocks.
    virtual void readBaselines(FamilyStreams& streams) const;

    // Reads one of info().associatedImages. NotFound if there is no image of this name.
    virtual Result<Rgb32Image> readAssociatedImage(std::string_view name) const;

    // The ICC profile of the pixels' colours (ISO 15076-1). NotFound if the file has none.
    virtual Result<Bytes> readIccProfile() const;

    // Whether a file that the slide was opened from has been written to or replaced since, so that the slide should be
    // opened again. A file that cannot be reached counts as unchanged. Blocks.
    [[nodiscard]] virtual bool hasChanged() const { return false; }

protected:
    explicit Slide(SlideInfo info) : m_info(std::move(info)) {}
    SlideInfo m_info;
};

struct OpenOptions {
    // Folders to be used instead of the slide's own residual_packs and residuals_*; empty: the slide's own.
    std::filesystem::path residualPackDir{};
    std::filesystem::path residualsDir{};
    // Whether we decode the JPEG tiles of TIFF slides ourselves. OpenSlide gives the same pixels, several times slower.
    bool decodesTiffTiles = true;
};

// Opens a slide of any format that we read: an ORIGAMI TIFF, an ORIGAMI directory (or the .dzi inside it), Deep Zoom,
// whatever OpenSlide detects, or a plain PNG, JPEG or TIFF image. The content decides which it is. Blocks on the disk.
// Errors name the file and the fact in one sentence: NotFound, Unsupported ("... is not a slide format that this
// program reads"), Truncated, Corrupt, Io, OutOfMemory.
Result<std::shared_ptr<const Slide>> openSlide(const std::filesystem::path& path, const OpenOptions& options = {});

}  // namespace origami
