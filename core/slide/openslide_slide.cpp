#include "core/slide/openslide_slide.h"

#include "core/slide/background.h"
#include "core/slide/file_slide.h"
#include "core/slide/properties.h"
#include "core/slide/tiff_jpeg_levels.h"
#include "core/storage/tiff_image.h"
#include "core/storage/tiff_pyramid.h"

#include <fmt/format.h>

#include <openslide.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace origami {
namespace {

constexpr std::int64_t kMaxAssociatedPixels = std::int64_t{1} << 28;
constexpr std::int64_t kCornerSide = 64;

// A tile is shrunk from the next finer level of the file only if that level is less than this many times larger.
constexpr double kMaxShrink = 4;

using Handle = std::shared_ptr<openslide_t>;

void quietLibtiff() {
    [[maybe_unused]] static const bool kIsQuiet = (silenceTiffMessages(), true);
}

// Why OpenSlide failed: `path` and its words, with the code Io or OutOfMemory if the trouble may pass and `code`
// otherwise. The words do not tell a disk that cannot be read from a damaged file, but errno does (set it to 0 before
// you call OpenSlide), or else an attempt to read the file now.
Error openSlideError(ErrorCode code, const std::filesystem::path& path, std::string_view words) {
    if (isPassing(errno)) {
        code = errno == ENOMEM ? ErrorCode::OutOfMemory : ErrorCode::Io;
    } else if (const Result<RandomAccessFile> file = RandomAccessFile::open(path); !file) {
        return file.error();
    } else if (const Result<Bytes> end =
                   file->read(static_cast<std::uint64_t>(std::max<std::int64_t>(0, file->size() - 1)), 1);
               !end && end.error().mayPass()) {
        return end.error();
    }
    return {code, fmt::format("{}{}", path.string(), words)};
}

constexpr std::string_view kUnknownFormat = " is not a slide format that this program reads";

Result<Handle> openHandle(const std::filesystem::path& path) {
    quietLibtiff();
    errno = 0;
    Handle handle(openslide_open(path.c_str()), [](openslide_t* slide) {
        if (slide != nullptr) {
            openslide_close(slide);
        }
    });
    if (!handle) {
        return openSlideError(ErrorCode::Unsupported, path, kUnknownFormat);
    }
    if (const char* const error = openslide_get_error(handle.get())) {
        return openSlideError(ErrorCode::Corrupt, path, fmt::format(": OpenSlide cannot open it: {}", error));
    }
    return handle;
}

// How one level of our pyramid is read from a level of the file.
struct LevelSource {
    TileOrigin origin = TileOrigin::Derived;
    std::int32_t fileLevel = 0;
    LevelSize fileSize;     // of the file's level
    double downsample = 1;  // level 0 pixels for one pixel of the file's level
    double shrink = 1;      // pixels of the file's level for one of ours; exactly 1 if they are read as they are
    const TiffDirectory* stored = nullptr;  // set if we decode the tiles ourselves
};

// Whether this vendor's levels are the images of the TIFF, tile for tile.
bool hasPlainTiffLevels(std::string_view vendor) {
    return vendor == "aperio" || vendor == "generic-tiff";
}

std::vector<LevelSource> sourcesOf(openslide_t* handle, const Pyramid& pyramid, const TiffJpegLevels* stored) {
    std::vector<LevelSource> sources;
    const std::int32_t fileLevels = openslide_get_level_count(handle);
    for (int level = 0; level < pyramid.levelCount(); ++level) {
        const auto wanted = static_cast<double>(std::int64_t{1} << level);
        LevelSource best;
        for (std::int32_t fileLevel = 0; fileLevel < fileLevels; ++fileLevel) {
            LevelSource candidate;
            candidate.fileLevel = fileLevel;
            openslide_get_level_dimensions(handle, fileLevel, &candidate.fileSize.width, &candidate.fileSize.height);
            candidate.downsample = openslide_get_level_downsample(handle, fileLevel);
            candidate.shrink = wanted / candidate.downsample;
            // Sizes that differ only in how the edges were rounded count as equal: over the whole slide that makes
            // less than a pixel.
            const auto longerSide = static_cast<double>(std::max(candidate.fileSize.width, candidate.fileSize.height));
            if (std::abs(candidate.shrink - 1) * longerSide <= 1.5) {
                candidate.shrink = 1;
            }
            if (candidate.downsample > 0 && candidate.shrink >= 1 && candidate.shrink < kMaxShrink &&
                (best.origin == TileOrigin::Derived || candidate.shrink < best.shrink)) {
                best = candidate;
                best.origin = TileOrigin::Pixels;
            }
        }
        if (stored != nullptr && best.shrink == 1 && best.fileSize == pyramid.levelSize(level)) {
            best.stored = stored->find(best.fileSize);
            best.origin = best.stored != nullptr ? TileOrigin::Encoded : best.origin;
        } else if (stored != nullptr && best.shrink > 1) {
            best = {};  // deriving the level from our own decoded tiles is faster
        }
        sources.push_back(best);
    }
    return sources;
}

std::uint32_t over(std::uint32_t premultiplied, std::uint32_t background) noexcept {
    const unsigned rest = 255U - (premultiplied >> 24U);
    if (rest == 0) {
        return premultiplied;
    }
    const auto blend = [rest](unsigned top, unsigned below) {
        return std::min(255U, top + (below * rest + 127) / 255);
    };
    return rgb32(blend(red(premultiplied), red(background)), blend(green(premultiplied), green(background)),
                 blend(blue(premultiplied), blue(background)));
}

void composite(MutableRgb32View image, std::uint32_t background) noexcept {
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            image.row(y)[x] = over(image.row(y)[x], background);
        }
    }
}

