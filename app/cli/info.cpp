#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/cli/slide_arguments.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>

namespace origami::cli {
namespace {

struct InfoArguments {
    SlideArguments slide;
    bool json = false;
};

std::string_view nameOf(TileOrigin origin) {
    switch (origin) {
        case TileOrigin::Family: return "family";
        case TileOrigin::Encoded: return "stored";
        case TileOrigin::Pixels: return "library";
        case TileOrigin::Derived: return "derived";
    }
    return "";
}

std::int64_t familyCount(const Slide& slide) {
    if (slide.originOf(0) != TileOrigin::Family) {
        return 0;
    }
    const LevelSize grid = slide.pyramid().gridSize(kFamilyLevel);
    return grid.width * grid.height;
}

nlohmann::ordered_json orNull(const std::optional<double>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json toJson(const Slide& slide) {
    const SlideInfo& info = slide.info();
    const LevelSize size = info.pyramid.levelSize(0);
    nlohmann::ordered_json json;
    json["path"] = info.path.string();
    json["format"] = name(info.format);
    json["format_detail"] = info.formatDetail;
    json["vendor"] = info.vendor;
    json["width"] = size.width;
    json["height"] = size.height;
    json["tile_size"] = info.pyramid.tileSize();
    json["mpp_x"] = orNull(info.micronsPerPixelX);
    json["mpp_y"] = orNull(info.micronsPerPixelY);
    json["objective_power"] = orNull(info.objectivePower);
    json["levels"] = nlohmann::ordered_json::array();
    for (int level = 0; level < info.pyramid.levelCount(); ++level) {
        const LevelSize levelSize = info.pyramid.levelSize(level);
        const LevelSize grid = info.pyramid.gridSize(level);
        json["levels"].push_back({{"level", level},
                                  {"width", levelSize.width},
                                  {"height", levelSize.height},
                                  {"columns", grid.width},
                                  {"rows", grid.height},
                                  {"origin", nameOf(slide.originOf(level))}});
    }
    json["families"] = familyCount(slide);
    json["residuals"] = nullptr;
    if (info.residuals) {
        json["residuals"] = {{"present", info.residuals->present}, {"missing", info.residuals->missing}};
    }
    json["bytes_by_level"] = info.bytesByLevel;
    json["file_bytes"] = info.fileBytes;
    json["associated_images"] = nlohmann::ordered_json::array();
    for (const AssociatedImage& image : info.associatedImages) {
        json["associated_images"].push_back({{"name", image.name}, {"width", image.width}, {"height", image.height}});
    }
    json["properties"] = nlohmann::ordered_json::object();
    for (const auto& [key, value] : info.properties) {
        json["properties"][key] = value;
    }
    return json;
}

void row(std::string_view label, const std::string& value) {
    print(fmt::format("{:<18}{}", label, onOneLine(value)));
}

void printTable(const Slide& slide) {
    const SlideInfo& info = slide.info();
    const LevelSize size = info.pyramid.levelSize(0);
    row("slide", info.path.string());
    row("format", info.formatDetail.empty() ? std::string(name(info.format))
                                            : fmt::format("{}, {}", name(info.format), info.formatDetail));
    if (!info.vendor.empty()) {
        row("vendor", info.vendor);
    }
    row("size", fmt::format("{} x {} pixels", grouped(size.width), grouped(size.height)));
    row("tile size", fmt::format("{} pixels", info.pyramid.tileSize()));
    row("resolution", info.micronsPerPixelX && info.micronsPerPixelY
                          ? fmt::format("{} x {} microns per pixel", *info.micronsPerPixelX, *info.micronsPerPixelY)
                          : "unknown");
    row("objective", info.objectivePower ? fmt::format("{}x", *info.objectivePower) : "unknown");
    if (const std::int64_t families = familyCount(slide); families > 0) {
        row("families", grouped(families));
    }
    if (info.residuals) {
        row("residuals", fmt::format("{} families with, {} without", grouped(info.residuals->present),
                                     grouped(info.residuals->missing)));
    }
    if (info.fileBytes > 0) {
        row("file", fmt::format("{} bytes", grouped(info.fileBytes)));
    }
    print("");
    print(fmt::format("{:>5}  {:>22}  {:>16}  {:<8}  {:>16}", "level", "pixels", "tiles", "origin", "bytes"));
    for (int level = 0; level < info.pyramid.levelCount(); ++level) {
        const LevelSize levelSize = info.pyramid.levelSize(level);
        const LevelSize grid = info.pyramid.gridSize(level);
        const auto index = static_cast<std::size_t>(level);
        print(fmt::format("{:>5}  {:>22}  {:>16}  {:<8}  {:>16}", level,
                          fmt::format("{} x {}", grouped(levelSize.width), grouped(levelSize.height)),
                          fmt::format("{} x {}", grouped(grid.width), grouped(grid.height)),
                          nameOf(slide.originOf(level)),
                          index < info.bytesByLevel.size() ? grouped(info.bytesByLevel[index]) : "-"));
    }
    if (!info.associatedImages.empty()) {
        print("");
        for (const AssociatedImage& image : info.associatedImages) {
            row(image.name, fmt::format("{} x {} pixels", image.width, image.height));
        }
    }
    if (!info.properties.empty()) {
        print("");
        for (const auto& [key, value] : info.properties) {
            print(onOneLine(fmt::format("{} = {}", key, value)));
        }
    }
}

int run(const InfoArguments& arguments) {
    const Result<std::shared_ptr<const Slide>> slide = arguments.slide.open();
    if (!slide) {
        return fail(slide.error());
    }
    if (arguments.json) {
        printJson(toJson(**slide));
    } else {
        printTable(**slide);
    }
    return kSuccess;
}

}  // namespace

void addInfo(CLI::App& app, Verb& chosen) {
    CLI::App& verb = *app.add_subcommand("info", "What a slide is: format, size, levels, resolution, properties");
    auto arguments = std::make_shared<InfoArguments>();
    arguments->slide.addTo(verb);
    verb.add_flag("--json", arguments->json, "Print one JSON object");
    verb.callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace origami::cli
