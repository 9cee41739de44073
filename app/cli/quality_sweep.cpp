#include "app/cli/quality_sweep.h"

#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/base/parallel.h"
#include "core/encode/directory_encoder.h"
#include "core/encode/jpeg_pyramid.h"
#include "core/encode/tiff_encoder.h"
#include "core/make/tile_maker.h"
#include "core/pyramid/family_sample.h"
#include "core/quality/picture_difference.h"
#include "core/quality/rate_distortion.h"
#include "core/storage/staging.h"
#include "core/storage/tiff_pyramid.h"

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <functional>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>

namespace origami::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kAreaSide = 4 * kDefaultTileSize;  // a family
// Where an area begins: a multiple of what JPEG codes as one unit in 4:2:0, so that an area lies on the block grid of a
// source that was JPEG before just as its neighbours do.
constexpr std::int64_t kAlignment = 16;

constexpr std::array kDirectoryQualities{20, 35, 50, 65, 80, 90};
constexpr std::array kPyramidQualities{25, 40, 55, 70, 80, 90};

// A sample of a slide as a slide of its own: areas of one size side by side, or one below the other if they are
// narrower than a family, so that each is a family.
class AreaSlide : public Slide {
public:
    static Result<std::unique_ptr<const AreaSlide>> create(const Slide& source, const SweepArguments& arguments,
                                                           const StopToken& stop) {
        const int scale = arguments.downsample;
        const LevelSize full = source.pyramid().levelSize(0);
        const LevelSize size{std::max<std::int64_t>(1, full.width / scale),
                             std::max<std::int64_t>(1, full.height / scale)};
        const LevelSize area{std::min<std::int64_t>(kAreaSide, size.width),
                             std::min<std::int64_t>(kAreaSide, size.height)};
        const std::vector<FamilyId> places = sampleFamilies(
            {ceilDiv(size.width, kAreaSide), ceilDiv(size.height, kAreaSide)}, arguments.areas, arguments.seed);
        std::vector<Rgb32Image> images(places.size());
        std::mutex mutex;
        std::optional<Error> problem;
        parallelFor(static_cast<int>(places.size()), [&](int i) {
            const FamilyId place = places[static_cast<std::size_t>(i)];
            // The last areas of a row or column begin earlier rather than being smaller.
            const auto origin = [](std::int64_t index, std::int64_t side, std::int64_t whole) {
                return std::min(index * kAreaSide, (whole - side) / kAlignment * kAlignment);
            };
            Result<Rgb32Image> image = read(source,
                                            {origin(place.x, area.width, size.width),
                                             origin(place.y, area.height, size.height), area.width, area.height},
                                            scale, stop);
            if (image) {
                images[static_cast<std::size_t>(i)] = *std::move(image);
            } else {
                const std::lock_guard lock(mutex);
                problem = std::move(image).error();
            }
        });
        if (problem) {
            return *std::move(problem);
        }
        const bool isColumn = area.width < kAreaSide;
        const auto count = static_cast<std::int64_t>(images.size());
        const Result<Pyramid> pyramid =
            Pyramid::create({area.width * (isColumn ? 1 : count), area.height * (isColumn ? count : 1)});
        if (!pyramid) {
            return pyramid.error().within(source.info().path.string());
        }
        return std::unique_ptr<const AreaSlide>(new AreaSlide(
            {.path = source.info().path, .id = source.info().id, .pyramid = *pyramid}, area, std::move(images)));
    }

    [[nodiscard]] TileOrigin originOf(int level) const noexcept override {
        return level == 0 ? TileOrigin::Pixels : TileOrigin::Derived;
    }
    Result<Rgb32Image> readPixels(TileId id, const StopToken&) const override {
        const LevelRect rect = pyramid().tileRect(id);
        const std::size_t index = static_cast<std::size_t>(std::max(rect.x / m_area.width, rect.y / m_area.height));
        Rgb32Image tile(static_cast<int>(rect.width), static_cast<int>(rect.height));
        copy(this->area(index).sub(static_cast<int>(rect.x % m_area.width), static_cast<int>(rect.y % m_area.height),
                                   tile.width(), tile.height()),
             tile.view());
        return tile;
    }