std::uint32_t declaredBackground(const std::map<std::string, std::string>& properties) {
    const auto found = properties.find(OPENSLIDE_PROPERTY_NAME_BACKGROUND_COLOR);
    std::uint32_t colour = 0;
    if (found == properties.end() || found->second.size() != 6 ||
        std::from_chars(found->second.data(), found->second.data() + 6, colour, 16).ptr != found->second.data() + 6) {
        return 0xFFFFFFFFU;
    }
    return 0xFF000000U | colour;
}

class OpenSlideSlide final : public FileSlide {
public:
    OpenSlideSlide(SlideInfo info, StampedFile file, Handle handle, std::unique_ptr<const TiffJpegLevels> stored)
        : FileSlide(std::move(info), {std::move(file)}),
          m_transparent(declaredBackground(m_info.properties)),
          m_stored(std::move(stored)),
          m_sources(sourcesOf(handle.get(), m_info.pyramid, m_stored.get())),
          m_handle(std::move(handle)) {
        m_info.background = estimateBackground();
        if (m_stored) {
            takeBytes();
        }
    }

    [[nodiscard]] TileOrigin originOf(int level) const noexcept override {
        return m_sources[static_cast<std::size_t>(level)].origin;
    }

    Result<EncodedTile> loadTile(TileId id) const override { return std::move(loadTiles({&id, 1}).front()); }

    [[nodiscard]] std::vector<Result<EncodedTile>> loadTiles(std::span<const TileId> ids) const override {
        return m_stored->read(storedLevel(ids.front().level), ids);
    }

    [[nodiscard]] std::vector<TileId> tilesBeside(TileId id, int count) const override {
        return originOf(id.level) == TileOrigin::Encoded ? m_stored->tilesBeside(storedLevel(id.level), id, count)
                                                         : std::vector<TileId>();
    }

    Result<Rgb32Image> loadPixels(TileId id, const StopToken&) const override {
        const LevelSource& source = m_sources[static_cast<std::size_t>(id.level)];
        const LevelRect rect = pyramid().tileRect(id);
        const auto at = [&source](std::int64_t position) {
            return static_cast<std::int64_t>(std::floor(static_cast<double>(position) * source.shrink));
        };
        const LevelRect wanted{at(rect.x), at(rect.y), std::max<std::int64_t>(1, at(rect.right()) - at(rect.x)),
                               std::max<std::int64_t>(1, at(rect.bottom()) - at(rect.y))};
        Result<Rgb32Image> pixels = readArea(source, wanted);
        if (!pixels || source.shrink == 1) {
            return pixels;
        }
        Rgb32Image tile(static_cast<int>(rect.width), static_cast<int>(rect.height));
        shrink(std::as_const(*pixels).view(), tile.view());
        return tile;
    }

    Result<Rgb32Image> loadAssociatedImage(std::string_view name) const override {
        const std::string wanted(name);
        const auto known = std::ranges::find(m_info.associatedImages, wanted, &AssociatedImage::name);
        if (known == m_info.associatedImages.end()) {
            return FileSlide::loadAssociatedImage(name);
        }
        Rgb32Image image(known->width, known->height);
        const auto read = [&](openslide_t* handle) {
            openslide_read_associated_image(handle, wanted.c_str(), image.view().data);
        };
        if (std::optional<Error> error = readWithHandle(read)) {
            return *std::move(error);
        }
        composite(image.view(), m_transparent);
        return image;
    }

