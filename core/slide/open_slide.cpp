#include "core/slide/deep_zoom.h"
#include "core/slide/file_slide.h"
#include "core/slide/image_slide.h"
#include "core/slide/openslide_slide.h"
#include "core/slide/origami_directory.h"
#include "core/slide/origami_tiff.h"
#include "core/slide/slide.h"
#include "core/storage/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <system_error>

namespace origami {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFirstBytes = 512;

Result<std::shared_ptr<const Slide>> openFolder(const fs::path& path, const OpenOptions& options) {
    if (Result<void> isReadable = forEachName(path, [](const std::string&) { return false; }); !isReadable) {
        return std::move(isReadable).error();
    }
    const Result<bool> isOurs = isOrigamiDirectory(path);
    if (!isOurs) {
        return isOurs.error();
    }
    if (*isOurs) {
        return openOrigamiDirectory(path, options);
    }
    return Error{ErrorCode::Unsupported, fmt::format("{} is a folder without {}, so it is not an ORIGAMI directory",
                                                     path.string(), kOrigamiDescription)};
}

// The description inside an ORIGAMI directory stands for the whole directory.
Result<std::shared_ptr<const Slide>> openDescription(const fs::path& path, const OpenOptions& options) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    if (path.filename() == kOrigamiDescription) {
        const Result<bool> isWhole = hasResiduals(folder);
        if (!isWhole) {
            return isWhole.error();
        }
        if (*isWhole) {
            return openOrigamiDirectory(folder, options);
        }
    }
    return openDeepZoom(path);
}

bool beginsLikeXml(ByteSpan bytes) {
    const auto isSkipped = [](std::byte b) {
        const auto c = std::to_integer<unsigned char>(b);
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xEF || c == 0xBB || c == 0xBF;
    };
    const auto first = std::ranges::find_if_not(bytes, isSkipped);
    return first != bytes.end() && *first == std::byte{'<'};
}

bool beginsWith(ByteSpan bytes, std::string_view magic) {
    return bytes.size() >= magic.size() && std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
}

Result<std::shared_ptr<const Slide>> openAny(const fs::path& path, const OpenOptions& options) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
        return fileError("open", path, error ? error.value() : ENOENT);
    }
    if (fs::is_directory(status)) {
        return openFolder(path, options);
    }
    const Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file) {
        return file.error();
    }
    if (file->size() == 0) {
        return Error{ErrorCode::Truncated, path.string() + " is empty"};
    }
    const Result<Bytes> begin = file->read(0, std::min(kFirstBytes, static_cast<std::size_t>(file->size())));
    if (!begin) {
        return begin.error();
    }
    if (beginsWith(*begin, "ORIB") || path.extension() == ".pack") {
        return Error{ErrorCode::Unsupported,
                     fmt::format("{} holds residuals only; open the folder of its slide, the one with {}",
                                 path.string(), kOrigamiDescription)};
    }
    const bool isNamedDeepZoom = path.extension() == ".dzi";
    if (isNamedDeepZoom || (beginsLikeXml(*begin) && file->size() <= kMaxDescriptionBytes)) {
        const Result<Bytes> xml = readFile(path, kMaxDescriptionBytes);
        if (!xml) {
            return xml.error();
        }
        if (isNamedDeepZoom || looksLikeDeepZoom(*xml)) {
            return openDescription(path, options);
        }
    }
    const Result<bool> isOurs = isOrigamiTiff(*file);  // before OpenSlide, which would see a generic TIFF
    if (!isOurs) {
        return isOurs.error();
    }
    if (*isOurs) {
        return openOrigamiTiff(path);
    }
    const Result<std::string> vendor = openSlideVendor(path);
    if (!vendor) {
        return vendor.error();
    }
    if (!vendor->empty()) {
        return openWithOpenSlide(path, options.decodesTiffTiles);
    }
    if (looksLikeImage(*begin)) {
        return openImage(path, *begin);
    }
    return Error{ErrorCode::Unsupported,
                 fmt::format("{} is not a slide format that this program reads", path.string())};
}

}  // namespace

Result<std::shared_ptr<const Slide>> openSlide(const fs::path& path, const OpenOptions& options) {
    try {
        return openAny(path, options);
    } catch (const std::bad_alloc&) {
        return outOfMemory(path);
    }
}

}  // namespace origami