    [[nodiscard]] LevelSize areaSize() const noexcept { return m_area; }
    [[nodiscard]] std::size_t count() const noexcept { return m_images.size(); }
    [[nodiscard]] Rgb32View area(std::size_t i) const noexcept { return m_images[i].view(); }
    // Of this slide, at level 0.
    [[nodiscard]] LevelRect rectOf(std::size_t i) const noexcept {
        const auto index = static_cast<std::int64_t>(i);
        const bool isColumn = m_area.width < kAreaSide;
        return {isColumn ? 0 : index * m_area.width, isColumn ? index * m_area.height : 0, m_area.width, m_area.height};
    }

private:
    AreaSlide(SlideInfo info, LevelSize area, std::vector<Rgb32Image> images)
        : Slide(std::move(info)), m_area(area), m_images(std::move(images)) {}

    static Result<Rgb32Image> read(const Slide& source, const LevelRect& rect, int scale, const StopToken& stop) {
        Result<Rgb32Image> image = renderRegion(
            source, {.rect = {scale * rect.x, scale * rect.y, scale * rect.width, scale * rect.height}}, nullptr, stop);
        if (!image || scale == 1) {
            return image;
        }
        return halved(std::as_const(*image).view());
    }

    LevelSize m_area;
    std::vector<Rgb32Image> m_images;
};

// Removed with all it holds.
class TemporaryFolder {
public:
    static Result<TemporaryFolder> create() {
        std::error_code error;
        const fs::path parent = fs::temp_directory_path(error);
        std::string name = (parent / "origami-XXXXXX").string();
        if (error || ::mkdtemp(name.data()) == nullptr) {
            return cannotWrite(parent, error ? error.value() : errno);
        }
        return TemporaryFolder(name);
    }
    TemporaryFolder(TemporaryFolder&& other) noexcept : m_path(std::exchange(other.m_path, {})) {}
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder() {
        if (!m_path.empty()) {
            std::error_code ignored;
            fs::remove_all(m_path, ignored);
        }
    }
    [[nodiscard]] const fs::path& path() const noexcept { return m_path; }

private:
    explicit TemporaryFolder(fs::path path) : m_path(std::move(path)) {}
    fs::path m_path;
};

struct Coded {
    std::int64_t bytes = 0;  // of levels 0, 1 and 2
    PictureDifference difference;
};

struct Point {
    int quality = 0;
    Coded coded;
};

struct Curve {
    const char* name;  // in the table
    const char* key;   // in JSON
    std::vector<Point> points;
};

// Adds up what `code` gives for each area, on the arena's threads.
Result<Coded> forEachArea(const AreaSlide& areas, const std::function<Result<Coded>(std::size_t)>& code) {
    Coded total;
    std::mutex mutex;
    std::optional<Error> problem;
    parallelFor(static_cast<int>(areas.count()), [&](int i) {
        Result<Coded> coded = code(static_cast<std::size_t>(i));
        const std::lock_guard lock(mutex);
        if (!coded) {
            problem = std::move(coded).error();
            return;
        }
        total.bytes += coded->bytes;
        total.difference.add(coded->difference);
    });
    if (problem) {
        return *std::move(problem);
    }
    return total;
}

// A slide that was encoded from the areas, as every reader sees it.
Result<Coded> measured(const AreaSlide& areas, const fs::path& path, std::int64_t bytes, const StopToken& stop) {
    const Result<std::shared_ptr<const Slide>> slide = openSlide(path);
    if (!slide) {
        return slide.error();
    }
    Result<Coded> total = forEachArea(areas, [&](std::size_t i) -> Result<Coded> {
        const Result<Rgb32Image> picture = renderRegion(**slide, {.rect = areas.rectOf(i)}, nullptr, stop);
        if (!picture) {
            return picture.error();
        }
        Coded coded;
        coded.difference.add(areas.area(i), picture->view());
        return coded;
    });
    if (total) {
        total->bytes = bytes;
    }
    return total;
}

// Of the streams of levels 0, 1 and 2.
std::int64_t streamBytes(const EncodeReport& report) {
    const std::size_t levels = std::min<std::size_t>(report.bytesByLevel.size(), kFamilyLevel + 1);
    return std::accumulate(report.bytesByLevel.begin(),
                           report.bytesByLevel.begin() + static_cast<std::ptrdiff_t>(levels), std::int64_t{0});
}

