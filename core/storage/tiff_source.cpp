#include "core/storage/tiff_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <new>
#include <utility>

namespace origami {

TiffHandle TiffSource::open(std::int64_t maxAllocation) {
    errno = 0;  // failure() looks at what libtiff leaves there
    const TiffOptions options = tiffOptions(m_message, maxAllocation);
    // m: no mapped memory. D: the places of tiles are read when they are asked for.
    return TiffHandle(TIFFClientOpenExt(m_reader.file().path().c_str(), "rmD", this, read, write, seek, close, size,
                                        nullptr, nullptr, options.get()));
}

std::optional<Error> TiffSource::failure() const {
    if (m_readError) {
        return m_readError;
    }
    // Where malloc fails, libtiff says so in words at most; malloc says so in errno.
    if (m_isOutOfMemory || errno == ENOMEM) {
        return Error{ErrorCode::OutOfMemory,
                     fmt::format("{}: there is not enough memory to read the TIFF", m_reader.file().path().string())};
    }
    return std::nullopt;
}

Error TiffSource::corrupt(std::string_view fact) const {
    if (std::optional<Error> failed = failure()) {
        return *std::move(failed);
    }
    return {ErrorCode::Corrupt, fmt::format("{}: the TIFF is damaged: {}", m_reader.file().path().string(), fact)};
}

Error TiffSource::libtiffFailed(std::string_view fact) const {
    return corrupt(m_message.empty() ? fact : std::string_view(m_message));
}

// Nothing may be thrown through libtiff, which is written in C.
tmsize_t TiffSource::read(thandle_t handle, void* into, tmsize_t wanted) noexcept {
    TiffSource& source = self(handle);
    const auto fileSize = static_cast<std::uint64_t>(source.fileSize());
    if (wanted < 0 || source.m_position > fileSize) {
        return 0;
    }
    const std::uint64_t length = std::min(static_cast<std::uint64_t>(wanted), fileSize - source.m_position);
    try {
        Result<void> done = source.m_reader.readInto(source.m_position,
                                                     {static_cast<std::byte*>(into), static_cast<std::size_t>(length)});
        if (!done) {
            if (!source.m_readError) {
                source.m_readError = std::move(done).error();
            }
            return -1;
        }
    } catch (const std::bad_alloc&) {
        source.m_isOutOfMemory = true;
        return -1;
    }
    source.m_position += length;
    return static_cast<tmsize_t>(length);
}

tmsize_t TiffSource::write(thandle_t, void*, tmsize_t) noexcept {
    return -1;
}

toff_t TiffSource::seek(thandle_t handle, toff_t offset, int from) noexcept {
    TiffSource& source = self(handle);
    const auto base = from == SEEK_CUR ? source.m_position : from == SEEK_END ? size(handle) : 0;
    source.m_position = base + offset;  // may wrap around, and is then past the end
    return source.m_position;
}

int TiffSource::close(thandle_t) noexcept {
    return 0;
}

toff_t TiffSource::size(thandle_t handle) noexcept {
    return static_cast<toff_t>(self(handle).fileSize());
}

}  // namespace origami
