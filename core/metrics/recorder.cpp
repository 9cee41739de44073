#include "core/metrics/recorder.h"

#include "core/metrics/percentile.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

namespace origami {
namespace {

auto isOf(std::uint32_t slide, FamilyId family, std::uint32_t variant) {
    return [=](const FamilyRecord& record) {
        return record.id == family && record.variant == variant && record.slide == slide;
    };
}

}  // namespace

void TimeSeries::add(double ms) {
    ++m_count;
    m_sum += ms;
    m_max = std::max(m_max, ms);
    if (m_recent.size() < kRecent) {
        m_recent.push_back(ms);
    } else {
        m_recent[m_next] = ms;
        m_next = (m_next + 1) % kRecent;
    }
}

TileTimes TimeSeries::times() const {
    std::vector<double> recent = m_recent;
    return {.count = m_count,
            .averageMs = m_count > 0 ? m_sum / static_cast<double>(m_count) : 0,
            .p50Ms = percentile(recent, 0.5),
            .p95Ms = percentile(recent, 0.95),
            .maxMs = m_max};
}

MetricsRecorder::MetricsRecorder(std::function<Clock::time_point()> now) : m_now(std::move(now)) {}

void MetricsRecorder::recordTile(TileKind kind, double ms) {
    const std::lock_guard lock(m_mutex);
    ++m_tiles[static_cast<std::size_t>(kind)];
    switch (kind) {
        case TileKind::Generated: m_generated.add(ms); break;
        case TileKind::CacheHit: m_cacheHit.add(ms); break;
        case TileKind::Baseline: m_baseline.add(ms); break;
        default: break;
    }
}

void MetricsRecorder::recordFamily(FamilyRecord record) {
    const std::lock_guard lock(m_mutex);
    m_family.add(record.totalMs);
    m_families.push_back(std::move(record));
    if (m_families.size() > kFamiliesWithSpans) {
        m_families[m_families.size() - kFamiliesWithSpans - 1].spans = {};
    }
    if (m_families.size() > kRememberedFamilies) {
        m_families.pop_front();
    }
}

MetricsRecorder::Families MetricsRecorder::families() const {
    const std::lock_guard lock(m_mutex);
    return {.kept = {m_families.begin(), m_families.end()},
            .dropped = m_family.count() - static_cast<std::int64_t>(m_families.size())};
}

void MetricsRecorder::addUpload(std::uint32_t slide, FamilyId family, std::uint32_t variant, const StageSpan& upload) {
    const std::lock_guard lock(m_mutex);
    const auto last = m_families.rbegin() + static_cast<std::ptrdiff_t>(std::min(m_families.size(), kRecentFamilies));
    const auto newest = std::find_if(m_families.rbegin(), last, isOf(slide, family, variant));
    if (newest != last) {
        newest->addUpload(upload);
    }
}

std::optional<FamilyRecord> MetricsRecorder::family(std::uint32_t slide, FamilyId family, std::uint32_t variant) const {
    const std::lock_guard lock(m_mutex);
    const auto newest = std::find_if(m_families.rbegin(), m_families.rend(), isOf(slide, family, variant));
    return newest != m_families.rend() ? std::optional(*newest) : std::nullopt;
}

std::vector<FamilySummary> MetricsRecorder::families(std::uint32_t slide, std::uint32_t variant) const {
    std::vector<FamilySummary> summaries;
    const std::lock_guard lock(m_mutex);
    for (const FamilyRecord& record : m_families) {
        if (record.variant == variant && record.slide == slide) {
            summaries.push_back(summaryOf(record));
        }
    }
    return summaries;
}

void MetricsRecorder::recordDuplicateFamily() {
    const std::lock_guard lock(m_mutex);
    ++m_duplicateFamilies;
}

void MetricsRecorder::recordFrame(double ms) {
    const std::lock_guard lock(m_mutex);
    const Clock::time_point now = m_now();
    m_frames.push_back({now, ms});
    while (m_frames.size() > kMaxFrames ||
           (m_frames.size() > kRecentFrames && now - m_frames.front().shown >= kFrameRateWindow)) {
        m_frames.pop_front();
    }
}

void MetricsRecorder::setTextureBytes(std::size_t bytes, std::size_t limit) {
    const std::lock_guard lock(m_mutex);
    m_textureBytes = bytes;
    m_textureLimitBytes = limit;
}

MetricsSnapshot MetricsRecorder::snapshot(Gauges gauges) const {
    MetricsSnapshot snapshot;
    snapshot.gauges = gauges;
    // Only copies are made under the lock: threads that record must not wait for the sorting of percentiles.
    std::unique_lock lock(m_mutex);
    snapshot.tiles = m_tiles;
    snapshot.duplicateFamilies = m_duplicateFamilies;
    snapshot.recentFamilies.assign(
        m_families.end() - static_cast<std::ptrdiff_t>(std::min(m_families.size(), kRecentFamilies)), m_families.end());
    snapshot.gauges.textureBytes = m_textureBytes;
    snapshot.gauges.textureLimitBytes = m_textureLimitBytes;
    const TimeSeries generated = m_generated;
    const TimeSeries cacheHit = m_cacheHit;
    const TimeSeries baseline = m_baseline;
    const TimeSeries family = m_family;
    const std::vector<Frame> frames(m_frames.begin(), m_frames.end());
    const Clock::time_point now = m_now();
    lock.unlock();

    snapshot.generated = generated.times();
    snapshot.cacheHit = cacheHit.times();
    snapshot.baseline = baseline.times();
    snapshot.family = family.times();
    const auto inWindow = [now](const Frame& frame) { return now - frame.shown < kFrameRateWindow; };
    snapshot.framesPerSecond = static_cast<double>(std::ranges::count_if(frames, inWindow)) /
                               std::chrono::duration<double>(kFrameRateWindow).count();
    std::vector<double> frameMs;
    for (std::size_t i = frames.size() - std::min(frames.size(), kRecentFrames); i < frames.size(); ++i) {
        frameMs.push_back(frames[i].ms);
        snapshot.recentFrameMs.push_back(static_cast<float>(frames[i].ms));
    }
    snapshot.frameP95Ms = percentile(frameMs, 0.95);
    return snapshot;
}

}  // namespace origami
