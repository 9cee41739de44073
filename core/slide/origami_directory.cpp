#include "core/slide/origami_directory.h"

#include "core/slide/background.h"
#include "core/slide/deep_zoom.h"
#include "core/slide/file_slide.h"
#include "core/slide/json_scalars.h"
#include "core/slide/properties.h"
#include "core/slide/residual_source.h"
#include "core/storage/file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <system_error>
#include <utility>

namespace origami {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMaxSummaryBytes = std::int64_t{4} << 20;
constexpr std::int64_t kMaxFamiliesMeasured = 256;
constexpr std::int64_t kMaxSlideSideWithoutFamilies = 2;  // for these Deep Zoom has no level 2

class OrigamiDirectory final : public FileSlide {
public:
    OrigamiDirectory(SlideInfo info, std::vector<StampedFile> files, DeepZoomTiles tiles,
                     std::unique_ptr<const ResidualSource> residuals)
        : FileSlide(std::move(info), std::move(files)), m_tiles(std::move(tiles)), m_residuals(std::move(residuals)) {
        const int top = m_info.pyramid.levelCount() - 1;
        if (m_tiles.hasLevel(top)) {
            if (const Result<EncodedTile> tile = m_tiles.read({top, 0, 0})) {
                m_info.background = backgroundOf(*tile).value_or(m_info.background);
            }
        }
    }

    [[nodiscard]] TileOrigin originOf(int level) const noexcept override {
        if (level < kFamilyLevel && hasFamilies()) {
            return TileOrigin::Family;
        }
        return m_tiles.hasLevel(level) ? TileOrigin::Encoded : TileOrigin::Derived;
    }

    Result<EncodedTile> loadTile(TileId id) const override { return m_tiles.read(id); }

    Result<FamilyStreams> loadFamily(FamilyId id) const override {
        FamilyStreams streams;
        streams.id = id;
        const fs::path seedPath = m_tiles.tilePath({kFamilyLevel, id.x, id.y});
        const ExpectedFile seedFile(seedPath, kMaxTileFileBytes);
        if (m_residuals) {
            m_residuals->read(pyramid(), streams);
        }
        if (!streams.level2.isPresent()) {
            Result<Bytes> seed = seedFile.read();
            if (!seed) {
                return std::move(seed).error();
            }
            if (seed->empty()) {
                return Error{ErrorCode::Truncated, seedPath.string() + " is empty"};
            }
            own(streams, streams.level2, *std::move(seed));
        }
        if (streams.scheme != ResidualScheme::Fused || !streams.fused.isPresent()) {
            readBaselines(streams, 1, streams.level1, streams.level1Baseline);
            readBaselines(streams, 0, streams.level0, streams.level0Baseline);
        }
        return streams;
    }

    void readBaselines(FamilyStreams& streams) const override {
        readBaselines(streams, 1, streams.level1Baseline, streams.level1Baseline);
        readBaselines(streams, 0, streams.level0Baseline, streams.level0Baseline);
    }

private:
    [[nodiscard]] bool hasFamilies() const noexcept { return m_info.residuals.has_value(); }

    static void own(FamilyStreams& streams, StreamSlot& slot, Bytes bytes) {
        streams.bytesRead += static_cast<std::int64_t>(bytes.size());
        streams.owners.push_back(std::make_shared<const Bytes>(std::move(bytes)));
        slot.bytes = *streams.owners.back();
    }

    // Reads the baseline tiles of one level, except where `others` have something.
    void readBaselines(FamilyStreams& streams, int level, std::span<const StreamSlot> others,
                       std::span<StreamSlot> baselines) const {
        if (!m_tiles.hasLevel(level)) {
            return;
        }
        std::vector<fs::path> paths;
        std::vector<StreamSlot*> slots;
        forEachFamilyTile(pyramid(), streams.id, level, [&](std::size_t slot, TileId tile) {
            if (!others[slot].isPresent()) {
                paths.push_back(m_tiles.tilePath(tile));
                slots.push_back(&baselines[slot]);
            }
        });
        readFiles(paths, kMaxTileFileBytes, [&](std::size_t i, Result<Bytes> baseline) {
            if (baseline) {
                own(streams, *slots[i], *std::move(baseline));
            } else if (baseline.error().code != ErrorCode::NotFound) {
                slots[i]->problem = std::move(baseline).error();
            }
        });
    }

