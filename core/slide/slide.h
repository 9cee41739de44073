// One open slide, whatever its format. Readers return encoded bytes where the file stores tiles we decode
// ourselves, and pixels where a library reads the file for us. All read functions are const, thread-safe,
// and block on the disk: call them from worker or I/O threads, never from the GUI thread.
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

// Families with and without residuals; only ORIGAMI formats have families.
struct ResidualCount {
    std::int64_t present = 0;
    std::int64_t missing = 0;
};

struct SlideInfo {
    std::filesystem::path path{};  // as opened
    std::string id{};              // slide id for logs and lists: the folder's or file's name without extension
    SlideFormat format = SlideFormat::Image;
    std::string formatDetail{};  // "version 1 packs", "bundle, version 2", "loose residuals", "JPEG", ...
    std::string vendor{};        // OpenSlide's name of the scanner's vendor, or ""
    Pyramid pyramid;
    std::optional<double> micronsPerPixelX{};
    std::optional<double> micronsPerPixelY{};
    std::optional<double> objectivePower{};
    // Bytes that the file spends on each level of the pyramid, where that can be told without reading it all;
    // empty otherwise. For families, residuals count at the level they correct.
    std::vector<std::int64_t> bytesByLevel{};
    std::int64_t fileBytes = 0;  // 0 if unknown
    std::optional<ResidualCount> residuals{};
    bool hasBaseline = false;  // levels 0 and 1 are stored as ordinary tiles too, beside their residuals
    std::vector<AssociatedImage> associatedImages{};
    std::map<std::string, std::string> properties{};
    // Colour of empty glass, estimated from the slide's border where cheap; white otherwise.
    std::uint32_t background = 0xFFFFFFFFU;
};

// How the tiles of a level come into being.
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
    // Pixels of the decoded image that are the tile (Deep Zoom tiles overlap their neighbours). The decoded
    // image must reach at least to this rectangle's right and bottom edges, else the tile is Corrupt.
    LevelRect crop;
};

class Slide {
public:
    virtual ~Slide() = default;
    Slide(const Slide&) = delete;
    Slide& operator=(const Slide&) = delete;

    [[nodiscard]] const SlideInfo& info() const noexcept { return m_info; }
    [[nodiscard]] const Pyramid& pyramid() const noexcept { return m_info.pyramid; }

    // For levels 0 .. levelCount() - 1.
    [[nodiscard]] virtual TileOrigin originOf(int level) const noexcept = 0;

    // Each is called only for tiles whose level has that origin; the defaults say Unsupported. NotFound when
    // the file lacks the tile. Messages name the file.
    virtual Result<EncodedTile> readEncoded(TileId id) const;
    // Reads several tiles of one level with as few reads of the file as possible. One result per id, in that order.
    [[nodiscard]] virtual std::vector<Result<EncodedTile>> readEncodedTiles(std::span<const TileId> ids) const;
    virtual Result<Rgb32Image> readPixels(TileId id, const StopToken& stop) const;
    virtual Result<FamilyStreams> readFamily(FamilyId id) const;
    // Reads several families, as readEncodedTiles reads several tiles.
    [[nodiscard]] virtual std::vector<Result<FamilyStreams>> readFamilies(std::span<const FamilyId> ids) const;
    // Those of which the file has the bytes before and behind this one's, so that the functions for several read them
    // together: at most `count`, nearest first. Tiles are of the same level.
    [[nodiscard]] virtual std::vector<FamilyId> familiesBeside(FamilyId id, int count) const;
    [[nodiscard]] virtual std::vector<TileId> tilesBeside(TileId id, int count) const;
    // Adds to the streams of a family the baseline tiles that it lacks, as far as there are any. Blocks.
    virtual void readBaselines(FamilyStreams& streams) const;

    // NotFound if there is no such image.
    virtual Result<Rgb32Image> readAssociatedImage(std::string_view name) const;

    // What the pixels' colours mean, as the file says (ISO 15076-1). NotFound if it does not say.
    virtual Result<Bytes> readIccProfile() const;

    // Whether a file that the slide was opened from has been written to or replaced since, so that the slide should be
    // opened again. A file that cannot be reached counts as unchanged. Blocks.
    [[nodiscard]] virtual bool hasChanged() const { return false; }

protected:
    explicit Slide(SlideInfo info) : m_info(std::move(info)) {}
    SlideInfo m_info;
};

struct OpenOptions {
    std::filesystem::path residualPackDir{};  // instead of the slide's own residual_packs; empty: the slide's own
    std::filesystem::path residualsDir{};     // instead of the slide's own residuals_*; empty: the slide's own
    // Whether JPEG tiles of TIFF slides are decoded by ourselves, several times faster, rather than by OpenSlide, which
    // gives the same pixels.
    bool decodesTiffTiles = true;
};

// Opens anything we read, told apart by content: an ORIGAMI TIFF, an ORIGAMI directory (or the .dzi inside it), Deep
// Zoom, what OpenSlide detects, a plain PNG, JPEG or TIFF image. Blocks on the disk. Errors name the file and the fact
// in one sentence: NotFound, Unsupported ("... is not a slide format that this program reads"), Truncated,
// Corrupt, Io.
Result<std::shared_ptr<const Slide>> openSlide(const std::filesystem::path& path, const OpenOptions& options = {});

}  // namespace origami
