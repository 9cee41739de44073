// Writes any slide as an ORIGAMI directory with version 1 packs (formats.md, sections 1 and 2), in closed loop: every
// residual corrects what the decoder will have at that point, never the original.
#pragma once

#include "core/base/result.h"
#include "core/base/stop_token.h"
#include "core/codec/jpeg_encoder.h"
#include "core/encode/encode_report.h"
#include "core/slide/slide.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

namespace origami {

// Qualities are libjpeg's, 1..100.
struct DirectoryOptions {
    int level2Quality = 90;  // of level 2 and coarser, in 4:4:4: its chroma is all that levels 1 and 0 will have
    int level1Quality = 50;  // of the luma residuals of level 1
    int level0Quality = 50;  // and of level 0
    bool overwrite = false;  // replace an ORIGAMI directory that is already there, once the new one is complete
};

// Encodes `source` into the folder `target`, on the threads of the calling thread's arena (core/base/parallel.h).
// Everything is first written into a folder beside the target, which takes the target's name at the end: a run that
// fails or is stopped leaves nothing behind and an existing target as it was. Blocks; memory is a few megabytes for
// each thread and level, whatever the slide's size. `progress` is called after each family, from one thread at a time.
//
// Errors, naming the file: InvalidArgument (a quality out of range, a target that exists, or that is to be overwritten
// and is not an ORIGAMI directory), Io (cannot write), Cancelled, and those of reading the source.
Result<EncodeReport> encodeDirectory(const Slide& source, const std::filesystem::path& target,
                                     const DirectoryOptions& options,
                                     const std::function<void(const EncodeProgress&)>& progress = {},
                                     const StopToken& stop = {});

}  // namespace origami
