// Families that are made in parts, and those of them that wait for more of their tiles to be wanted. Private to
// engine/.
#pragma once

#include "core/engine/open_slide.h"
#include "core/metrics/metrics.h"
#include "core/pyramid/family_streams.h"
#include "core/reconstruct/family_reconstructor.h"
#include "core/schedule/job_decisions.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace origami {

class BufferPool;

// What happened to a family before its streams were there.
struct FamilyOrigin {
    RequestReason reason;
    double queueMs;
    StageSpan read;
    std::int64_t requestedNs = read.startNs - std::llround(queueMs * 1e6);

    void addTo(FamilyRecord& record, ViewMode mode) const;
};

// A family of which some tiles have been made, with what the next ones need. One thread at a time.
struct StartedFamily {
    StartedFamily(std::shared_ptr<OpenSlide> slide, FamilyStreams bytes, ViewMode shownAs, BufferPool* pool,
                  FamilyOrigin from);

    // From the streams, as if nothing had been made.
    void begin(BufferPool* pool);
    // Of what has been made up to now.
    [[nodiscard]] FamilyRecord record() const;

    std::shared_ptr<OpenSlide> open;
    FamilyStreams streams;
    ViewMode mode;
    std::optional<FamilyInParts> parts;
    FamilyOrigin origin;
    bool isBegun = false;            // a worker has taken it on
    std::vector<StageSpan> uploads;  // of its tiles
};

// Started families that no job is at work on, the most recently used ones: a pan that reaches a family column by column
// reads it once. Thread-safe.
class StartedFamilies {
public:
    using Pointer = std::unique_ptr<StartedFamily>;

    explicit StartedFamilies(std::size_t limit) : m_limit(limit) {}

    // Null if it is not here.
    Pointer take(const JobKey& key);
    // What has to go for it, or null.
    Pointer keep(const JobKey& key, Pointer family);
    void drop(SlideKey slide);

    // What is known up to now of a family that is here.
    std::optional<FamilyRecord> recordOf(const JobKey& key);
    // False if it is not here.
    bool addUpload(const JobKey& key, const StageSpan& upload);
    // Of those of which something has been made, in the order of their last use.
    std::vector<FamilySummary> summaries(SlideKey slide, ViewMode mode);
    std::vector<FamilyRecord> records();

private:
    using Kept = std::pair<JobKey, Pointer>;
    const std::size_t m_limit;
    std::mutex m_mutex;
    std::deque<Kept> m_families;  // least recently used first
};

}  // namespace origami
