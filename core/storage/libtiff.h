// What all uses of libtiff share: handles that close themselves, error messages that are kept instead of printed, and
// the private tags of ORIGAMI TIFFs. Private to storage/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <tiffio.h>

namespace origami {

// formats.md, section 4.
inline constexpr std::uint32_t kOrigamiDescriptionTag = 65000;  // ASCII, IFD 0: JSON
inline constexpr std::uint32_t kOrigamiChecksumsTag = 65001;    // LONG8, one for each tile of the directory, row-major

struct TiffCloser {
    void operator()(TIFF* tiff) const noexcept { TIFFClose(tiff); }
};
using TiffHandle = std::unique_ptr<TIFF, TiffCloser>;

struct TiffOptionsFreer {
    void operator()(TIFFOpenOptions* options) const noexcept { TIFFOpenOptionsFree(options); }
};
using TiffOptions = std::unique_ptr<TIFFOpenOptions, TiffOptionsFreer>;

// Options for opening a TIFF. libtiff's first error goes to `message`, which must outlive the handle; later errors
// follow from the first and are dropped, as are warnings. No allocation for a tag or an image is larger than
// `maxAllocation` bytes. Throws std::bad_alloc.
TiffOptions tiffOptions(std::string& message, std::int64_t maxAllocation);

}  // namespace origami