    DeepZoomTiles m_tiles;
    std::unique_ptr<const ResidualSource> m_residuals;  // null: there are none
};

// The encoder's notes about the source, which are optional. Scale goes into `properties` under OpenSlide's names. An
// error only if the file is there and cannot be read.
Result<void> takeSummary(const fs::path& path, SlideInfo& info) {
    const Result<Bytes> file = readFile(path, kMaxSummaryBytes);
    if (!file && file.error().mayPass()) {
        return file.error();
    }
    if (!file) {
        return {};
    }
    const auto summary = jsonScalars({reinterpret_cast<const char*>(file->data()), file->size()});
    if (!summary) {
        return {};
    }
    for (const JsonScalar& scalar : *summary) {
        if (scalar.path.size() == 1) {
            info.properties.emplace("origami." + scalar.path[0], scalar.text);
        }
    }
    const auto take = [&](std::initializer_list<const char*> names, const char* property) {
        for (const char* const name : names) {
            if (const JsonScalar* const found = find(*summary, {name}); found != nullptr && found->isNumber) {
                info.properties.emplace(property, found->text);
                return;
            }
        }
    };
    take({"mpp_x", "mpp"}, "openslide.mpp-x");
    take({"mpp_y", "mpp"}, "openslide.mpp-y");
    take({"objective_power"}, "openslide.objective-power");
    return {};
}

// Adds the residuals to the bytes of levels 0 and 1. Slides of few families are measured; otherwise the encoder's notes
// count.
void addResidualBytes(const ResidualSource& residuals, SlideInfo& info) {
    if (info.bytesByLevel.empty()) {
        return;
    }
    std::array<std::int64_t, kFamilyLevel> bytes{};
    const LevelSize grid = info.pyramid.gridSize(kFamilyLevel);
    if (grid.width * grid.height <= kMaxFamiliesMeasured) {
        const auto sizeOf = [](std::span<const StreamSlot> slots) {
            return std::accumulate(slots.begin(), slots.end(), std::int64_t{0},
                                   [](std::int64_t sum, const StreamSlot& slot) {
                                       return sum + static_cast<std::int64_t>(slot.bytes.size());
                                   });
        };
        for (std::int32_t y = 0; y < grid.height; ++y) {
            for (std::int32_t x = 0; x < grid.width; ++x) {
                FamilyStreams streams;
                streams.id = {x, y};
                residuals.read(info.pyramid, streams);
                bytes[0] += sizeOf(streams.level0) + static_cast<std::int64_t>(streams.fused.bytes.size());
                bytes[1] += sizeOf(streams.level1);
            }
        }
    } else {
        for (const std::size_t level : {0U, 1U}) {
            const auto noted = info.properties.find(fmt::format("origami.residual_bytes_L{}", level));
            if (noted == info.properties.end()) {
                info.bytesByLevel.clear();
                return;
            }
            bytes[level] = static_cast<std::int64_t>(positiveNumber(noted->second).value_or(0));
        }
    }
    for (std::size_t level = 0; level < std::min(bytes.size(), info.bytesByLevel.size()); ++level) {
        info.bytesByLevel[level] += bytes[level];
    }
}

}  // namespace

Result<bool> isOrigamiDirectory(const fs::path& folder) {
    const fs::path description = folder / kOrigamiDescription;
    std::error_code error;
    const fs::file_status status = fs::status(description, error);
    if (status.type() == fs::file_type::none) {
        return fileError("open", description, error.value());
    }
    return fs::is_regular_file(status);
}

Result<bool> hasResiduals(const fs::path& folder) {
    bool isFound = false;
    Result<void> listed = forEachName(folder, [&isFound](const std::string& name) {
        isFound = name.starts_with("residual");
        return !isFound;
    });
    return listed ? Result<bool>(isFound) : std::move(listed).error();
}

Result<std::shared_ptr<const Slide>> openOrigamiDirectory(const fs::path& folder, const OpenOptions& options) {
    Result<DeepZoomTiles> tiles = DeepZoomTiles::open(folder / kOrigamiDescription);
    if (!tiles) {
        return std::move(tiles).error();
    }
    const DeepZoomDescription& description = tiles->description();
    if (description.overlap != 0 || description.codec != ImageCodec::Jpeg) {
        return Error{ErrorCode::Unsupported,
                     fmt::format("{}: the tiles of an ORIGAMI directory are JPEG without overlap",
                                 (folder / kOrigamiDescription).string())};
    }
    const Pyramid& pyramid = tiles->pyramid();
    // "slides/demo_out/" names the same slide as "slides/demo_out".
    const fs::path named = folder.has_filename() ? folder : folder.parent_path();
    SlideInfo info{.path = folder,
                   .id = fs::absolute(named).lexically_normal().filename().string(),
                   .format = SlideFormat::OrigamiDirectory,
                   .formatDetail = "no residuals",
                   .pyramid = pyramid,
                   .bytesByLevel = tiles->bytesByLevel()};
    std::vector<StampedFile> files{tiles->descriptionFile()};
    const fs::path summary = folder / "summary.json";
    if (const Result<FileStamp> stamp = fileStamp(summary)) {
        files.push_back({summary, *stamp});
    }
    if (Result<void> taken = takeSummary(summary, info); !taken) {
        return std::move(taken).error();
    }
    takeScale(info);

    std::unique_ptr<const ResidualSource> residuals;
    const LevelSize size = pyramid.levelSize(0);
    if (std::max(size.width, size.height) > kMaxSlideSideWithoutFamilies) {
        Result<std::unique_ptr<const ResidualSource>> found = findResiduals(folder, pyramid, options);
        if (!found) {
            return std::move(found).error();
        }
        residuals = std::move(*found);
        const LevelSize grid = pyramid.gridSize(kFamilyLevel);
        const std::int64_t families = grid.width * grid.height;
        const std::int64_t present = residuals ? std::min(residuals->familyCount(), families) : 0;
        info.hasBaseline = tiles->hasLevel(0) && tiles->hasLevel(1);
        info.residuals = ResidualCount{.present = present, .missing = families - present};
        if (residuals) {
            info.formatDetail = residuals->name();
            if (std::optional<StampedFile> held = residuals->heldFile()) {
                files.push_back(*std::move(held));
            }
            addResidualBytes(*residuals, info);
        }
    } else if (!tiles->hasLevel(0)) {
        return Error{ErrorCode::NotFound, fmt::format("{}: the full-resolution tile is missing", folder.string())};
    }
    info.fileBytes = std::accumulate(info.bytesByLevel.begin(), info.bytesByLevel.end(), std::int64_t{0});
    return std::make_shared<const OrigamiDirectory>(std::move(info), std::move(files), std::move(*tiles),
                                                    std::move(residuals));
}

}  // namespace origami
