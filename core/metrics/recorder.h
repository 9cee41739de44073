// Collects measurements from all threads and gives them out as snapshots. Thread-safe; one record takes well under a
// microsecond.
#pragma once

#include "core/metrics/metrics.h"

#include <chrono>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>

namespace origami {

// Count, average and maximum since the start; percentiles over the most recent values.
class TimeSeries {
public:
    void add(double ms);
    [[nodiscard]] TileTimes times() const;
    [[nodiscard]] std::int64_t count() const { return m_count; }

private:
    static constexpr std::size_t kRecent = 1024;
    std::vector<double> m_recent;  // a ring once it is full
    std::size_t m_next = 0;
    std::int64_t m_count = 0;
    double m_sum = 0;
    double m_max = 0;
};

class MetricsRecorder {
public:
    using Clock = std::chrono::steady_clock;

    explicit MetricsRecorder(std::function<Clock::time_point()> now = Clock::now);

    void recordTile(TileKind kind, double ms);
    void recordFamily(FamilyRecord record);
    // Adds to the newest record of this family in this variant, if it is still among the recent ones.
    void addUpload(std::uint32_t slide, FamilyId family, std::uint32_t variant, const StageSpan& upload);
    // A copy of the newest record of a family in this variant.
    [[nodiscard]] std::optional<FamilyRecord> family(std::uint32_t slide, FamilyId family,
                                                     std::uint32_t variant = 0) const;
    // A summary of each record of this slide and variant that is remembered, oldest first. A family that was made twice
    // is there twice.
    [[nodiscard]] std::vector<FamilySummary> families(std::uint32_t slide, std::uint32_t variant = 0) const;
    void recordDuplicateFamily();
    // One frame was shown just now; making it took `ms`.
    void recordFrame(double ms);
    void setTextureBytes(std::size_t bytes, std::size_t limit);

    // All that are remembered, newest last; the newest kFamiliesWithSpans have their spans still.
    struct Families {
        std::vector<FamilyRecord> kept;
        std::int64_t dropped = 0;
    };
    [[nodiscard]] Families families() const;

    // Percentiles are of the most recent 1024 values of each kind, frame times of the last 120 frames; the frame rate
    // counts those of the last second. Takes the gauges as they are, except for the bytes of textures. What scheduler,
    // cache and process know is left at 0.
    [[nodiscard]] MetricsSnapshot snapshot(Gauges gauges) const;

private:
    static constexpr std::size_t kRecentFrames = 120;  // whose times are given out
    static constexpr std::size_t kMaxFrames = 1000;    // kept at most; the frame rate cannot exceed it
    static constexpr std::chrono::seconds kFrameRateWindow{1};
    struct Frame {
        Clock::time_point shown;
        double ms;
    };

    const std::function<Clock::time_point()> m_now;
    mutable std::mutex m_mutex;
    std::array<std::int64_t, kTileKinds> m_tiles{};
    TimeSeries m_generated;
    TimeSeries m_cacheHit;
    TimeSeries m_baseline;
    TimeSeries m_family;
    std::int64_t m_duplicateFamilies = 0;
    std::deque<FamilyRecord> m_families;  // the newest kRememberedFamilies
    std::deque<Frame> m_frames;
    std::size_t m_textureBytes = 0;
    std::size_t m_textureLimitBytes = 0;
};

}  // namespace origami
