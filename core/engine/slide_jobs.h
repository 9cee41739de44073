// Does the scheduler's jobs for all open slides: reads the bytes of tiles and families, makes the tiles that the window
// asks for, and puts them into the store. Private to engine/.
#pragma once

#include "core/engine/family_ledger.h"
#include "core/engine/open_slides.h"
#include "core/engine/tile_store.h"
#include "core/image/buffer_pool.h"
#include "core/make/tile_maker.h"
#include "core/metrics/recorder.h"
#include "core/schedule/alarm.h"
#include "core/schedule/arenas.h"
#include "core/schedule/job_source.h"

#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace origami {

// The parts of the engine that jobs use. They outlive all jobs.
struct JobSurroundings {
    const OpenSlides& slides;
    TileStore& store;
    FamilyLedger& ledger;
    MetricsRecorder& recorder;
    BufferPool& pool;
    const Arenas& arenas;
    Alarm& alarm;  // set for the time when a failed tile is to be tried again
    // Called after tiles have been added to the store, with no lock held.
    std::function<void()> tilesChanged;
};

class SlideJobs : public JobSource {
public:
    explicit SlideJobs(JobSurroundings surroundings) : m_with(std::move(surroundings)) {}

    // On a slow slide, these are the families or tiles beside the job's own in the file. On a quick one there are none:
    // tiles that are read one job at a time are on the screen sooner.
    [[nodiscard]] std::vector<JobKey> readTogetherWith(const JobKey& job) const override;
    ReadJobs read(std::span<const JobContext> jobs) override;
    void fail(const JobKey& job, const Error& error) noexcept override;

    // The tiles that the window asks for of this family and that are missing, best first.
    [[nodiscard]] std::vector<WantedTile> lacking(const OpenSlide& open, const JobKey& family) const;

private:
    using Open = std::shared_ptr<OpenSlide>;

    std::vector<ComputeStep> readFamilyJobs(const Open& open, std::span<const JobContext> jobs);
    std::vector<ComputeStep> readTileJobs(const Open& open, std::span<const JobContext> jobs);
    ComputeStep wholeFamilyStep(const Open& open, const JobContext& job, Result<FamilyStreams> streams,
                                const FamilyOrigin& origin);
    ComputeStep partStep(std::unique_ptr<StartedFamily> family, const JobContext& job);
    JobOutcome makePart(StartedFamily& family, const JobContext& job, Want want);
    JobOutcome makeWholeFamily(OpenSlide& open, const JobContext& job, const FamilyStreams& streams,
                               const FamilyOrigin& origin);
    void deliver(OpenSlide& open, ViewMode mode, FamilyTile tile, double ms);
    void failFamily(OpenSlide& open, const JobKey& job, const Error& error);

    struct Made {
        Result<Rgb32Image> pixels;
        double ms;
    };
    Made makeInOneGo(OpenSlide& open, const JobContext& job);
    JobOutcome publishInOneGo(OpenSlide& open, const JobContext& job, Made made);

    JobOutcome publish(OpenSlide& open, const JobKey& job, TileKind kind, Result<Rgb32Image> pixels, double ms);
    void add(OpenSlide& open, ViewMode mode, Tile tile, const Error* problem, double ms);

    const JobSurroundings m_with;
};

}  // namespace origami
