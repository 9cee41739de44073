// The directories of a tiled TIFF: where its tiles lie and how to read them. libtiff reads the directories. Tiles are
// JPEG streams that whoever needs them reads from the file and joins with the tables of their directory.
#pragma once

#include "core/base/bytes.h"
#include "core/base/geometry.h"
#include "core/base/result.h"
#include "core/storage/file.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace origami {

// More than any slide has: a million pixels a side in tiles of 256.
inline constexpr std::int64_t kMaxTiffTiles = std::int64_t{1} << 24;
// No JPEG of 256 x 256 pixels is this large; streams that claim to be are not read.
inline constexpr std::int64_t kMaxTiffTileBytes = std::int64_t{1} << 20;

// As the file says, unchecked: the tile may lie outside the file. A length of 0 means that the tile has no bytes.
struct TiffTile {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

// Whether a file of this size contains the tile, and it has at most kMaxTiffTileBytes.
bool isWithin(const TiffTile& tile, std::int64_t fileBytes) noexcept;

struct TiffDirectory {
    LevelSize size;                        // of the image
    LevelSize tileSize;                    // 0 x 0: not tiled
    LevelSize grid;                        // columns and rows of tiles
    std::vector<TiffTile> tiles;           // row-major, one for each cell of the grid
    bool isJpeg = false;                   // compression 7, 8 bit, three interleaved components
    bool isRgb = false;                    // photometric RGB: the components of the JPEG are not YCbCr
    bool isReduced = false;                // NewSubfileType: a smaller version of another image
    std::string description;               // ImageDescription
    Bytes jpegTables;                      // a tables-only JPEG stream; empty: the tiles carry their own
    std::vector<std::uint64_t> checksums;  // ORIGAMI's tag 65001: empty, or one for each tile
};

struct TiffPyramid {
    std::vector<TiffDirectory> images;              // the main chain
    std::vector<TiffDirectory> subImages;           // the SubIFDs of the first one
    std::optional<std::string> origamiDescription;  // ORIGAMI's tag 65000 of the first image
};

// Reads all directories with the places of all tiles. Corrupt, with libtiff's words, if the file contradicts itself:
// loops, missing tags, more tiles than the file could describe. Blocks. The file's size and kMaxTiffTiles bound the
// memory that is taken.
Result<TiffPyramid> readTiffPyramid(const RandomAccessFile& file);

// ORIGAMI's tag 65000 of a file's first image; nothing if there is none or this is no TIFF. An error only if the file
// cannot be read. Reads little. Blocks.
Result<std::optional<std::string>> readOrigamiDescription(const RandomAccessFile& file);

// The ICC profile of a file's first image. NotFound if it has none or is no TIFF. Blocks.
Result<Bytes> readTiffIccProfile(const std::filesystem::path& path);

// Joins an abbreviated stream and its tables to a whole JPEG file, and appends that to `out`: the tables without their
// end, then the stream without its beginning. Empty tables add nothing. With `isRgb` a marker says that the components
// are RGB, which decoders would otherwise take for YCbCr. Corrupt if one of the two is not a JPEG stream; the message
// names neither file nor tile.
Result<void> appendJpeg(ByteSpan tables, ByteSpan stream, bool isRgb, Bytes& out);

// The most bytes that appendJpeg appends for tables and a stream of these sizes.
std::size_t joinedJpegSize(std::size_t tables, std::size_t stream) noexcept;

}  // namespace origami
