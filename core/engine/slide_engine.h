// The façade over the whole core that the window uses: open slides, say where the user looks, take finished
// tiles, read the numbers. Every function is thread-safe; those marked "blocks" read files or wait and do not
// belong on the GUI thread, the others return within microseconds.
#pragma once

#include "core/base/machine.h"
#include "core/base/result.h"
#include "core/image/rgb32.h"
#include "core/metrics/metrics.h"
#include "core/metrics/trace_events.h"
#include "core/quality/picture_difference.h"
#include "core/reconstruct/family_reconstructor.h"
#include "core/slide/slide.h"
#include "core/view/motion.h"
#include "core/view/tile_cover.h"
#include "core/view/viewport.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace origami {

struct EngineOptions {
    int threads = 0;              // workers; 0: from the machine
    int ioThreads = 0;            // 0: from the machine
    int maxInflightFamilies = 0;  // 0: 2 x workers
    int bufferPoolSize = 0;       // buffers; 0: 16 x families in flight
    std::size_t cacheBytes = 0;   // decoded tiles, all slides together; 0: from the machine
};
// The same options with every 0 replaced by what is best for this machine: about 0.8 workers a logical core, one core
// less than there are where cores differ (the window needs a fast one), 3 I/O threads a worker, as they mostly wait,
// and 40 at least, 2 families in flight a worker, 16 buffers a family; an eighth of the memory for tiles.
EngineOptions resolved(EngineOptions options, const Machine& machine = thisMachine());

using SlideKey = std::uint32_t;  // names an open slide; never reused

// A finished tile. Shared and immutable.
struct Tile {
    TileId id;
    TileKind kind = TileKind::Generated;
    Rgb32Image pixels;  // empty when kind is Failed
};

struct SlideProgress {
    int visible = 0;           // ideal tiles in the current view
    int failed = 0;            // tiles of this slide that could not be made, since it was opened
    double oldestReadMs = 0;   // how long the read that has been under way longest has taken so far
    bool fileChanged = false;  // the file on disk has another size, time or inode than when it was opened
    // When the last of the visible tiles came into the cache, or failed for good; when the view was set, if all were
    // there. Null until then.
    std::optional<std::chrono::steady_clock::time_point> sharpSince;
    [[nodiscard]] bool isSharp() const noexcept { return visible == 0 || sharpSince; }
};

// A part of the window, or all of it, and what it shows of the slide.
struct Look {
    Viewport view;
    ViewMode mode = ViewMode::Reconstructed;
};

// What is known about a family at the moment.
struct FamilyReport {
    std::optional<FamilyRecord> record;  // of the last time that it was made; none if it has not been
    bool isComplete = false;             // all its tiles have been made, not only those that were wanted
    bool isInTheMaking = false;
    int tiles = 0;  // of levels 0 and 1
    int cachedTiles = 0;
    std::size_t cachedBytes = 0;
};

class SlideEngine {
public:
    explicit SlideEngine(EngineOptions options);
    ~SlideEngine();  // blocks until running jobs have noticed and reads have come back
    SlideEngine(const SlideEngine&) = delete;
    SlideEngine& operator=(const SlideEngine&) = delete;

    // For leaving: drops all work and blocks until running jobs have noticed and calls that block have returned, or for
    // so long: whether they have. False if a disk does not answer; the engine cannot be destroyed until it does.
    // Calls that block are refused from now on.
    bool stop(std::chrono::milliseconds patience);

    Result<SlideKey> open(const std::filesystem::path& path, const OpenOptions& options = {});  // blocks
    SlideKey open(std::shared_ptr<const Slide> slide);
    // Its memory goes back to the system; as long as others are open, but for what the buffer pool keeps and for spare
    // slabs (image/pixel_slabs.h).
    void close(SlideKey slide);
    // Null for a key that is not open.
    [[nodiscard]] std::shared_ptr<const SlideInfo> info(SlideKey slide) const;

    // Replaces everything that was wanted before for this slide. `focus` is the cursor or zoom anchor, `motion` how the
    // view moves: tell also when it has come to rest, as only then what lies around it is made.
    void setView(SlideKey slide, const Viewport& view, Level0Point focus, ViewMode mode = ViewMode::Reconstructed,
                 const Motion& motion = {});

    // The same where the window shows parts of the slide in one mode and parts in another: looks have different modes.
    void setLooks(SlideKey slide, std::span<const Look> looks, Level0Point focus, const Motion& motion = {});

    // The tile if it is in the cache (also with kind Failed), else null.
    [[nodiscard]] std::shared_ptr<const Tile> tile(SlideKey slide, TileId id,
                                                   ViewMode mode = ViewMode::Reconstructed) const;
    [[nodiscard]] SlideProgress progress(SlideKey slide) const;
    // Tries again at once to make the tiles that failed for a reason that may pass.
    void retryFailed(SlideKey slide);

    // What a family cost and what is there of it; in this mode; some tens of microseconds.
    [[nodiscard]] FamilyReport inspect(SlideKey slide, FamilyId family, ViewMode mode) const;
    // Of those made of late in this mode (kRememberedFamilies of all slides), oldest first; a family may be there more
    // than once.
    [[nodiscard]] std::vector<FamilySummary> families(SlideKey slide, ViewMode mode = ViewMode::Reconstructed) const;
    // How far level 0 of a family, rebuilt, is from its baseline tiles. Reads, rebuilds and compares on the calling
    // thread: blocks for tenths of a second. NotFound where the slide ships no baseline.
    Result<PictureDifference> compareWithBaseline(SlideKey slide, FamilyId family, const StopToken& stop = {}) const;

    // Called from worker threads after tiles have been added to the cache. Keep it short; set it once, before
    // the first setView.
    void onTilesChanged(std::function<void()> callback);

    // The whole slide with the longer side at most `maxSide`, from the coarsest level that has the pixels. Blocks.
    Result<Rgb32Image> thumbnail(SlideKey slide, int maxSide, const StopToken& stop = {}) const;
    Result<Rgb32Image> associatedImage(SlideKey slide, std::string_view name) const;  // blocks

    [[nodiscard]] MetricsSnapshot metrics() const;
    // What all threads of the process did of late, and this engine's families, as trace events. Blocks on the disk.
    Result<TraceSummary> writeTrace(const std::filesystem::path& path) const;
    // From the window: one frame was shown, its work took `ms`; textures now take so many bytes, of so many that they
    // may; a tile of this mode took until now, `ms`, to upload on the calling thread.
    void recordFrame(double ms);
    void recordTextureBytes(std::size_t bytes, std::size_t limit);
    void recordUpload(SlideKey slide, TileId id, ViewMode mode, double ms);

    [[nodiscard]] const EngineOptions& options() const noexcept;  // resolved, as it was made with

    // While it runs. What is too much for a smaller limit goes, but for what is in view or under way.
    void setMaxInflightFamilies(int families);
    void setBufferPoolSize(int buffers);
    void setCacheBytes(std::size_t bytes);
    // Whether what is not in view yet is made ahead; from the next view on.
    void setPrefetch(bool prefetch);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace origami
