// Writes an ORIGAMI TIFF (formats.md, section 4): tiles first, in whatever order they are made, then the directories
// that say where they lie. What the tiles contain is the encoder's business.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/image/rgb32.h"
#include "core/pyramid/pyramid.h"
#include "core/storage/staged_file.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace origami {

// One tile as it will lie in the file: an abbreviated JPEG stream (no tables) of 256 x 256 pixels, also at the edges.
struct OrigamiTiffTile {
    // Level 0 is the residual level; level 1 is not stored; 2 and coarser are the pyramid.
    TileId id;
    // Empty only on level 0: no residual there, the prediction is exact.
    ByteSpan stream;
};

struct OrigamiTiffImage {
    std::string name;  // "label", "macro", "thumbnail": ImageDescription of its directory
    Rgb32View pixels;
};

// What the directories say beside the tiles.
struct OrigamiTiffDescription {
    std::string json;  // tag 65000 of IFD 0
    // Tables-only JPEG streams (SOI, DQT and DHT, EOI): of the residuals, and of level 2 and all coarser levels.
    Bytes residualTables;
    Bytes pyramidTables;
    // Of level 0. Without both there are no resolution tags.
    std::optional<double> micronsPerPixelX;
    std::optional<double> micronsPerPixelY;
    Bytes iccProfile;      // empty: none
    std::string software;  // tag 305: the program and its version
    // Each is compressed as JPEG of quality 90 by libtiff, in one strip. The pixels must live until finish returns.
    std::vector<OrigamiTiffImage> associatedImages;
};

struct OrigamiTiffSize {
    std::int64_t fileBytes = 0;
    std::vector<std::int64_t> bytesByLevel;  // streams only, by level; level 1 has none
};

// The coarsest level that the file of a slide stores: the first from level 2 on that fits into one tile.
int coarsestStoredLevel(const Pyramid& pyramid) noexcept;

class OrigamiTiffWriter {
public:
    // Begins a file beside `target` under a name that cannot be guessed; it takes the target's name in finish and
    // vanishes with the writer otherwise. The pyramid's tiles have 256 pixels. Errors name the target: InvalidArgument
    // (exists and `overwrite` is not set, is a folder, another tile size, too many tiles), NotFound (no such folder),
    // Io. Blocks.
    static Result<std::unique_ptr<OrigamiTiffWriter>> create(const std::filesystem::path& target,
                                                             const Pyramid& pyramid, bool overwrite);

    // Writes these tiles one after the other without gaps, in the order given: a family is its level 2 tile and its
    // residuals, row-major. Each tile of the slide is given once; a second time is InvalidArgument, as are a tile that
    // is not stored and an empty or oversized stream. After an error the file cannot be finished. Thread-safe; blocks.
    Result<void> append(std::span<const OrigamiTiffTile> tiles);

    // Bytes of the streams written so far. Thread-safe.
    [[nodiscard]] std::int64_t bytesWritten() const noexcept;

    // Writes the directories, waits until everything is on the disk and gives the file its name. InvalidArgument if a
    // tile of level 2 or coarser was not given (residuals that were not given are none), if tables are missing, or if
    // the target has come into being meanwhile and is not to be overwritten; Io, with the system's words, if the disk
    // is full. Call once, after the last append has returned. Blocks, for seconds on a large file.
    Result<OrigamiTiffSize> finish(const OrigamiTiffDescription& description);

private:
    // Where a tile's stream lies; nothing was given yet where it is all zero.
    struct Place {
        std::uint64_t offset = 0;
        std::uint64_t checksum = 0;
        std::uint32_t length = 0;
    };
    OrigamiTiffWriter(StagedFile file, const Pyramid& pyramid);
    // Null if the tile is not stored.
    [[nodiscard]] Place* placeOf(TileId id) noexcept;

    StagedFile m_file;
    const Pyramid m_pyramid;
    mutable std::mutex m_mutex;
    std::vector<std::vector<Place>> m_places;  // by level, row-major
    std::uint64_t m_end;                       // of the bytes given out so far
    bool m_failed = false;
};

}  // namespace origami
