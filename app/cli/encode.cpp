#include "app/cli/commands.h"
#include "app/cli/encode_arguments.h"
#include "app/cli/output.h"
#include "app/cli/slide_arguments.h"

#include <memory>

namespace origami::cli {
namespace {

struct EncodeVerbArguments {
    SlideArguments source;
    EncodeArguments encode;
};

int run(const EncodeVerbArguments& arguments) {
    const Result<std::shared_ptr<const Slide>> source = arguments.source.open();
    if (!source) {
        return fail(source.error());
    }
    return arguments.encode.run(**source);
}

}  // namespace

void addEncode(CLI::App& app, Verb& chosen) {
    CLI::App& verb = *app.add_subcommand("encode", "Writes a slide as an ORIGAMI TIFF or directory");
    auto arguments = std::make_shared<EncodeVerbArguments>();
    arguments->source.addTo(verb, "SOURCE");
    arguments->encode.addTo(verb);
    verb.callback([arguments, &chosen] { chosen = [arguments] { return run(*arguments); }; });
}

}  // namespace origami::cli