Result<Coded> codeAsTiff(const AreaSlide& areas, int quality, const fs::path& folder, const StopToken& stop) {
    TiffEncodeOptions options;
    const int chromaOffset = options.chromaQuality - options.lumaQuality;
    options.lumaQuality = quality;
    options.chromaQuality = std::min(100, quality + chromaOffset);
    options.overwrite = true;
    const fs::path path = folder / "areas.tif";
    const Result<EncodeReport> report = encodeTiff(areas, path, options, {}, stop);
    if (!report) {
        return report.error();
    }
    const Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file) {
        return file.error();
    }
    const Result<TiffPyramid> tiff = readTiffPyramid(*file);
    if (!tiff) {
        return tiff.error();
    }
    const std::size_t tables = tiff->images.front().jpegTables.size() + tiff->subImages.front().jpegTables.size();
    return measured(areas, path, streamBytes(*report) + static_cast<std::int64_t>(tables), stop);
}

Result<Coded> codeAsDirectory(const AreaSlide& areas, int quality, const fs::path& folder, const StopToken& stop) {
    const fs::path path = folder / "areas";
    const Result<EncodeReport> report =
        encodeDirectory(areas, path, {.level1Quality = quality, .level0Quality = quality, .overwrite = true}, {}, stop);
    if (!report) {
        return report.error();
    }
    return measured(areas, path, streamBytes(*report), stop);
}

Result<Coded> codeAsPyramid(const AreaSlide& areas, int quality, const StopToken& stop) {
    return forEachArea(areas, [&](std::size_t i) -> Result<Coded> {
        if (stop.stop_requested()) {
            return Error{ErrorCode::Cancelled, "stopped"};
        }
        const Result<JpegPyramidArea> pyramid = codeAsJpegPyramid(areas.area(i), quality);
        if (!pyramid) {
            return pyramid.error();
        }
        Coded coded{.bytes = pyramid->bytes, .difference = {}};
        coded.difference.add(areas.area(i), pyramid->level0.view());
        return coded;
    });
}

Result<std::vector<Curve>> sweep(const AreaSlide& areas, std::vector<int> tiffQualities, Progress& progress,
                                 const StopToken& stop) {
    const Result<TemporaryFolder> folder = TemporaryFolder::create();
    if (!folder) {
        return folder.error();
    }
    std::ranges::sort(tiffQualities);
    struct Coder {
        Curve curve;
        std::vector<int> qualities;
        std::function<Result<Coded>(int)> code;
    };
    std::array coders{
        Coder{.curve = {"ORIGAMI TIFF", "origami_tiff", {}},
              .qualities = std::move(tiffQualities),
              .code = [&](int quality) { return codeAsTiff(areas, quality, folder->path(), stop); }},
        Coder{.curve = {"version 1", "origami_directory", {}},
              .qualities = {kDirectoryQualities.begin(), kDirectoryQualities.end()},
              .code = [&](int quality) { return codeAsDirectory(areas, quality, folder->path(), stop); }},
        Coder{.curve = {"JPEG pyramid", "jpeg_pyramid", {}},
              .qualities = {kPyramidQualities.begin(), kPyramidQualities.end()},
              .code = [&](int quality) { return codeAsPyramid(areas, quality, stop); }},
    };
    std::int64_t total = 0;
    for (const Coder& coder : coders) {
        total += static_cast<std::int64_t>(coder.qualities.size());
    }
    std::int64_t done = 0;
    std::vector<Curve> curves;
    for (Coder& coder : coders) {
        for (const int quality : coder.qualities) {
            Result<Coded> coded = coder.code(quality);
            if (!coded) {
                return std::move(coded).error();
            }
            coder.curve.points.push_back({quality, *std::move(coded)});
            progress.update(++done, total);
        }
        curves.push_back(std::move(coder.curve));
    }
    return curves;
}

struct Axis {
    const char* name;   // in JSON
    const char* label;  // in the table
    int decimals;
    double (*value)(const PictureDifference&);
    double (*quality)(double value);  // on an axis that grows with quality (core/quality/rate_distortion.h)
};
constexpr std::array kAxes{
    Axis{"psnr_y", "PSNR-Y", 2, [](const PictureDifference& d) { return d.luma.psnr(); },
         [](double psnr) { return psnr; }},
    Axis{"ssim_y", "SSIM-Y", 5, [](const PictureDifference& d) { return d.structure.mean(); }, structureAxis},
    Axis{"ciede2000_mean", "CIEDE2000", 3, [](const PictureDifference& d) { return d.color.mean(); }, colorAxis},
};

