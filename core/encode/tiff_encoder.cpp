#include "core/encode/tiff_encoder.h"

#include "core/base/log.h"
#include "core/base/parallel.h"
#include "core/base/version.h"
#include "core/encode/coarse_levels.h"
#include "core/encode/first_problem.h"
#include "core/encode/residual_coder.h"
#include "core/make/tile_maker.h"
#include "core/storage/origami_tiff_writer.h"
#include "core/storage/tiff_pyramid.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace origami {
namespace {

constexpr std::size_t kPooledBuffers = 256;
// Families that the tables are made for: enough for statistics, few enough not to be noticed.
constexpr std::int64_t kSampleFamilies = 14;
// And of their residuals about so many, tens of thousands of blocks.
constexpr int kSampleResiduals = 64;

// Flat, but for means of blocks, which are twice as fine: level 2 is looked at, and the steps between blocks would be
// seen on glass.
QuantisationTable level2Luma(int quality) {
    QuantisationTable table = scaledTable(flatTable(16), quality);
    table[0] = static_cast<std::uint16_t>((table[0] + 1) / 2);
    return table;
}

// The pixels of a family, and which tiles of level 0 are not what the source has.
struct FamilyPixels {
    Rgb32Image level0;
    std::array<bool, kFamilyLevel0Tiles> isUnreadable{};
};

// A family on its way through the sampling.
struct Sampled {
    HalfChromaPlanes level0;
    HalfChromaPlanes level2;
    HalfChromaPlanes prediction;
};

class TiffEncoder {
public:
    TiffEncoder(const Slide& source, const Pyramid& pyramid, const TiffEncodeOptions& options,
                OrigamiTiffWriter& writer, const std::function<void(const EncodeProgress&)>& progress,
                const StopToken& stop)
        : m_source(source),
          m_pyramid(pyramid),
          m_options(options),
          m_writer(writer),
          m_progress(progress),
          m_stop(stop),
          m_coarse(pyramid, coarsestStoredLevel(pyramid),
                   [this](TileId id, Rgb32View pixels) { return writeCoarseTile(id, pixels); }) {
        const LevelSize grid = pyramid.gridSize(kFamilyLevel);
        m_familiesTotal = grid.width * grid.height;
    }

    Result<EncodeReport> run() {
        if (Result<void> made = makeTables(); !made) {
            return std::move(made).error();
        }
        forEachFamily(m_pyramid, [&](FamilyId id) {
            if (!m_run.hasFailed()) {
                encodeFamily(id);
            }
        });
        if (m_run.error()) {
            return *m_run.error();
        }
        if (m_stop.stop_requested()) {
            return Error{ErrorCode::Cancelled, "stopped"};
        }
        return finish();
    }

private:
    // --- reading ---

    Result<FamilyPixels> readPixels(FamilyId id) {
        const LevelRect rect = m_pyramid.familyRect(id, 0);
        FamilyPixels family;
        Result<Rgb32Image> whole = renderRegion(m_source, {.rect = rect}, m_pool.get(), m_stop);
        if (whole) {
            family.level0 = *std::move(whole);
            return family;
        }
        if (!m_options.keepGoing || whole.error().isCancelled()) {
            return std::move(whole).error();
        }
        family.level0 = Rgb32Image(static_cast<int>(rect.width), static_cast<int>(rect.height), m_pool.get());
        for (int i = 0; i < kFamilyLevel0Tiles; ++i) {
            const TileId tile{0, id.x * kFamilyLevel0Side + i % kFamilyLevel0Side,
                              id.y * kFamilyLevel0Side + i / kFamilyLevel0Side};
            if (!m_pyramid.contains(tile)) {
                continue;
            }
            const LevelRect part = m_pyramid.tileRect(tile);
            const MutableRgb32View to =
                family.level0.view().sub(static_cast<int>(part.x - rect.x), static_cast<int>(part.y - rect.y),
                                         static_cast<int>(part.width), static_cast<int>(part.height));
            const Result<Rgb32Image> pixels = renderRegion(m_source, {.rect = part}, m_pool.get(), m_stop);
            if (pixels) {
                copy(pixels->view(), to);
                continue;
            }
            if (pixels.error().isCancelled()) {
                return pixels.error();
            }
            reportUnreadable(pixels.error());
            family.isUnreadable[static_cast<std::size_t>(i)] = true;
            takeFromCoarserLevel(part, to);
        }
        return family;
    }