    // OpenSlide 3 does not read profiles. Its TIFF formats store theirs in the first image.
    Result<Bytes> loadIccProfile() const override { return readTiffIccProfile(m_info.path); }

private:
    // For levels of origin Encoded.
    [[nodiscard]] const TiffDirectory& storedLevel(int level) const noexcept {
        return *m_sources[static_cast<std::size_t>(level)].stored;
    }

    // Calls read(handle), which fills memory of the caller, once or twice. After an error an OpenSlide handle answers
    // no thread any more. So a thread that sees an error on the shared handle drops that handle and tries again with
    // one of its own, which shows whether this read itself is at fault. No error is remembered.
    template <class Read>
    [[nodiscard]] std::optional<Error> readWithHandle(const Read& read) const {
        {
            const Result<Handle> shared = sharedHandle();
            if (!shared) {
                return shared.error();
            }
            read(shared->get());
            if (openslide_get_error(shared->get()) == nullptr) {
                return std::nullopt;
            }
            const std::lock_guard lock(m_mutex);
            if (m_handle == *shared) {
                m_handle = nullptr;
            }
        }
        Result<Handle> own = reopen();
        if (!own) {
            return std::move(own).error();
        }
        errno = 0;
        read(own->get());
        if (const char* const words = openslide_get_error(own->get())) {
            return openSlideError(ErrorCode::Corrupt, m_info.path, fmt::format(": {}", words));
        }
        const std::lock_guard lock(m_mutex);
        if (!m_handle) {
            m_handle = *std::move(own);
        }
        return std::nullopt;
    }

    // Opens the file once more. It could be opened before: if it cannot be now and is still the same file, the trouble
    // may pass.
    [[nodiscard]] Result<Handle> reopen() const {
        Result<Handle> handle = openHandle(m_info.path);
        if (!handle && !handle.error().mayPass() && !hasChanged()) {
            return Error{ErrorCode::Io, std::move(handle).error().message};
        }
        return handle;
    }

    // Opens the file if there is no handle. The lock is held meanwhile: other reads of this slide need the handle, too.
    [[nodiscard]] Result<Handle> sharedHandle() const {
        const std::lock_guard lock(m_mutex);
        if (!m_handle) {
            Result<Handle> opened = reopen();
            if (!opened) {
                return opened;
            }
            m_handle = *std::move(opened);
        }
        return m_handle;
    }

    // Reads pixels of one level of the file. `wanted` is in pixels of that level. Rounding may make it reach beyond the
    // level's edge, where the last row or column is repeated.
    [[nodiscard]] Result<Rgb32Image> readArea(const LevelSource& source, const LevelRect& wanted) const {
        const LevelRect there = wanted.intersected({0, 0, source.fileSize.width, source.fileSize.height});
        Rgb32Image image(static_cast<int>(wanted.width), static_cast<int>(wanted.height));
        if (there.isEmpty()) {
            fill(image.view(), m_transparent);
            return image;
        }
        Rgb32Image read(static_cast<int>(there.width), static_cast<int>(there.height));
        const auto toLevel0 = [&source](std::int64_t position) {
            return static_cast<std::int64_t>(std::llround(static_cast<double>(position) * source.downsample));
        };
        const auto readRegion = [&](openslide_t* handle) {
            openslide_read_region(handle, read.view().data, toLevel0(there.x), toLevel0(there.y), source.fileLevel,
                                  there.width, there.height);
        };
        if (std::optional<Error> error = readWithHandle(readRegion)) {
            return *std::move(error);
        }
        composite(read.view(), m_transparent);
        if (there == wanted) {
            return read;
        }
        for (int y = 0; y < image.height(); ++y) {
            const std::uint32_t* from = read.view().row(std::min(y, read.height() - 1));
            for (int x = 0; x < image.width(); ++x) {
                image.view().row(y)[x] = from[std::min(x, read.width() - 1)];
            }
        }
        return image;
    }

    // Fills in the bytes by level, if they are known for all levels that the file has.
    void takeBytes() {
        std::vector<std::int64_t> bytes;
        for (const LevelSource& source : m_sources) {
            bytes.push_back(0);
            if (source.origin == TileOrigin::Derived || source.shrink != 1) {
                continue;
            }
            const TiffDirectory* const image = m_stored->find(source.fileSize);
            if (image == nullptr) {
                return;
            }
            for (const TiffTile& tile : image->tiles) {
                bytes.back() += static_cast<std::int64_t>(tile.length);
            }
        }
        m_info.bytesByLevel = std::move(bytes);
    }

