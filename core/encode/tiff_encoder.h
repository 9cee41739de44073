// Encodes any slide as an ORIGAMI TIFF (formats.md, section 4).
#pragma once

#include "core/base/result.h"
#include "core/base/stop_token.h"
#include "core/encode/encode_report.h"
#include "core/slide/slide.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

namespace origami {

// Qualities are libjpeg's, 1..100, of flat tables of 16 for luma (with a DC step half as large on level 2) and of the
// geometric mean of flat 17 and Annex K for chroma. Lambdas are squared steps for a bit; 0 rounds to the nearest step.
struct TiffEncodeOptions {
    int level2Quality = 48;        // luma of level 2 and coarser
    int level2ChromaQuality = 78;  // and their chroma
    int lumaQuality = 45;          // of the residual
    int chromaQuality = 53;
    double lambda = 0.09;        // of the residual's luma
    double chromaLambda = 0.06;  // and of its chroma
    double level2Lambda = 0.07;
    double maskingExponent = 0.12;
    bool overwrite = false;  // replace a file that is already there, once the new one is complete
    // Where a tile of the source cannot be read, encode what coarser levels show there and report it.
    bool keepGoing = false;
};

// The options of a preset, "small", "default" or "high"; nothing for other names.
std::optional<TiffEncodeOptions> tiffPreset(std::string_view name);

// Encodes `source` into the file `target`, on the threads of the calling thread's arena. A first look at some families
// finds Huffman tables for the whole slide. Everything is written to a file beside the target that takes the target's
// name at the end: a run that fails or is stopped leaves nothing behind and an existing target as it was. Blocks;
// memory is some tens of megabytes for each thread, and 24 bytes for each tile of the slide. `progress` is called after
// each family, from one thread at a time.
//
// Errors, naming the file: InvalidArgument (a quality out of range, a target that exists or is a folder), Io (cannot
// write), Cancelled, and those of reading the source, which name the tile.
Result<EncodeReport> encodeTiff(const Slide& source, const std::filesystem::path& target,
                                const TiffEncodeOptions& options,
                                const std::function<void(const EncodeProgress&)>& progress = {},
                                const StopToken& stop = {});

}  // namespace origami