    // What the finest coarser level that can be read shows of a rectangle of level 0; else the glass.
    void takeFromCoarserLevel(const LevelRect& part, MutableRgb32View to) {
        for (int level = 1; level < m_pyramid.levelCount() && level < m_source.pyramid().levelCount(); ++level) {
            const LevelRect coarse{part.x >> level, part.y >> level,
                                   ((part.right() - 1) >> level) - (part.x >> level) + 1,
                                   ((part.bottom() - 1) >> level) - (part.y >> level) + 1};
            if (m_source.originOf(level) == TileOrigin::Derived) {
                continue;  // it would be made of what cannot be read
            }
            const Result<Rgb32Image> pixels =
                renderRegion(m_source, {.rect = coarse, .level = level}, m_pool.get(), m_stop);
            if (!pixels) {
                continue;
            }
            for (int y = 0; y < to.height; ++y) {
                const std::uint32_t* from = pixels->view().row(static_cast<int>(((part.y + y) >> level) - coarse.y));
                for (int x = 0; x < to.width; ++x) {
                    to.row(y)[x] = from[((part.x + x) >> level) - coarse.x];
                }
            }
            return;
        }
        fill(to, m_source.info().background);
    }

    void reportUnreadable(const Error& error) {
        spdlog::warn("{}", error.message);
        const std::lock_guard lock(m_mutex);
        if (!m_isSampling) {
            ++m_report.unreadableTiles;
            if (m_report.unreadable.size() < EncodeReport::kMaxUnreadable) {
                m_report.unreadable.push_back(error.message);
            }
        }
    }

    // --- tables ---

    [[nodiscard]] static std::array<Trellis, 3> trellis(const std::optional<JpegTileCoder>& coder, double lambda,
                                                        double chromaLambda) {
        if (!coder) {
            return {};
        }
        const Trellis chroma{.lambda = chromaLambda, .costs = &coder->chromaCosts()};
        return {Trellis{.lambda = lambda, .costs = &coder->lumaCosts()}, chroma, chroma};
    }

    CoefficientImage quantiseLevel2(const HalfChromaPlanes& picture) const {
        return quantisePicture(picture, m_level2Luma, m_level2Chroma,
                               trellis(m_level2Coder, m_options.level2Lambda, m_options.level2Lambda));
    }

    // Families spread evenly over the slide: their coefficients say how often each symbol occurs. First as they are
    // rounded, then as they are chosen by the costs that follow from that.
    Result<void> makeTables() {
        const std::int64_t count = std::min(kSampleFamilies, m_familiesTotal);
        const LevelSize grid = m_pyramid.gridSize(kFamilyLevel);
        std::vector<Sampled> sample(static_cast<std::size_t>(count));
        forEachOf(sample, [&](std::size_t i) -> Result<void> {
            const std::int64_t index = (2 * static_cast<std::int64_t>(i) + 1) * m_familiesTotal / (2 * count);
            Result<FamilyPixels> pixels = readPixels(
                {static_cast<std::int32_t>(index % grid.width), static_cast<std::int32_t>(index / grid.width)});
            if (!pixels) {
                return std::move(pixels).error();
            }
            const Rgb32View level0 = std::as_const(pixels->level0).view();
            sample[i].level0 = toHalfChroma(level0, nullptr);
            sample[i].level2 = toLevel2(sample[i].level0, halved(halved(level0).view()).view(), nullptr);
            return {};
        });
        if (!m_run.hasFailed()) {
            double activity = 0;
            for (const Sampled& family : sample) {
                activity += Activity(family.level0[0]).mean() / static_cast<double>(count);
            }
            m_meanActivity = activity;
            makeLevel2Tables(sample);
        }
        if (!m_run.hasFailed()) {
            makeResidualTables(sample);
        }
        m_isSampling = false;
        if (m_run.error()) {
            return *m_run.error();
        }
        return {};
    }

