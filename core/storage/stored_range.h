// Reads several pieces of a file at once if they lie side by side: a disk or a share that has to find the place takes
// as long for one piece as for eight.
#pragma once

#include "core/base/bytes.h"
#include "core/base/geometry.h"
#include "core/storage/file.h"
#include "core/storage/tiff_pyramid.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace origami {

// The range of a file, in bytes, that encloses some pieces, and how many of its bytes belong to them. As initialised,
// it encloses none.
struct StoredRange {
    std::uint64_t begin = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t end = 0;
    std::uint64_t wanted = 0;

    // Makes the range enclose the pieces of `other`, too.
    void add(const StoredRange& other) noexcept;
    // Whether gaps between the pieces are so small that reading them costs less than another read.
    [[nodiscard]] bool isWorthOneRead() const noexcept;
};

// The range of one tile. Encloses nothing if the tile has no bytes or cannot lie where it is said to.
StoredRange rangeOf(const TiffTile& tile, std::int64_t fileBytes) noexcept;

// The bytes of a file from `begin` on, as far as they were read; null if nothing was.
struct LoadedRange {
    std::uint64_t begin = 0;
    std::shared_ptr<const Bytes> bytes;

    // The bytes of one piece. If it was not loaded, it is read from `file` into `alone`, which then blocks. The span is
    // valid as long as this object and `alone`.
    [[nodiscard]] Result<ByteSpan> piece(const RandomAccessFile& file, std::uint64_t offset, std::size_t length,
                                         Bytes& alone) const;
};

// Reads all ranges with one read. Loads nothing if the ranges lie too far apart, are too long together (a single range
// may have any length) or cannot be read. Blocks.
LoadedRange loadTogether(const RandomAccessFile& file, std::span<const StoredRange> ranges);

// Returns make(cell, loaded) for each cell, after one read of all cells if they lie together. `rangeOf(cell)` says
// where a cell's bytes lie. Blocks.
template <class Cell, class RangeOf, class Make>
auto readTogether(const RandomAccessFile& file, std::span<const Cell> cells, const RangeOf& rangeOf, const Make& make) {
    std::vector<StoredRange> ranges;
    ranges.reserve(cells.size());
    std::ranges::transform(cells, std::back_inserter(ranges), rangeOf);
    const LoadedRange loaded = loadTogether(file, ranges);
    std::vector<decltype(make(cells.front(), loaded))> made;
    made.reserve(cells.size());
    std::ranges::transform(cells, std::back_inserter(made), [&](const Cell& cell) { return make(cell, loaded); });
    return made;
}

// The cells of a grid whose bytes lie right before and after those of `cell`, if the file stores the grid row by row,
// so that one read gets them all: at most `count`, nearest first. `rangeOf(cell)` says where a cell's bytes lie.
template <class Cell, class RangeOf>
std::vector<Cell> storedBeside(Cell cell, LevelSize grid, int count, const RangeOf& rangeOf) {
    const std::int64_t index = cell.y * grid.width + cell.x;
    const auto cellAt = [&cell, &grid](std::int64_t other) {
        Cell at = cell;
        at.x = static_cast<std::int32_t>(other % grid.width);
        at.y = static_cast<std::int32_t>(other / grid.width);
        return at;
    };
    std::vector<std::int64_t> found;
    for (const int step : {1, -1}) {
        StoredRange together = rangeOf(cell);
        for (int i = 1; i <= count; ++i) {
            const std::int64_t other = index + std::int64_t{i} * step;
            if (other < 0 || other >= grid.width * grid.height) {
                break;
            }
            together.add(rangeOf(cellAt(other)));
            if (!together.isWorthOneRead()) {
                break;
            }
            found.push_back(other);
        }
    }
    std::ranges::stable_sort(found, {}, [index](std::int64_t other) { return std::max(other - index, index - other); });
    found.resize(std::min(found.size(), static_cast<std::size_t>(count)));
    std::vector<Cell> cells;
    cells.reserve(found.size());
    std::ranges::transform(found, std::back_inserter(cells), cellAt);
    return cells;
}

}  // namespace origami
