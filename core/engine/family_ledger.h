// Keeps the books on families: those that have been made in part and wait for more of their tiles to be wanted, what
// each family cost, and the uploads of its tiles. Private to engine/.
#pragma once

#include "core/engine/open_slides.h"
#include "core/make/tile_maker.h"
#include "core/metrics/metrics.h"
#include "core/metrics/recorder.h"
#include "core/pyramid/family_streams.h"
#include "core/reconstruct/family_reconstructor.h"
#include "core/schedule/job_limits.h"

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace origami {

class BufferPool;

// Why a family was wanted, how long it waited, and when it was read.
struct FamilyOrigin {
    SlideKey slide;
    ViewMode mode;
    RequestReason reason;
    double queueMs;
    StageSpan read;
    std::int64_t requestedNs = read.startNs - std::llround(queueMs * 1e6);

    void addTo(FamilyRecord& record) const;
};

// A family that is made in parts, with the streams that its next tiles need. Used by one thread at a time.
struct StartedFamily {
    StartedFamily(std::shared_ptr<OpenSlide> slide, FamilyStreams bytes, BufferPool* pool, FamilyOrigin from);

    // Begins anew from the streams, as if nothing had been made.
    void restart(BufferPool* pool);
    // The record of everything made so far.
    [[nodiscard]] FamilyRecord record() const;

    const std::shared_ptr<OpenSlide> open;
    const FamilyStreams streams;
    std::optional<FamilyInParts> parts;
    FamilyOrigin origin;
    bool isBegun = false;               // a worker has taken it on
    std::atomic<bool> isFaulty{false};  // a stream is missing for a reason that may pass, so read it again
    std::vector<StageSpan> uploads;     // of its tiles, except those in an open account
};

// Thread-safe.
class FamilyLedger {
public:
    // A started family is at rest while no job makes its tiles. The `mostResting` most recently used ones are kept, so
    // a pan that reaches a family column by column reads it only once.
    FamilyLedger(std::size_t mostResting, MetricsRecorder& recorder)
        : m_mostResting(mostResting), m_recorder(recorder) {}

    // Opens an account for a family that is made in parts: uploads of its tiles are collected until rest() closes it.
    void begin(const JobKey& key);
    // A started family that was at rest. Null if there is none.
    std::unique_ptr<StartedFamily> take(const JobKey& key);
    // Closes the account. Keeps a started family for its next tiles if `isWorthKeeping`, else records it.
    void rest(const JobKey& key, std::unique_ptr<StartedFamily> family, bool isWorthKeeping);
    // Records a family that was made as a whole, with the uploads of its tiles so far.
    void finish(const JobKey& key, FamilyRecord record);
    // Records what has been made of a family that begins anew; its account stays open.
    void recordSoFar(const JobKey& key, StartedFamily& family);

    // While this object lives, a thread makes tiles of this family, and uploads of them are collected. If a second
    // thread makes tiles of the same family, the metrics count that as a fault. The scheduler promises that it never
    // happens; this is an independent check.
    class Making {
    public:
        Making(FamilyLedger& ledger, const JobKey& key);
        ~Making();
        Making(const Making&) = delete;
        Making& operator=(const Making&) = delete;

    private:
        FamilyLedger& m_ledger;
        const JobKey m_key;
    };

    // Adds an upload to the family's account, else to the family at rest, else to its last record.
    void addUpload(const JobKey& key, const StageSpan& upload);

    [[nodiscard]] bool isInTheMaking(const JobKey& key) const;
    // The record of a family: of the one at rest, else the last one that was recorded.
    [[nodiscard]] std::optional<FamilyRecord> recordOf(const JobKey& key) const;
    // All families of a slide and mode that are remembered, recorded ones first, oldest first.
    [[nodiscard]] std::vector<FamilySummary> summaries(SlideKey slide, ViewMode mode) const;
    // The records of all families at rest that have at least one finished tile.
    [[nodiscard]] std::vector<FamilyRecord> resting() const;

    // Forgets the families of a slide that are at rest.
    void drop(SlideKey slide);

private:
    // There is one for each family that is in the making or between two of its parts.
    struct Account {
        bool isOpen = false;
        int makers = 0;
        std::vector<StageSpan> uploads;
    };
    struct Resting {
        JobKey key;
        std::unique_ptr<StartedFamily> family;
    };

    // Call the functions below with m_mutex held.
    std::vector<StageSpan> closeAccount(const JobKey& key);
    [[nodiscard]] const Resting* findResting(const JobKey& key) const;

    const std::size_t m_mostResting;
    MetricsRecorder& m_recorder;
    mutable std::mutex m_mutex;  // taken before the recorder's own
    std::unordered_map<JobKey, Account, JobKeyHash> m_accounts;
    std::deque<Resting> m_resting;  // least recently used first
};

}  // namespace origami