    void makeLevel2Tables(const std::vector<Sampled>& sample) {
        const int rounds = m_options.level2Lambda > 0 ? 2 : 1;
        for (int round = 0; round < rounds && !m_run.hasFailed(); ++round) {
            std::vector<CoefficientImage> tiles(sample.size());
            forEachOf(sample, [&](std::size_t i) -> Result<void> {
                tiles[i] = quantiseLevel2(sample[i].level2);
                return {};
            });
            makeCoder(m_level2Luma, m_level2Chroma, tiles, m_level2Coder);
        }
        if (!m_run.hasFailed()) {
            takeTables(m_level2Coder->tables(), m_level2Tables);
        }
    }
    void makeResidualTables(std::vector<Sampled>& sample) {
        forEachOf(sample, [&](std::size_t i) -> Result<void> {
            Result<HalfChromaPlanes> prediction =
                predict(m_level2Coder->encode(quantiseLevel2(sample[i].level2)), sample[i].level2, sample[i].level0);
            if (!prediction) {
                return std::move(prediction).error();
            }
            sample[i].prediction = *std::move(prediction);
            return {};
        });
        const int rounds = m_options.lambda > 0 || m_options.chromaLambda > 0 ? 2 : 1;
        const int stride = std::max(1, static_cast<int>(sample.size()) * kFamilyLevel0Tiles / kSampleResiduals);
        for (int round = 0; round < rounds && !m_run.hasFailed(); ++round) {
            std::vector<std::vector<CoefficientImage>> tiles(sample.size());
            forEachOf(sample, [&](std::size_t i) -> Result<void> {
                const Activity busy(sample[i].level0[0]);
                // Others in each family, lest a column of them speaks for all.
                int untilNext = static_cast<int>(i) % stride;
                for (int y = 0; y < sample[i].level0.height(); y += kOrigamiTileSide) {
                    for (int x = 0; x < sample[i].level0.width(); x += kOrigamiTileSide) {
                        if (untilNext-- > 0) {
                            continue;
                        }
                        untilNext = stride - 1;
                        CoefficientImage tile = quantiseTile(sample[i].level0, sample[i].prediction, x, y, busy);
                        if (!tile.isZero()) {
                            tiles[i].push_back(std::move(tile));
                        }
                    }
                }
                return {};
            });
            std::vector<CoefficientImage> all;
            for (std::vector<CoefficientImage>& family : tiles) {
                std::ranges::move(family, std::back_inserter(all));
            }
            makeCoder(m_residualLuma, m_residualChroma, all, m_residualCoder);
        }
        if (!m_run.hasFailed()) {
            takeTables(m_residualCoder->tables(), m_residualTables);
        }
    }

    // Runs body(i) for each family of the sample unless something has failed or is to stop; what the bodies were to
    // fill is whole only if nothing has failed afterwards.
    template <class Body>
    void forEachOf(const std::vector<Sampled>& sample, const Body& body) {
        parallelFor(static_cast<int>(sample.size()), [&](int i) {
            if (m_stop.stop_requested()) {
                m_run.fail({ErrorCode::Cancelled, "stopped"});
            }
            if (!m_run.hasFailed()) {
                m_run.succeeded(body(static_cast<std::size_t>(i)));
            }
        });
    }
    void makeCoder(const QuantisationTable& luma, const QuantisationTable& chroma,
                   std::span<const CoefficientImage> tiles, std::optional<JpegTileCoder>& to) {
        if (m_run.hasFailed()) {
            return;
        }
        Result<JpegTileCoder> coder = JpegTileCoder::create(luma, chroma, tiles);
        if (m_run.succeeded(coder)) {
            to = *std::move(coder);
        }
    }
    void takeTables(Result<Bytes> tables, Bytes& to) {
        if (m_run.succeeded(tables)) {
            to = *std::move(tables);
        }
    }

    // --- coding ---

    CoefficientImage quantiseTile(const HalfChromaPlanes& level0, const HalfChromaPlanes& prediction, int x, int y,
                                  const Activity& activity) const {
        return quantiseResidual(level0, prediction, x, y, m_residualLuma, m_residualChroma,
                                trellis(m_residualCoder, m_options.lambda, m_options.chromaLambda),
                                {.activity = &activity, .mean = m_meanActivity, .exponent = m_options.maskingExponent});
    }

    Result<HalfChromaPlanes> predict(const Result<Bytes>& level2Stream, const HalfChromaPlanes& level2,
                                     const HalfChromaPlanes& level0) const {
        if (!level2Stream) {
            return level2Stream.error();
        }
        Bytes whole;
        if (Result<void> joined = appendJpeg(m_level2Tables, *level2Stream, false, whole); !joined) {
            return std::move(joined).error();
        }
        return predictFamily(whole, level2.width(), level2.height(), level0.width(), level0.height(), m_pool.get());
    }

