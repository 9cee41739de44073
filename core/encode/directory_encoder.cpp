#include "core/encode/directory_encoder.h"

#include "core/base/parallel.h"
#include "core/codec/jpeg_decoder.h"
#include "core/encode/coarse_levels.h"
#include "core/encode/first_problem.h"
#include "core/encode/staged_folder.h"
#include "core/image/color.h"
#include "core/make/tile_maker.h"
#include "core/reconstruct/kernels.h"
#include "core/storage/pack.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace origami {
namespace {

namespace fs = std::filesystem;

// Planes kept for reuse; a family needs a dozen at a time.
constexpr std::size_t kPooledBuffers = 256;

constexpr const char* kDescription = "baseline_pyramid.dzi";
constexpr const char* kTilesFolder = "baseline_pyramid_files";
constexpr const char* kPacksFolder = "residual_packs";

// Why an existing target may not be replaced; nothing if it is an ORIGAMI directory or an empty folder.
std::string objectionToReplacing(const fs::path& target) {
    std::error_code error;
    if (!fs::is_directory(target, error)) {
        return "is not a folder";
    }
    if (!fs::exists(target / kDescription, error) && !fs::is_empty(target, error)) {
        return "is not an ORIGAMI directory";
    }
    return {};
}

ByteSpan bytesOf(const std::string& text) {
    return std::as_bytes(std::span(text));
}

Plane lumaOf(const Rgb32Image& image, BufferPool* pool) {
    YCbCrImage converted(image.width(), image.height(), pool);
    toYCbCr(image.view(), converted.y.view(), converted.cb.view(), converted.cr.view());
    return std::move(converted.y);
}

class DirectoryEncoder {
public:
    DirectoryEncoder(const Slide& source, Pyramid pyramid, const DirectoryOptions& options, const StagedFolder& out,
                     const std::function<void(const EncodeProgress&)>& progress, const StopToken& stop)
        : m_source(source),
          m_pyramid(pyramid),
          m_options(options),
          m_out(out),
          m_progress(progress),
          m_stop(stop),
          m_deepest(deepestLevel(pyramid.levelSize(0))),
          m_coarse(pyramid, m_deepest,
                   [this](TileId id, Rgb32View pixels) { return writeTile(id, encodeColour(pixels)); }),
          m_bytesByLevel(static_cast<std::size_t>(m_deepest) + 1) {}

