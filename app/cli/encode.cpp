#include "app/cli/commands.h"
#include "app/cli/encode_arguments.h"
#include "app/cli/output.h"
#include "app/cli/slide_arguments.h"

#include <memory>
#include <string>

namespace origami::cli {
namespace {

struct EncodeVerbArguments {
    SlideArguments source;
    std::string format = "directory";
    EncodeArguments encode;
};

int run(const EncodeVerbArguments& arguments) {
    if (arguments.format != "directory") {
        return usageError("--format tiff is not available in this version, only --format directory is");
    }
    const std::string extension = arguments.encode.output.extension().string();
    if (extension == ".tif" || extension == ".tiff") {
        return usageError(arguments.encode.output.string() +
                          ": this version writes ORIGAMI directories only, not TIFF files");
    }
    const Result<std::shared_ptr<const Slide>> source = arguments.source.open();
    if (!source) {
        return fail(source.error());
    }
    return arguments.encode.run(**source);
}

}  // namespace

void addEncode(CLI::App& app, Verb& chosen) {
    CLI::App& verb = *app.add_subcommand("encode", "Writes a slide as an ORIGAMI directory");
    auto arguments = std::make_shared<EncodeVerbArguments>();
    arguments->source.addTo(verb, "SOURCE");
    arguments->encode.addTo(verb);
    verb.add_option("--format", arguments->format, "directory (version 1 packs), the only one in this version")
        ->check(CLI::IsMember({"directory", "tiff"}))
        ->capture_default_str();
    verb.callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace origami::cli
