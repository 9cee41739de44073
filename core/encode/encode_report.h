// What encoders say while they work and when they are done.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace origami {

// Families are what takes the time; bytes are those written so far.
struct EncodeProgress {
    std::int64_t familiesDone = 0;
    std::int64_t familiesTotal = 0;
    std::int64_t bytes = 0;
};

struct EncodeReport {
    std::int64_t families = 0;
    std::int64_t bytes = 0;      // of all files written
    std::int64_t packBytes = 0;  // of the packs among them
    // Streams of JPEG by level: residuals of levels 0 and 1, tiles of the coarser ones.
    std::vector<std::int64_t> bytesByLevel;
    // Why tiles of the source could not be read, one sentence each, where that was to be put up with; the first
    // kMaxUnreadable of them.
    std::vector<std::string> unreadable;
    std::int64_t unreadableTiles = 0;
    static constexpr std::size_t kMaxUnreadable = 1000;
};

// InvalidArgument unless 1..100.
Result<void> checkQuality(std::string_view what, int quality);

}  // namespace origami