    void encodeFamily(FamilyId id) {
        if (m_stop.stop_requested()) {
            m_run.fail({ErrorCode::Cancelled, "stopped"});
            return;
        }
        const Result<FamilyPixels> pixels = readPixels(id);
        if (!m_run.succeeded(pixels)) {
            return;
        }
        const Rgb32Image level2 = halved(halved(pixels->level0.view()).view());
        const HalfChromaPlanes planes0 = toHalfChroma(pixels->level0.view(), m_pool.get());
        const HalfChromaPlanes planes2 = toLevel2(planes0, level2.view(), m_pool.get());
        const TileId top{kFamilyLevel, id.x, id.y};
        const Result<Bytes> seed = m_level2Coder->encode(quantiseLevel2(planes2));
        const Result<HalfChromaPlanes> prediction = predict(seed, planes2, planes0);
        if (!m_run.succeeded(seed) || !m_run.succeeded(prediction)) {
            return;
        }

        const Activity activity(planes0[0]);
        std::array<Bytes, kFamilyLevel0Tiles> residuals;
        std::vector<OrigamiTiffTile> tiles{{.id = top, .stream = *seed}};
        for (int i = 0; i < kFamilyLevel0Tiles; ++i) {
            const int x = i % kFamilyLevel0Side;
            const int y = i / kFamilyLevel0Side;
            const auto slot = static_cast<std::size_t>(i);
            if (x * kOrigamiTileSide >= planes0.width() || y * kOrigamiTileSide >= planes0.height() ||
                pixels->isUnreadable[slot]) {
                continue;
            }
            const CoefficientImage tile =
                quantiseTile(planes0, *prediction, x * kOrigamiTileSide, y * kOrigamiTileSide, activity);
            if (tile.isZero()) {
                continue;
            }
            Result<Bytes> stream = m_residualCoder->encode(tile);
            if (!m_run.succeeded(stream)) {
                return;
            }
            residuals[slot] = *std::move(stream);
            tiles.push_back(
                {.id = {0, id.x * kFamilyLevel0Side + x, id.y * kFamilyLevel0Side + y}, .stream = residuals[slot]});
        }
        if (!m_run.succeeded(m_writer.append(tiles))) {
            return;
        }
        m_coarse.handUp(top, level2.view());
        reportProgress();
    }

    bool writeCoarseTile(TileId id, Rgb32View pixels) {
        const Result<Bytes> stream = m_level2Coder->encode(quantiseLevel2(toHalfChroma(pixels, m_pool.get())));
        if (!m_run.succeeded(stream)) {
            return false;
        }
        const OrigamiTiffTile tile{.id = id, .stream = *stream};
        return m_run.succeeded(m_writer.append({&tile, 1}));
    }

    void reportProgress() {
        const std::lock_guard lock(m_progressMutex);
        ++m_familiesDone;
        if (m_progress) {
            m_progress(
                {.familiesDone = m_familiesDone, .familiesTotal = m_familiesTotal, .bytes = m_writer.bytesWritten()});
        }
    }

    // --- the end ---

    Result<EncodeReport> finish() {
        OrigamiTiffDescription description{.json = descriptionText(),
                                           .residualTables = m_residualTables,
                                           .pyramidTables = m_level2Tables,
                                           .micronsPerPixelX = m_source.info().micronsPerPixelX,
                                           .micronsPerPixelY = m_source.info().micronsPerPixelY,
                                           .iccProfile = {},
                                           .software = fmt::format("Origami Viewer {}", version()),
                                           .associatedImages = {}};
        if (Result<Bytes> profile = m_source.readIccProfile()) {
            description.iccProfile = *std::move(profile);
        }
        // What goes with the slide but is not the slide: missing, it is not missed enough to fail.
        std::vector<Rgb32Image> images;
        images.reserve(m_source.info().associatedImages.size());
        for (const AssociatedImage& image : m_source.info().associatedImages) {
            Result<Rgb32Image> pixels = m_source.readAssociatedImage(image.name);
            if (!pixels) {
                spdlog::warn("{}: the {} is left out: {}", m_source.info().path.string(), image.name,
                             pixels.error().message);
                continue;
            }
            images.push_back(*std::move(pixels));
            description.associatedImages.push_back({.name = image.name, .pixels = std::as_const(images.back()).view()});
        }
        const Result<OrigamiTiffSize> size = m_writer.finish(description);
        if (!size) {
            return size.error();
        }
        m_report.families = m_familiesTotal;
        m_report.bytes = size->fileBytes;
        m_report.bytesByLevel = size->bytesByLevel;
        return m_report;
    }

