#include "core/make/view_modes.h"

#include "core/codec/jpeg_decoder.h"
#include "core/make/color_scale.h"
#include "core/quality/color_difference.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace origami {
namespace {

constexpr int kSteps = 256;

// Differences -255..255 of two samples.
using SampleTable = std::array<std::uint32_t, 511>;

SampleTable divergingTable(int range) {
    SampleTable table{};
    for (int i = 0; i < static_cast<int>(table.size()); ++i) {
        table[static_cast<std::size_t>(i)] = divergingColor(static_cast<double>(i - 255) / range);
    }
    return table;
}

std::array<std::uint32_t, kSteps> sequentialTable() {
    std::array<std::uint32_t, kSteps> table{};
    for (int i = 0; i < kSteps; ++i) {
        table[static_cast<std::size_t>(i)] = sequentialColor(static_cast<double>(i) / (kSteps - 1));
    }
    return table;
}

// JFIF luma, rounded.
int lumaOf(std::uint32_t pixel) noexcept {
    constexpr int kHalf = 500;
    return (299 * red(pixel) + 587 * green(pixel) + 114 * blue(pixel) + kHalf) / 1000;
}

}  // namespace

ViewMode rebuiltMode(ViewMode mode) noexcept {
    switch (mode) {
        case ViewMode::Prediction: return ViewMode::Prediction;
        case ViewMode::Residual:
        case ViewMode::ResidualColor: return ViewMode::Residual;
        case ViewMode::Reconstructed:
        case ViewMode::DifferenceAbsolute:
        case ViewMode::DifferenceSigned:
        case ViewMode::DifferenceColor: break;
    }
    return ViewMode::Reconstructed;
}

std::optional<std::uint32_t> nothingColor(ViewMode mode) noexcept {
    switch (mode) {
        case ViewMode::Reconstructed:
        case ViewMode::Prediction: return std::nullopt;
        case ViewMode::Residual: return rgb32(128, 128, 128);
        case ViewMode::ResidualColor:
        case ViewMode::DifferenceSigned: return divergingColor(0);
        case ViewMode::DifferenceAbsolute:
        case ViewMode::DifferenceColor: return sequentialColor(0);
    }
    return std::nullopt;
}

void applyMode(ViewMode mode, const Pyramid& pyramid, const FamilyStreams& streams, FamilyTile& tile) {
    if (mode == rebuiltMode(mode) || tile.pixels.isEmpty()) {
        return;
    }
    if (mode == ViewMode::ResidualColor) {
        colorResidual(tile.pixels.view());
        return;
    }
    if (tile.id.level >= kFamilyLevel) {
        fill(tile.pixels.view(), *nothingColor(mode));
        return;
    }
    Result<Rgb32Image> baseline = decodeBaseline(pyramid, streams, tile.id);
    if (!baseline) {
        tile.kind = TileKind::Failed;
        tile.pixels = {};
        tile.problem = std::move(baseline).error();
        return;
    }
    showDifference(mode, std::as_const(*baseline).view(), tile.pixels.view());
}

Result<Rgb32Image> decodeBaseline(const Pyramid& pyramid, const FamilyStreams& streams, TileId id) {
    const int side = 1 << (kFamilyLevel - id.level);
    const auto index = static_cast<std::size_t>((id.y % side) * side + id.x % side);
    const StreamSlot& slot = id.level == 0 ? streams.level0Baseline[index] : streams.level1Baseline[index];
    const std::string name = fmt::format("{}: level {} baseline tile {}_{}", streams.source, id.level, id.x, id.y);
    if (slot.problem) {
        return *slot.problem;
    }
    if (slot.isAbsent()) {
        return Error{ErrorCode::NotFound, name + " is missing"};
    }
    Result<Rgb32Image> decoded = JpegDecoder::forThisThread().decodeRgb32(slot.bytes, pyramid.tileSize());
    if (!decoded) {
        return std::move(decoded).error().within(name);
    }
    const LevelRect rect = pyramid.tileRect(id);
    if (decoded->width() != rect.width || decoded->height() != rect.height) {
        return Error{ErrorCode::Corrupt, fmt::format("{}: {} x {} pixels instead of {} x {}", name, decoded->width(),
                                                     decoded->height(), rect.width, rect.height)};
    }
    return decoded;
}

void colorResidual(MutableRgb32View gray) noexcept {
    static const SampleTable kColors = divergingTable(kResidualRange);
    for (int y = 0; y < gray.height; ++y) {
        std::uint32_t* const row = gray.row(y);
        for (int x = 0; x < gray.width; ++x) {
            row[x] = kColors[static_cast<std::size_t>(green(row[x]) - 128 + 255)];
        }
    }
}

void showDifference(ViewMode mode, Rgb32View baseline, MutableRgb32View pixels) noexcept {
    static const SampleTable kSigned = divergingTable(kDifferenceRange);
    static const std::array<std::uint32_t, kSteps> kSequential = sequentialTable();
    const auto onScale = [](double value, double range) {
        return kSequential[static_cast<std::size_t>(std::lround(std::min(value / range, 1.0) * (kSteps - 1)))];
    };
    for (int y = 0; y < pixels.height; ++y) {
        std::uint32_t* const row = pixels.row(y);
        const std::uint32_t* const from = baseline.row(y);
        for (int x = 0; x < pixels.width; ++x) {
            const std::uint32_t a = row[x];
            const std::uint32_t b = from[x];
            if (mode == ViewMode::DifferenceSigned) {
                row[x] = kSigned[static_cast<std::size_t>(lumaOf(a) - lumaOf(b) + 255)];
            } else if (mode == ViewMode::DifferenceColor) {
                row[x] = onScale(a == b ? 0.0 : ciede2000(toLab(a), toLab(b)), kColorDifferenceRange);
            } else {
                const int largest =
                    std::max({std::abs(red(a) - red(b)), std::abs(green(a) - green(b)), std::abs(blue(a) - blue(b))});
                row[x] = onScale(largest, kDifferenceRange);
            }
        }
    }
}

}  // namespace origami
