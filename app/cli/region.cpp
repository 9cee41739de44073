#include "app/cli/commands.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/slide_arguments.h"
#include "core/codec/png.h"
#include "core/make/tile_maker.h"
#include "core/make/view_modes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace origami::cli {
namespace {

struct RegionArguments {
    SlideArguments slide;
    std::filesystem::path output;
    std::int64_t x = 0;
    std::int64_t y = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
    int level = 0;
    std::string view = "reconstructed";
};

const std::map<std::string, ViewMode> kViews{{"reconstructed", ViewMode::Reconstructed},
                                             {"prediction", ViewMode::Prediction},
                                             {"residual", ViewMode::Residual},
                                             {"residual-color", ViewMode::ResidualColor},
                                             {"difference", ViewMode::DifferenceAbsolute},
                                             {"difference-signed", ViewMode::DifferenceSigned},
                                             {"difference-ciede2000", ViewMode::DifferenceColor}};

// Far beyond any slide, far from overflow.
constexpr std::int64_t kMaxCoordinate = std::int64_t{1} << 40;

std::int64_t floorShift(std::int64_t value, int bits) {
    return value >> bits;  // C++20: towards minus infinity
}

int run(const RegionArguments& arguments) {
    std::string extension = arguments.output.extension().string();
    std::ranges::transform(extension, extension.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
    if (extension != ".png") {
        return usageError(
            fmt::format("{}: regions are written as PNG, so the name must end in .png", arguments.output.string()));
    }
    for (const auto& [option, value] : {std::pair{"--x", arguments.x}, std::pair{"--y", arguments.y}}) {
        if (value < -kMaxCoordinate || value > kMaxCoordinate) {
            return usageError(fmt::format("{} {} is outside any slide", option, value));
        }
    }
    for (const auto& [option, value] :
         {std::pair{"--width", arguments.width}, std::pair{"--height", arguments.height}}) {
        if (value < 1 || value > kMaxCoordinate) {
            return usageError(fmt::format("{} {} is not a size in pixels", option, value));
        }
    }
    if (arguments.level < 0) {
        return usageError(fmt::format("--level {}: levels count from 0", arguments.level));
    }
    const Result<std::shared_ptr<const Slide>> opened = arguments.slide.open();
    if (!opened) {
        return fail(opened.error());
    }
    const Slide& slide = **opened;
    const Pyramid& pyramid = slide.pyramid();
    const ViewMode mode = kViews.at(arguments.view);
    if (isDifference(mode) && !slide.info().hasBaseline) {
        return fail({ErrorCode::NotFound, fmt::format("{}: the slide ships no baseline tiles to show a difference to",
                                                      arguments.slide.path.string())});
    }
    if (arguments.level < pyramid.levelCount()) {
        const LevelSize size = pyramid.levelSize(arguments.level);
        const LevelRect rect{floorShift(arguments.x, arguments.level), floorShift(arguments.y, arguments.level),
                             arguments.width, arguments.height};
        if (!rect.intersects({0, 0, size.width, size.height})) {
            const LevelSize full = pyramid.levelSize(0);
            return fail(
                {ErrorCode::InvalidArgument,
                 fmt::format("{}: the region at {}, {} lies outside the slide of {} x {} pixels",
                             arguments.slide.path.string(), arguments.x, arguments.y, full.width, full.height)});
        }
    }
    // A level that does not exist, or too many pixels, is for renderRegion to refuse.
    const int shift = std::min(arguments.level, pyramid.levelCount());
    const Result<Rgb32Image> image = renderRegion(
        slide,
        {.rect = {floorShift(arguments.x, shift), floorShift(arguments.y, shift), arguments.width, arguments.height},
         .level = arguments.level,
         .mode = mode},
        nullptr, interruptToken());
    if (!image) {
        return fail(image.error());
    }
    if (const Result<void> written = writePng(arguments.output, image->view(), interruptToken()); !written) {
        return fail(written.error());
    }
    return kSuccess;
}

}  // namespace

void addRegion(CLI::App& app, Verb& chosen) {
    CLI::App& verb = *app.add_subcommand("region", "Writes a rectangle of one level as a PNG file");
    auto arguments = std::make_shared<RegionArguments>();
    arguments->slide.addTo(verb);
    verb.add_option("OUT", arguments->output, "The PNG file; replaced only when the new one is complete")->required();
    verb.add_option("--x", arguments->x, "Left edge, in level 0 pixels")->required();
    verb.add_option("--y", arguments->y, "Top edge, in level 0 pixels")->required();
    verb.add_option("--width", arguments->width, "Width, in pixels of the level")->required();
    verb.add_option("--height", arguments->height, "Height, in pixels of the level")->required();
    verb.add_option("--level", arguments->level, "Level, 0 is full resolution")->capture_default_str();
    verb.add_option("--view", arguments->view,
                    "reconstructed, prediction, residual or residual-color; or, where the slide ships baseline tiles, "
                    "how it differs from them: difference, difference-signed or difference-ciede2000")
        ->check(CLI::IsMember(&kViews))
        ->capture_default_str();
    verb.callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace origami::cli
