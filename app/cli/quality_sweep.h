// `origami compare SOURCE --rd`: what quality costs in bytes, for our coders and for what people have today.
#pragma once

#include "core/slide/slide.h"

#include <cstdint>
#include <string>
#include <vector>

namespace origami::cli {

struct SweepArguments {
    std::vector<int> qualities{20, 30, 45, 60, 75};  // luma qualities of the ORIGAMI TIFF; the others have their own
    int areas = 16;
    std::uint64_t seed = 1;
    int downsample = 1;  // 2: the source is halved first, which removes what its own compression left
    int threads = 0;
    std::string progress = "auto";
    bool json = false;
};

// Codes a sample of the slide's areas with each coder at several qualities and prints the table and the bytes at
// matched quality (tests/bench/README.md defines each column). The exit code.
int sweepQualities(const Slide& source, const SweepArguments& arguments);

}  // namespace origami::cli
