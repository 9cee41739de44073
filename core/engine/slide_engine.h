// The façade over the whole core that the window uses: open slides, say where the user looks, take finished tiles, read
// the numbers. Every function is thread-safe. Functions marked "Blocks" read files or wait, and do not belong on the
// GUI thread; all others return within microseconds.
#pragma once

#include "core/base/result.h"
#include "core/engine/engine_options.h"
#include "core/engine/look_planner.h"
#include "core/engine/tile.h"
#include "core/image/rgb32.h"
#include "core/metrics/metrics.h"
#include "core/metrics/trace_events.h"
#include "core/quality/picture_difference.h"
#include "core/reconstruct/family_reconstructor.h"
#include "core/slide/slide.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace origami {

struct SlideProgress {
    int visible = 0;           // tiles of the ideal level in the current view
    int failed = 0;            // tiles of this slide that could not be made, in the modes that are looked at
    double oldestReadMs = 0;   // how long the oldest read that is under way has taken so far
    bool fileChanged = false;  // the slide's files are not those that were opened: open it again
    // When the last visible tile came into the cache or failed; when the view was set, if all were there. Null until
    // then.
    std::optional<std::chrono::steady_clock::time_point> sharpSince;
    [[nodiscard]] bool isSharp() const noexcept { return visible == 0 || sharpSince; }
};

// The present state of a family.
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
    ~SlideEngine();  // Blocks until running jobs have stopped and reads have come back.
    SlideEngine(const SlideEngine&) = delete;
    SlideEngine& operator=(const SlideEngine&) = delete;

    // Prepares for leaving: drops all work, refuses calls that block from now on, and blocks until jobs and calls that
    // are under way have ended, or until `patience` is over. Returns false if a disk does not answer; the engine cannot
    // be destroyed until it does.
    bool stop(std::chrono::milliseconds patience);

    // Blocks.
    Result<SlideKey> open(const std::filesystem::path& path, const OpenOptions& options = {});
    SlideKey open(std::shared_ptr<const Slide> slide);
    // Drops the slide's tiles. If somebody has looked at it, its memory goes back to the system soon after.
    void close(SlideKey slide);
    // Null for a key that is not open.
    [[nodiscard]] std::shared_ptr<const SlideInfo> info(SlideKey slide) const;

    // Says what the window shows of a slide, in place of what it showed before. Also call it when a moving view has
    // come to rest: only then are the tiles around it made ahead, if reads of the slide are slow.
    void setLooks(SlideKey slide, LookRequest request);
    // The same for a window that shows one view in one mode. `focus` is the cursor or the zoom anchor.
    void setView(SlideKey slide, const Viewport& view, Level0Point focus, ViewMode mode = ViewMode::Reconstructed,
                 const Motion& motion = {});

    // The tile if it is in the cache (also with kind Failed), else null.
    [[nodiscard]] std::shared_ptr<const Tile> tile(SlideKey slide, TileId id,
                                                   ViewMode mode = ViewMode::Reconstructed) const;
    [[nodiscard]] SlideProgress progress(SlideKey slide) const;
    // Tries again at once to make the tiles that failed for a reason that may pass. (The engine tries those in view
    // again by itself, after a while.)
    void retryFailed(SlideKey slide);

    // Says what a family cost and how many of its tiles are cached, in this mode. Takes some tens of microseconds.
    [[nodiscard]] FamilyReport inspect(SlideKey slide, FamilyId family, ViewMode mode) const;
    // The families that were made lately in this mode (kRememberedFamilies of all slides together), oldest first. A
    // family that was made more than once is there more than once.
    [[nodiscard]] std::vector<FamilySummary> families(SlideKey slide, ViewMode mode = ViewMode::Reconstructed) const;
    // How far level 0 of a family, rebuilt, is from its baseline tiles. Reads, rebuilds and compares on the calling
    // thread. Blocks for tenths of a second. NotFound where the slide ships no baseline.
    Result<PictureDifference> compareWithBaseline(SlideKey slide, FamilyId family, const StopToken& stop = {}) const;

    // The engine calls this on its own threads, after tiles have been added to the cache and when it finds that a
    // slide's files have changed. Keep it short, and set it once, before the first setView.
    void onTilesChanged(std::function<void()> callback);

    // The whole slide with its longer side at most `maxSide`, from the coarsest level that has the pixels. Blocks.
    Result<Rgb32Image> thumbnail(SlideKey slide, int maxSide, const StopToken& stop = {}) const;
    // Blocks.
    Result<Rgb32Image> associatedImage(SlideKey slide, std::string_view name) const;

    [[nodiscard]] MetricsSnapshot metrics() const;
    // Writes what all threads of the process did lately, and this engine's families, as trace events. Blocks.
    Result<TraceSummary> writeTrace(const std::filesystem::path& path) const;
    // From the window: a frame was shown, and its work took `ms`.
    void recordFrame(double ms);
    // From the window: textures take so many bytes of the limit.
    void recordTextureBytes(std::size_t bytes, std::size_t limit);
    // From the window, on the uploading thread: uploading this tile took `ms` and has just ended.
    void recordUpload(SlideKey slide, TileId id, ViewMode mode, double ms);

    [[nodiscard]] const EngineOptions& options() const noexcept;  // resolved, as the engine was made

    // These take effect while the engine runs. A smaller limit frees what exceeds it, except what is in view or under
    // way.
    void setMaxInflightFamilies(int families);
    void setBufferPoolSize(int buffers);
    void setCacheBytes(std::size_t bytes);
    // Sets whether tiles are made before they come into view. Takes effect with the next view.
    void setPrefetch(bool prefetch);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace origami
