// A file that libtiff reads through our own functions. libtiff then sees no more than the file's size at opening, never
// maps the file into memory (which would end the program if the file became shorter), and an error of a read is kept
// for what it is: libtiff itself would call the file damaged. Private to storage/.
#pragma once

#include "core/base/result.h"
#include "core/storage/block_reader.h"
#include "core/storage/file.h"
#include "core/storage/libtiff.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace origami {

// Not thread-safe. Must outlive the handle, and the file must outlive both.
class TiffSource {
public:
    explicit TiffSource(const RandomAccessFile& file) : m_reader(file) {}
    TiffSource(const TiffSource&) = delete;
    TiffSource& operator=(const TiffSource&) = delete;

    // Null if this is no TIFF or cannot be read. No allocation for a tag or an image is larger than `maxAllocation`
    // bytes. The places of tiles are read from the file only when they are asked for. Blocks.
    [[nodiscard]] TiffHandle open(std::int64_t maxAllocation);

    [[nodiscard]] std::int64_t fileSize() const noexcept { return m_reader.file().size(); }

    // The first read that failed, or the lack of memory that libtiff met. libtiff carries on after some of these as if
    // the file lacked the tag, so look here before its answers are believed.
    [[nodiscard]] std::optional<Error> failure() const;
    // failure(), or else Corrupt: "/a/b.tif: the TIFF is damaged: <fact>".
    [[nodiscard]] Error corrupt(std::string_view fact) const;
    // As corrupt, but in libtiff's own words if it said something.
    [[nodiscard]] Error libtiffFailed(std::string_view fact) const;

private:
    static TiffSource& self(thandle_t handle) noexcept { return *static_cast<TiffSource*>(handle); }
    static tmsize_t read(thandle_t handle, void* into, tmsize_t wanted) noexcept;
    static tmsize_t write(thandle_t handle, void* from, tmsize_t bytes) noexcept;
    static toff_t seek(thandle_t handle, toff_t offset, int from) noexcept;
    static int close(thandle_t handle) noexcept;
    static toff_t size(thandle_t handle) noexcept;

    BlockReader m_reader;
    std::uint64_t m_position = 0;
    std::string m_message;  // libtiff's first error
    std::optional<Error> m_readError;
    bool m_isOutOfMemory = false;
};

}  // namespace origami
