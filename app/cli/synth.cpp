#include "app/cli/commands.h"
#include "app/cli/encode_arguments.h"
#include "app/cli/output.h"
#include "core/encode/synthetic_slide.h"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace origami::cli {
namespace {

struct SynthArguments {
    std::string size = "20000x16000";
    std::uint64_t seed = 1;
    EncodeArguments encode;
};

// "WxH".
std::optional<LevelSize> parseSize(std::string_view text) {
    LevelSize size;
    const char* const end = text.data() + text.size();
    const auto [afterWidth, widthError] = std::from_chars(text.data(), end, size.width);
    if (widthError != std::errc{} || afterWidth == end || *afterWidth != 'x') {
        return std::nullopt;
    }
    const auto [afterHeight, heightError] = std::from_chars(afterWidth + 1, end, size.height);
    if (heightError != std::errc{} || afterHeight != end || size.isEmpty()) {
        return std::nullopt;
    }
    return size;
}

int run(const SynthArguments& arguments) {
    const std::optional<LevelSize> size = parseSize(arguments.size);
    if (!size) {
        return usageError(fmt::format("--size {}: a size is written like 20000x16000", arguments.size));
    }
    const auto slide = SyntheticSlide::create({.size = *size, .seed = arguments.seed});
    if (!slide) {
        return usageError(slide.error().message);
    }
    return arguments.encode.run(**slide);
}

}  // namespace

void addSynth(CLI::App& app, Verb& chosen) {
    CLI::App& verb = *app.add_subcommand("synth", "Writes a procedural slide that looks like H&E, any size");
    auto arguments = std::make_shared<SynthArguments>();
    arguments->encode.addTo(verb);
    verb.add_option("--size", arguments->size, "Width x height in pixels")->capture_default_str();
    verb.add_option("--seed", arguments->seed, "The same seed gives the same pixels")->capture_default_str();
    verb.callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace origami::cli
