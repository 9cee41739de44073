// Writes an ORIGAMI TIFF (origami-tiff.md; formats.md, section 4): first the tiles, in whatever order they are made,
// then the directories that say where the tiles lie. What the tiles contain is the encoder's business.
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

// One tile as it is stored: an abbreviated JPEG stream (no tables) of 256 x 256 pixels, also at the slide's edges.
struct OrigamiTiffTile {
    // Level 0 is the residual level; level 1 is not stored; 2 and coarser are the pyramid.
    TileId id;
    // May be empty on level 0 only: then the tile has no residual, because the prediction is exact.
    ByteSpan stream;
};

struct OrigamiTiffImage {
    std::string name;  // "label", "macro", "thumbnail"; becomes the ImageDescription of its directory
    Rgb32View pixels;
};

// What the directories contain besides the places of the tiles.
struct OrigamiTiffDescription {
    std::string json;  // tag 65000 of IFD 0
    // Tables-only JPEG streams (SOI, DQT and DHT, EOI): one for the residuals, one for level 2 and all coarser levels.
    Bytes residualTables;
    Bytes pyramidTables;
    // Resolution of level 0. Unless both are given, resolution tags are left out.
    std::optional<double> micronsPerPixelX;
    std::optional<double> micronsPerPixelY;
    Bytes iccProfile;      // empty: none
    std::string software;  // tag 305: the program and its version
    // libtiff compresses each as JPEG of quality 90, in one strip. The pixels must live until finish returns.
    std::vector<OrigamiTiffImage> associatedImages;
};

struct OrigamiTiffSize {
    std::int64_t fileBytes = 0;
    std::vector<std::int64_t> bytesByLevel;  // bytes of the streams; level 1 has none
};

// The coarsest level that the file stores: the finest level from level 2 on that fits into one tile.
int coarsestStoredLevel(const Pyramid& pyramid) noexcept;

class OrigamiTiffWriter {
public:
    // Begins a file beside `target` under a name that cannot be guessed. finish() gives it the target's name; if that
    // is never called, the file is removed with the writer. Tiles of the pyramid must have 256 pixels. Errors name the
    // target: InvalidArgument (the target exists and `overwrite` is not set, the target is a folder, another tile size,
    // too many tiles), NotFound (no such folder), Io. Blocks.
    static Result<std::unique_ptr<OrigamiTiffWriter>> create(const std::filesystem::path& target,
                                                             const Pyramid& pyramid, bool overwrite);

    // Writes these tiles without gaps, in the order given. Give a family in one call: its level 2 tile, then its
    // residuals, row by row. Each tile may be given once. InvalidArgument for a tile that was given before or that the
    // file does not store, and for an empty or oversized stream. After an error the file cannot be finished.
    // Thread-safe; blocks.
    Result<void> append(std::span<const OrigamiTiffTile> tiles);

    // Bytes of the streams written so far. Thread-safe.
    [[nodiscard]] std::int64_t bytesWritten() const noexcept;

    // Writes the directories, waits until everything is on the disk and gives the file its name. A residual that was
    // not given counts as empty. InvalidArgument if a tile of level 2 or coarser was not given, if tables are missing,
    // or if the target has appeared meanwhile and `overwrite` was not set; Io, with the system's words, if the disk is
    // full. Call once, after the last append has returned. Blocks, for seconds on a large file.
    Result<OrigamiTiffSize> finish(const OrigamiTiffDescription& description);

private:
    // Where a tile's stream lies. All zero until the tile is given.
    struct Place {
        std::uint64_t offset = 0;
        std::uint64_t checksum = 0;
        std::uint32_t length = 0;
    };
    OrigamiTiffWriter(StagedFile file, const Pyramid& pyramid);
    // Null if the file does not store this tile.
    [[nodiscard]] Place* placeOf(TileId id) noexcept;

    StagedFile m_file;
    const Pyramid m_pyramid;
    mutable std::mutex m_mutex;
    std::vector<std::vector<Place>> m_places;  // by level, row-major
    std::uint64_t m_end;                       // of the bytes given out so far
    bool m_failed = false;
};

}  // namespace origami
