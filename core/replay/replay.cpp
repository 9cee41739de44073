#include "core/replay/replay.h"

#include "core/metrics/percentile.h"
#include "core/storage/file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace origami {

Result<ViewTrace> readViewTrace(const std::filesystem::path& path) {
    const Result<Bytes> file = readFile(path, static_cast<std::int64_t>(kMaxTraceBytes));
    if (!file) {
        return file.error();
    }
    return parseViewTrace({reinterpret_cast<const char*>(file->data()), file->size()}, path.string());
}

Result<void> checkSlideOfTrace(const ViewTrace& trace, const std::filesystem::path& path,
                               const std::filesystem::path& slide, LevelSize size) {
    if (size == trace.slide) {
        return {};
    }
    return Error{ErrorCode::InvalidArgument,
                 fmt::format("{}: the trace is for a slide of {} x {} pixels, {} has {} x {}", path.string(),
                             trace.slide.width, trace.slide.height, slide.string(), size.width, size.height)};
}

void ReplayReport::sample(const MetricsSnapshot& metrics) {
    peakRssBytes = std::max(peakRssBytes, metrics.process.rssBytes);
    peakCacheBytes = std::max(peakCacheBytes, metrics.gauges.cacheBytes);
}

nlohmann::ordered_json spread(std::vector<double> values) {
    if (values.empty()) {
        return nullptr;
    }
    return {{"p50", percentile(values, 0.5)}, {"p95", percentile(values, 0.95)}, {"max", percentile(values, 1)}};
}

nlohmann::ordered_json toJson(const ReplayReport& report, const ViewTrace& trace, const std::filesystem::path& slide) {
    const MetricsSnapshot& after = report.after;
    const MetricsSnapshot& before = report.before;
    nlohmann::ordered_json json;
    json["slide"] = slide.string();
    json["trace"] = trace.name;
    json["kind"] = name(trace.kind);
    json["threads"] = after.gauges.threads;
    json["io_threads"] = after.gauges.ioThreads;
    json["frames"] = report.score.frames();
    json["frames_missed"] = report.framesMissed;
    if (trace.kind == TraceKind::Jumps) {
        json["jumps"] = trace.views.size();
        json["first_ideal_ms"] = spread(report.score.msToIdeal());
        json["first_not_bad_ms"] = spread(report.score.msToNotBad());
    } else {
        json["frames_ideal"] = report.score.framesIdeal();
        json["frames_bad"] = report.score.framesBad();
        json["area_ideal"] = report.score.areaIdeal();
        json["area_bad"] = report.score.areaBad();
        json["settle_ms"] = report.settleMs ? nlohmann::ordered_json(*report.settleMs) : nullptr;
    }
    json["view_change_ms"] = spread(report.viewChangeMs);
    json["families"] = after.family.count - before.family.count;
    json["duplicate_families"] = after.duplicateFamilies - before.duplicateFamilies;
    json["cancelled"] = after.cancelled - before.cancelled;
    const auto made = [](const MetricsSnapshot& metrics) {
        return metrics.tilesTotal() - metrics.count(TileKind::CacheHit) - metrics.count(TileKind::Failed);
    };
    // Of those made meanwhile, and those that were there before and had not been in view.
    const std::int64_t all = made(after) - made(before) + before.prefetchWaiting;
    const std::int64_t unseen = after.wasted - before.wasted + after.prefetchWaiting;
    json["tiles_made"] = made(after) - made(before);
    json["prefetch_hits"] = after.prefetchHits - before.prefetchHits;
    json["wasted"] = after.wasted - before.wasted;
    json["never_shown"] = unseen;
    json["never_shown_share"] = static_cast<double>(unseen) / static_cast<double>(std::max<std::int64_t>(all, 1));
    json["peak_rss_bytes"] = report.peakRssBytes;
    json["peak_cache_bytes"] = report.peakCacheBytes;
    json["cache_limit_bytes"] = after.gauges.cacheLimitBytes;
    return json;
}

}  // namespace origami
