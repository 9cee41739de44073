// The names of metrics.md and what they stand for, in one place for log lines, tables, files and traces.
#pragma once

#include "core/metrics/metrics.h"

#include <concepts>
#include <cstdint>
#include <string_view>

namespace origami {

// Is called for each field: with a text, a whole number, or a number and how many decimals of it mean something.
template <class Visitor>
concept FieldVisitor = requires(Visitor visit) {
    visit(std::string_view(), std::string_view());
    visit(std::string_view(), std::int64_t{});
    visit(std::string_view(), double{}, int{});
};

// The names of metrics.md in its order, then what is reported beyond them.
template <FieldVisitor Visitor>
void visitFields(const FamilyRecord& record, Visitor& visit) {
    const auto ms = [&](std::string_view name, double value) { visit(name, value, 3); };
    const auto count = [&](std::string_view name, std::integral auto value) {
        visit(name, static_cast<std::int64_t>(value));
    };
    visit("slide_id", std::string_view(record.slideId));
    count("x2", record.id.x);
    count("y2", record.id.y);
    ms("l2_decode_ms", record.l2Decode.wallMs);
    ms("l1_resize_ms", record.l1Resize.wallMs);
    ms("l1_residual_ms", record.l1Residual.wallMs);
    ms("l0_resize_ms", record.l0Resize.wallMs);
    ms("l0_residual_ms", record.l0Residual.wallMs);
    ms("total_ms", record.totalMs);
    count("l1_residuals", record.l1Residuals);
    count("l0_residuals", record.l0Residuals);
    count("l1_parallel_max", record.l1ParallelMax);
    count("l0_parallel_max", record.l0ParallelMax);
    ms("read_ms", record.readMs);
    ms("queue_ms", record.queueMs);
    ms("convert_ms", record.convert.wallMs);
    ms("upload_ms", record.uploadMs);
    count("bytes_read", record.bytesRead);
    count("residual_bytes", record.residualBytes);
    ms("l2_decode_busy_ms", record.l2Decode.busyMs);
    ms("l1_resize_busy_ms", record.l1Resize.busyMs);
    ms("l1_residual_busy_ms", record.l1Residual.busyMs);
    ms("l0_resize_busy_ms", record.l0Resize.busyMs);
    ms("l0_residual_busy_ms", record.l0Residual.busyMs);
    ms("convert_busy_ms", record.convert.busyMs);
    count("failed_tiles", record.failedTiles);
}

// The same; the unqualified tile times are those of generated tiles alone.
template <FieldVisitor Visitor>
void visitFields(const MetricsSnapshot& snapshot, Visitor& visit) {
    const Gauges& gauges = snapshot.gauges;
    const auto ms = [&](std::string_view name, double value) { visit(name, value, 3); };
    const auto count = [&](std::string_view name, std::integral auto value) {
        visit(name, static_cast<std::int64_t>(value));
    };
    count("tiles_total", snapshot.tilesTotal());
    for (const TileKind kind : {TileKind::Baseline, TileKind::CacheHit, TileKind::Generated, TileKind::Fallback,
                                TileKind::Predicted, TileKind::ResidualView}) {
        count(name(kind), snapshot.count(kind));
    }
    ms("tile_avg_ms", snapshot.generated.averageMs);
    ms("tile_p50_ms", snapshot.generated.p50Ms);
    ms("tile_p95_ms", snapshot.generated.p95Ms);
    ms("tile_max_ms", snapshot.generated.maxMs);
    count("families", snapshot.family.count);
    ms("family_avg_ms", snapshot.family.averageMs);
    ms("family_p95_ms", snapshot.family.p95Ms);
    ms("family_max_ms", snapshot.family.maxMs);
    count("cancelled", snapshot.cancelled);
    count("wasted", snapshot.wasted);
    count("duplicate_families", snapshot.duplicateFamilies);
    count("pool_total", gauges.poolTotal);
    count("pool_avail", gauges.poolAvailable);
    count("pool_in_use_max", gauges.poolInUseMax);
    count("inflight_current", gauges.inflightCurrent);
    count("inflight_max", gauges.inflightMax);
    count("queue_depth", gauges.queueDepth);
    count("cache_bytes", gauges.cacheBytes);
    count("cache_limit_bytes", gauges.cacheLimitBytes);
    count("texture_bytes", gauges.textureBytes);
    visit("fps", snapshot.framesPerSecond, 1);
    ms("frame_p95_ms", snapshot.frameP95Ms);
    count("rss_bytes", snapshot.process.rssBytes);
    visit("cpu_pct", snapshot.process.cpuPercent, 1);
    count(name(TileKind::Derived), snapshot.count(TileKind::Derived));
    count(name(TileKind::Failed), snapshot.count(TileKind::Failed));
    ms("family_p50_ms", snapshot.family.p50Ms);
    ms("tile_baseline_avg_ms", snapshot.baseline.averageMs);
    ms("tile_baseline_p50_ms", snapshot.baseline.p50Ms);
    ms("tile_baseline_p95_ms", snapshot.baseline.p95Ms);
    ms("tile_baseline_max_ms", snapshot.baseline.maxMs);
    count("prefetch_hits", snapshot.prefetchHits);
    count("prefetch_waiting", snapshot.prefetchWaiting);
    count("threads", gauges.threads);
    count("threads_busy", gauges.threadsBusy);
    count("threads_busy_max", gauges.threadsBusyMax);
    count("io_threads", gauges.ioThreads);
    count("io_threads_busy", gauges.ioThreadsBusy);
    count("io_threads_busy_max", gauges.ioThreadsBusyMax);
    count("texture_limit_bytes", gauges.textureLimitBytes);
    count("inflight_limit", gauges.inflightLimit);
    count("memory_bytes", snapshot.process.memoryBytes);
    count("memory_available_bytes", snapshot.process.memoryAvailableBytes);
}

}  // namespace origami