    Result<EncodeReport> run() {
        if (Result<void> made = makeFolders(); !made) {
            return std::move(made).error();
        }
        const LevelSize grid = m_pyramid.gridSize(kFamilyLevel);
        m_familiesTotal = hasFamilies() ? grid.width * grid.height : 0;
        if (!hasFamilies()) {
            encodeTinySlide();
        } else {
            forEachFamily(m_pyramid, [&](FamilyId id) {
                if (!m_run.hasFailed()) {
                    encodeFamily(id);
                }
            });
        }
        if (!m_run.hasFailed()) {
            writeDescriptions();
        }
        if (m_run.error()) {
            return *m_run.error();
        }
        EncodeReport report;
        report.families = m_familiesTotal;
        report.bytes = m_bytes;
        report.packBytes = m_packBytes;
        report.bytesByLevel.assign(m_bytesByLevel.begin(), m_bytesByLevel.end());
        return report;
    }

private:
    // The level of 1 x 1 pixels, DZI level 0.
    static int deepestLevel(LevelSize level0) noexcept {
        return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(std::max(level0.width, level0.height)) - 1));
    }
    [[nodiscard]] bool hasFamilies() const noexcept { return m_deepest >= kFamilyLevel; }

    Result<void> makeFolders() const {
        for (int level = hasFamilies() ? kFamilyLevel : 0; level <= m_deepest; ++level) {
            if (Result<void> made = m_out.makeFolder(tilesFolder(level)); !made) {
                return made;
            }
        }
        return m_out.makeFolder(kPacksFolder);
    }

    [[nodiscard]] fs::path tilesFolder(int level) const {
        return fs::path(kTilesFolder) / std::to_string(m_deepest - level);
    }

    // A slide of at most 2 x 2 pixels has no level 2: all its levels are plain tiles.
    void encodeTinySlide() {
        const LevelSize size = m_pyramid.levelSize(0);
        Result<Rgb32Image> pixels = renderRegion(
            m_source, {.rect = {0, 0, size.width, size.height}, .level = 0, .mode = ViewMode::Reconstructed}, nullptr,
            m_stop);
        if (!m_run.succeeded(pixels)) {
            return;
        }
        Rgb32Image image = *std::move(pixels);
        for (int level = 0; level <= m_deepest; ++level) {
            if (!writeTile({level, 0, 0}, encodeColour(image.view()))) {
                return;
            }
            image = halved(std::as_const(image).view());
        }
    }

    [[nodiscard]] Result<Bytes> encodeColour(Rgb32View image) const {
        return JpegEncoder::forThisThread().encodeRgb32(image, m_options.level2Quality, ChromaSampling::Full444);
    }

    bool writeTile(TileId id, const Result<Bytes>& stream) {
        if (!m_run.succeeded(stream) ||
            !m_run.succeeded(m_out.writeFile(tilesFolder(id.level) / fmt::format("{}_{}.jpg", id.x, id.y), *stream))) {
            return false;
        }
        count(id.level, *stream);
        m_bytes += static_cast<std::int64_t>(stream->size());
        return true;
    }

    void count(int level, const Bytes& stream) {
        m_bytesByLevel[static_cast<std::size_t>(level)] += static_cast<std::int64_t>(stream.size());
    }

    void encodeFamily(FamilyId id) {
        if (m_stop.stop_requested()) {
            m_run.fail({ErrorCode::Cancelled, "stopped"});
            return;
        }
        const Result<Rgb32Image> level0 =
            renderRegion(m_source, {.rect = m_pyramid.familyRect(id, 0), .level = 0, .mode = ViewMode::Reconstructed},
                         m_pool.get(), m_stop);
        if (!m_run.succeeded(level0)) {
            return;
        }
        const Rgb32Image level1 = halved(level0->view());
        const Rgb32Image level2 = halved(level1.view());

        const TileId top{kFamilyLevel, id.x, id.y};
        const Result<Bytes> seed = encodeColour(level2.view());
        if (!writeTile(top, seed)) {
            return;
        }
        const Result<YCbCrImage> decoded =
            JpegDecoder::forThisThread().decodeYCbCr(*seed, m_pyramid.tileSize(), m_pool.get());
        if (!m_run.succeeded(decoded)) {
            return;
        }

        std::array<Bytes, kFamilyLevel1Tiles> residuals1;
        std::array<Bytes, kFamilyLevel0Tiles> residuals0;
        Plane luma1(level1.width(), level1.height(), m_pool.get());
        up2(decoded->y.view(), luma1.view());
        if (!encodeResiduals(1, lumaOf(level1, m_pool.get()).view(), luma1.view(), m_options.level1Quality,
                             residuals1)) {
            return;
        }
        Plane luma0(level0->width(), level0->height(), m_pool.get());
        up2(std::as_const(luma1).view(), luma0.view());
        if (!encodeResiduals(0, lumaOf(*level0, m_pool.get()).view(), luma0.view(), m_options.level0Quality,
                             residuals0)) {
            return;
        }
        PackBlobs blobs;
        std::ranges::copy(residuals1, blobs.level1.begin());
        std::ranges::copy(residuals0, blobs.level0.begin());
        const Result<Bytes> pack = encodePack(blobs, m_pyramid.tileSize());
        if (!m_run.succeeded(pack) ||
            !m_run.succeeded(m_out.writeFile(fs::path(kPacksFolder) / fmt::format("{}_{}.pack", id.x, id.y), *pack))) {
            return;
        }
        m_packBytes += static_cast<std::int64_t>(pack->size());
        m_bytes += static_cast<std::int64_t>(pack->size());
        m_coarse.handUp(top, level2.view());
        report();
    }

    // Encodes what is left between the original and the prediction, tile by tile, and turns the prediction into what
    // the decoder will make of it.
    bool encodeResiduals(int level, PlaneView original, MutablePlaneView prediction, int quality,
                         std::span<Bytes> streams) {
        const int side = 1 << (kFamilyLevel - level);
        const int tileSize = m_pyramid.tileSize();
        for (int y = 0; y * tileSize < original.height; ++y) {
            for (int x = 0; x * tileSize < original.width; ++x) {
                const int width = std::min(tileSize, original.width - x * tileSize);
                const int height = std::min(tileSize, original.height - y * tileSize);
                const MutablePlaneView predicted = prediction.sub(x * tileSize, y * tileSize, width, height);
                Plane residual(width, height, m_pool.get());
                subtractPrediction(original.sub(x * tileSize, y * tileSize, width, height), predicted, residual.view());
                Result<Bytes> stream = JpegEncoder::forThisThread().encodeGray(std::as_const(residual).view(), quality);
                if (!m_run.succeeded(stream) ||
                    !m_run.succeeded(JpegDecoder::forThisThread().decodeLuma(*stream, residual.view()))) {
                    return false;
                }
                addResidual(std::as_const(residual).view(), predicted);
                count(level, *stream);
                streams[static_cast<std::size_t>(y * side + x)] = *std::move(stream);
            }
        }
        return true;
    }

    void report() {
        const std::lock_guard lock(m_progressMutex);
        ++m_familiesDone;
        if (m_progress) {
            m_progress({.familiesDone = m_familiesDone, .familiesTotal = m_familiesTotal, .bytes = m_bytes});
        }
    }

    void writeDescriptions() {
        const LevelSize size = m_pyramid.levelSize(0);
        const std::string description = fmt::format(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<Image xmlns=\"http://schemas.microsoft.com/deepzoom/2008\" Format=\"jpg\" Overlap=\"0\" "
            "TileSize=\"{}\">\n  <Size Width=\"{}\" Height=\"{}\"/>\n</Image>\n",
            m_pyramid.tileSize(), size.width, size.height);
        const std::string summary = summaryText();
        m_bytes += static_cast<std::int64_t>(description.size() + summary.size());
        if (m_run.succeeded(m_out.writeFile(kDescription, bytesOf(description)))) {
            m_run.succeeded(m_out.writeFile("summary.json", bytesOf(summary)));
        }
    }

    // Named as the published encoder names them where it has them too.
    [[nodiscard]] std::string summaryText() const {
        const SlideInfo& info = m_source.info();
        nlohmann::ordered_json json;
        json["tile_size"] = m_pyramid.tileSize();
        json["source"] = info.path.filename().string();
        if (info.micronsPerPixelX && info.micronsPerPixelY) {
            json["mpp_x"] = *info.micronsPerPixelX;
            json["mpp_y"] = *info.micronsPerPixelY;
        }
        if (info.objectivePower) {
            json["objective_power"] = *info.objectivePower;
        }
        json["baseline_jpeg_q"] = m_options.level2Quality;
        std::int64_t coarse = 0;
        for (std::size_t level = hasFamilies() ? kFamilyLevel : 0; level < m_bytesByLevel.size(); ++level) {
            coarse += m_bytesByLevel[level];
        }
        if (hasFamilies()) {
            json["residual_jpeg_q_L1"] = m_options.level1Quality;
            json["residual_jpeg_q_L0"] = m_options.level0Quality;
            json["dz_levels"] = {{"L0", m_deepest}, {"L1", m_deepest - 1}, {"L2", m_deepest - 2}};
            json["residual_bytes_L1"] = m_bytesByLevel[1].load();
            json["residual_bytes_L0"] = m_bytesByLevel[0].load();
            json["pack_bytes"] = m_packBytes.load();
        }
        json["retained_bytes_L2plus"] = coarse;
        json["proposed_bytes"] = coarse + (hasFamilies() ? m_bytesByLevel[0] + m_bytesByLevel[1] : 0);
        // A file name need not be valid UTF-8.
        return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
    }

    const Slide& m_source;
    const Pyramid m_pyramid;
    const DirectoryOptions& m_options;
    const StagedFolder& m_out;
    const std::function<void(const EncodeProgress&)>& m_progress;
    const StopToken& m_stop;
    const int m_deepest;
    CoarseLevels m_coarse;
    const std::shared_ptr<BufferPool> m_pool = BufferPool::create(kPooledBuffers);

    std::vector<std::atomic<std::int64_t>> m_bytesByLevel;
    std::atomic<std::int64_t> m_bytes{0};
    std::atomic<std::int64_t> m_packBytes{0};
    std::int64_t m_familiesTotal = 0;

    FirstProblem m_run;

    std::mutex m_progressMutex;
    std::int64_t m_familiesDone = 0;
};

}  // namespace

