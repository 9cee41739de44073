#include "app/cli/slide_arguments.h"

namespace origami::cli {

CLI::Option* SlideArguments::addPathTo(CLI::App& verb, const char* name) {
    return verb.add_option(name, path, "A slide file, an ORIGAMI directory, a .dzi or a plain image")->required();
}

void SlideArguments::addTo(CLI::App& verb, const char* name) {
    addPathTo(verb, name);
    verb.add_option("--residual-pack-dir", options.residualPackDir,
                    "Folder with the packs of an ORIGAMI directory, if not its own residual_packs");
    verb.add_option("--residuals-dir", options.residualsDir,
                    "Folder with the loose residuals of an ORIGAMI directory, if not its own");
}

}  // namespace origami::cli