std::optional<double> matched(const Curve& reference, const Curve& curve, const Axis& axis) {
    const auto ratePoints = [&axis](const Curve& of) {
        std::vector<RatePoint> points;
        for (const Point& point : of.points) {
            points.push_back({.bytes = static_cast<double>(point.coded.bytes),
                              .quality = axis.quality(axis.value(point.coded.difference))});
        }
        return points;
    };
    return bytesAtMatchedQuality(ratePoints(reference), ratePoints(curve));
}

void printJsonOf(const Slide& source, const SweepArguments& arguments, const AreaSlide& areas,
                 const std::vector<Curve>& curves) {
    nlohmann::ordered_json json;
    json["slide"] = source.info().path.string();
    json["downsample"] = arguments.downsample;
    json["areas"] = areas.count();
    json["area_width"] = areas.areaSize().width;
    json["area_height"] = areas.areaSize().height;
    json["seed"] = arguments.seed;
    nlohmann::ordered_json& coders = json["coders"];
    for (const Curve& curve : curves) {
        nlohmann::ordered_json& coder = coders[curve.key];
        for (const Point& point : curve.points) {
            nlohmann::ordered_json& object = coder["points"].emplace_back();
            object["quality"] = point.quality;
            object["bytes"] = point.coded.bytes;
            for (const Axis& axis : kAxes) {
                const double value = axis.value(point.coded.difference);
                object[axis.name] = std::isfinite(value) ? nlohmann::ordered_json(value) : nullptr;
            }
        }
        for (const Axis& axis : kAxes) {
            const std::optional<double> ratio = matched(curves.back(), curve, axis);
            coder["bytes_at_matched"][axis.name] = ratio ? nlohmann::ordered_json(*ratio) : nullptr;
        }
    }
    printJson(json);
}

void printTable(const SweepArguments& arguments, const AreaSlide& areas, const std::vector<Curve>& curves) {
    print(fmt::format("{} {} of {} x {} pixels{}", grouped(static_cast<std::int64_t>(areas.count())),
                      areas.count() == 1 ? "area" : "areas", areas.areaSize().width, areas.areaSize().height,
                      arguments.downsample == 1 ? "" : ", downsampled 2x"));
    const auto header = [](std::string line) {
        for (const Axis& axis : kAxes) {
            line += fmt::format("  {:>9}", axis.label);
        }
        print(line);
    };
    header(fmt::format("{:<14}  {:>7}  {:>13}", "", "quality", "bytes"));
    for (const Curve& curve : curves) {
        for (const Point& point : curve.points) {
            std::string line =
                fmt::format("{:<14}  {:>7}  {:>13}", curve.name, point.quality, grouped(point.coded.bytes));
            for (const Axis& axis : kAxes) {
                line += fmt::format("  {:>9.{}f}", axis.value(point.coded.difference), axis.decimals);
            }
            print(line);
        }
    }
    print("");
    header(fmt::format("{:<38}", "bytes at matched"));
    for (const Curve& curve : curves) {
        std::string line = fmt::format("{:<38}", curve.name);
        for (const Axis& axis : kAxes) {
            const std::optional<double> ratio = matched(curves.back(), curve, axis);
            line += ratio ? fmt::format("  {:>9.3f}", *ratio) : fmt::format("  {:>9}", "unknown");
        }
        print(line);
    }
}

}  // namespace

int sweepQualities(const Slide& source, const SweepArguments& arguments) {
    const StopToken stop = interruptToken();
    std::optional<Result<std::unique_ptr<const AreaSlide>>> areas;
    std::optional<Result<std::vector<Curve>>> curves;
    {
        Progress progress(arguments.progress, "encodings");
        withThreads(arguments.threads, [&] {
            areas = AreaSlide::create(source, arguments, stop);
            if (*areas) {
                curves = sweep(***areas, arguments.qualities, progress, stop);
            }
        });
    }
    if (!*areas) {
        return fail(areas->error());
    }
    if (!*curves) {
        return fail(curves->error());
    }
    if (arguments.json) {
        printJsonOf(source, arguments, ***areas, **curves);
    } else {
        printTable(arguments, ***areas, **curves);
    }
    return kSuccess;
}

}  // namespace origami::cli