Result<EncodeReport> encodeDirectory(const Slide& source, const fs::path& target, const DirectoryOptions& options,
                                     const std::function<void(const EncodeProgress&)>& progress,
                                     const StopToken& stop) {
    for (const auto& [level, quality] :
         {std::pair{"level 2", options.level2Quality}, std::pair{"level 1", options.level1Quality},
          std::pair{"level 0", options.level0Quality}}) {
        if (Result<void> checked = checkQuality(level, quality); !checked) {
            return std::move(checked).error();
        }
    }
    try {
        const Result<Pyramid> pyramid = Pyramid::create(source.pyramid().levelSize(0));
        if (!pyramid) {
            return pyramid.error().within(source.info().path.string());
        }
        Result<StagedFolder> folder = StagedFolder::create(target, options.overwrite, objectionToReplacing);
        if (!folder) {
            return std::move(folder).error();
        }
        Result<EncodeReport> report = DirectoryEncoder(source, *pyramid, options, *folder, progress, stop).run();
        if (!report) {
            return report;
        }
        if (stop.stop_requested()) {
            return Error{ErrorCode::Cancelled, "stopped"};
        }
        if (Result<void> committed = folder->commit(); !committed) {
            return std::move(committed).error();
        }
        return report;
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, fmt::format("{}: not enough memory to encode", target.string())};
    }
}

}  // namespace origami