    // Looks at the corners of the file's coarsest level.
    [[nodiscard]] std::uint32_t estimateBackground() const {
        const LevelSource* coarsest = &m_sources.front();
        for (const LevelSource& source : m_sources) {
            if (source.origin != TileOrigin::Derived) {
                coarsest = &source;
            }
        }
        std::vector<std::uint32_t> pixels;
        const std::int64_t width = std::min(kCornerSide, coarsest->fileSize.width);
        const std::int64_t height = std::min(kCornerSide, coarsest->fileSize.height);
        for (const std::int64_t x : {std::int64_t{0}, coarsest->fileSize.width - width}) {
            for (const std::int64_t y : {std::int64_t{0}, coarsest->fileSize.height - height}) {
                if (const Result<Rgb32Image> corner = readArea(*coarsest, {x, y, width, height})) {
                    const Rgb32View view = corner->view();
                    pixels.insert(pixels.end(), view.data, view.data + view.width * view.height);
                }
            }
        }
        return backgroundOf(std::move(pixels)).value_or(m_transparent);
    }

    const std::uint32_t m_transparent;                     // colour where the file has no pixels
    const std::unique_ptr<const TiffJpegLevels> m_stored;  // null: OpenSlide reads all levels
    const std::vector<LevelSource> m_sources;
    mutable std::mutex m_mutex;
    mutable Handle m_handle;  // shared by all threads; null after an error, until the next read
};

std::map<std::string, std::string> propertiesOf(openslide_t* handle) {
    std::map<std::string, std::string> properties;
    const char* const* names = openslide_get_property_names(handle);
    for (; names != nullptr && *names != nullptr; ++names) {
        const char* const value = openslide_get_property_value(handle, *names);
        properties.emplace(*names, value != nullptr ? value : "");
    }
    return properties;
}

std::vector<AssociatedImage> associatedImagesOf(openslide_t* handle) {
    std::vector<AssociatedImage> images;
    const char* const* names = openslide_get_associated_image_names(handle);
    for (; names != nullptr && *names != nullptr; ++names) {
        std::int64_t width = 0;
        std::int64_t height = 0;
        openslide_get_associated_image_dimensions(handle, *names, &width, &height);
        if (width > 0 && height > 0 && width <= kMaxAssociatedPixels / height) {
            images.push_back({*names, static_cast<int>(width), static_cast<int>(height)});
        }
    }
    return images;
}

}  // namespace

Result<std::string> openSlideVendor(const std::filesystem::path& path) {
    quietLibtiff();
    errno = 0;
    const char* const vendor = openslide_detect_vendor(path.c_str());
    if (vendor != nullptr) {
        return std::string(vendor);
    }
    if (Error error = openSlideError(ErrorCode::Unsupported, path, kUnknownFormat); error.mayPass()) {
        return error;
    }
    return std::string();
}

Result<std::shared_ptr<const Slide>> openWithOpenSlide(const std::filesystem::path& path, bool decodesTiffTiles) {
    const Result<FileStamp> stamp = fileStamp(path);  // before the file is read, so that no change goes unnoticed
    if (!stamp) {
        return stamp.error();
    }
    Result<Handle> handle = openHandle(path);
    if (!handle) {
        return std::move(handle).error();
    }
    LevelSize size;
    openslide_get_level0_dimensions(handle->get(), &size.width, &size.height);
    const Result<std::string> vendor = openSlideVendor(path);
    if (!vendor) {
        return vendor.error();
    }
    std::unique_ptr<const TiffJpegLevels> stored;
    if (decodesTiffTiles && hasPlainTiffLevels(*vendor)) {
        Result<std::optional<TiffJpegLevels>> levels = TiffJpegLevels::open(path, size);
        if (!levels) {
            return std::move(levels).error();
        }
        if (*levels) {
            stored = std::make_unique<const TiffJpegLevels>(**std::move(levels));
        }
    }
    const Result<Pyramid> pyramid = Pyramid::create(size, stored ? stored->tileSize() : kDefaultTileSize);
    if (!pyramid) {
        return Error{ErrorCode::Corrupt, fmt::format("{}: {}", path.string(), pyramid.error().message)};
    }
    SlideInfo info{.path = path,
                   .id = path.stem().string(),
                   .format = SlideFormat::OpenSlide,
                   .vendor = *vendor,
                   .pyramid = *pyramid,
                   .fileBytes = stamp->bytes,
                   .associatedImages = associatedImagesOf(handle->get()),
                   .properties = propertiesOf(handle->get())};
    info.formatDetail = info.vendor;
    takeScale(info);
    return std::make_shared<const OpenSlideSlide>(std::move(info), StampedFile{path, *stamp}, std::move(*handle),
                                                  std::move(stored));
}

}  // namespace origami