    [[nodiscard]] std::string descriptionText() const {
        const SlideInfo& info = m_source.info();
        nlohmann::ordered_json json;
        json["format"] = "ORIGAMI";
        json["version"] = 5;
        json["encoder"] = {{"l2_quality", m_options.level2Quality},
                           {"l2_chroma_quality", m_options.level2ChromaQuality},
                           {"luma_quality", m_options.lumaQuality},
                           {"chroma_quality", m_options.chromaQuality},
                           {"lambda", m_options.lambda},
                           {"chroma_lambda", m_options.chromaLambda},
                           {"l2_lambda", m_options.level2Lambda},
                           {"masking_exponent", m_options.maskingExponent}};
        nlohmann::ordered_json& source = json["source"];
        source["name"] = info.path.filename().string();
        source["bytes"] = info.fileBytes;
        if (!info.vendor.empty()) {
            source["vendor"] = info.vendor;
        }
        const auto add = [&source](const char* key, const std::optional<double>& value) {
            if (value) {
                source[key] = *value;
            }
        };
        add("mpp_x", info.micronsPerPixelX);
        add("mpp_y", info.micronsPerPixelY);
        add("objective_power", info.objectivePower);
        source["properties"] = info.properties;
        // Names and properties need not be valid UTF-8.
        return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    }

    const Slide& m_source;
    const Pyramid m_pyramid;
    const TiffEncodeOptions& m_options;
    OrigamiTiffWriter& m_writer;
    const std::function<void(const EncodeProgress&)>& m_progress;
    const StopToken& m_stop;
    CoarseLevels m_coarse;
    const std::shared_ptr<BufferPool> m_pool = BufferPool::create(kPooledBuffers);

    const QuantisationTable m_chroma = geometricMean(flatTable(17), annexKChroma());
    const QuantisationTable m_level2Luma = level2Luma(m_options.level2Quality);
    const QuantisationTable m_level2Chroma = scaledTable(m_chroma, m_options.level2ChromaQuality);
    const QuantisationTable m_residualLuma = scaledTable(flatTable(16), m_options.lumaQuality);
    const QuantisationTable m_residualChroma = scaledTable(m_chroma, m_options.chromaQuality);
    std::optional<JpegTileCoder> m_level2Coder;
    std::optional<JpegTileCoder> m_residualCoder;
    Bytes m_level2Tables;
    Bytes m_residualTables;
    double m_meanActivity = 1;
    bool m_isSampling = true;

    std::mutex m_mutex;
    FirstProblem m_run;
    EncodeReport m_report;

    std::int64_t m_familiesTotal = 0;
    std::mutex m_progressMutex;
    std::int64_t m_familiesDone = 0;
};

Result<void> checkOptions(const TiffEncodeOptions& options) {
    for (const auto& [what, quality] :
         {std::pair{"level 2", options.level2Quality}, std::pair{"level 2 chroma", options.level2ChromaQuality},
          std::pair{"luma", options.lumaQuality}, std::pair{"chroma", options.chromaQuality}}) {
        if (Result<void> checked = checkQuality(what, quality); !checked) {
            return checked;
        }
    }
    return {};
}

}  // namespace

std::optional<TiffEncodeOptions> tiffPreset(std::string_view name) {
    TiffEncodeOptions options;
    const auto with = [&](int luma) {
        options.lumaQuality = luma;
        options.chromaQuality = luma + 8;
        return options;
    };
    if (name == "small") {
        return with(30);
    }
    if (name == "default") {
        return with(45);
    }
    if (name == "high") {
        return with(60);
    }
    return std::nullopt;
}

Result<EncodeReport> encodeTiff(const Slide& source, const std::filesystem::path& target,
                                const TiffEncodeOptions& options,
                                const std::function<void(const EncodeProgress&)>& progress, const StopToken& stop) {
    if (Result<void> checked = checkOptions(options); !checked) {
        return std::move(checked).error();
    }
    try {
        const Result<Pyramid> pyramid = Pyramid::create(source.pyramid().levelSize(0), kOrigamiTileSide);
        if (!pyramid) {
            return pyramid.error().within(source.info().path.string());
        }
        Result<std::unique_ptr<OrigamiTiffWriter>> writer =
            OrigamiTiffWriter::create(target, *pyramid, options.overwrite);
        if (!writer) {
            return std::move(writer).error();
        }
        return TiffEncoder(source, *pyramid, options, **writer, progress, stop).run();
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::OutOfMemory, fmt::format("{}: not enough memory to encode", target.string())};
    }
}

}  // namespace origami
