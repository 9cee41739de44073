#include "core/metrics/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <numeric>

namespace origami {
namespace {

// Values with blanks, quotes or control characters are quoted, so that a line stays one line of key=value pairs.
std::string quoted(std::string_view value) {
    const bool isPlain = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > ' ' && byte != 0x7F && c != '"' && c != '=' && c != '\\';
    });
    if (isPlain) {
        return std::string(value);
    }
    std::string result = "\"";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (byte < ' ' || byte == 0x7F) {
            result += fmt::format("\\x{:02x}", byte);
        } else {
            result += c;
        }
    }
    return result + '"';
}

}  // namespace

std::string_view name(TileKind kind) noexcept {
    switch (kind) {
        case TileKind::Generated: return "generated";
        case TileKind::CacheHit: return "cache_hit";
        case TileKind::Baseline: return "baseline";
        case TileKind::Fallback: return "fallback";
        case TileKind::Predicted: return "predicted";
        case TileKind::ResidualView: return "residual_view";
        case TileKind::Derived: return "derived";
        case TileKind::Failed: return "failed";
    }
    return "unknown";
}

std::string_view name(Stage stage) noexcept {
    switch (stage) {
        case Stage::Read: return "read";
        case Stage::L2Decode: return "l2_decode";
        case Stage::L1Resize: return "l1_resize";
        case Stage::L1Residual: return "l1_residual";
        case Stage::L0Resize: return "l0_resize";
        case Stage::L0Residual: return "l0_residual";
        case Stage::Convert: return "convert";
        case Stage::Upload: return "upload";
    }
    return "unknown";
}

std::string_view name(RequestReason reason) noexcept {
    switch (reason) {
        case RequestReason::Direct: return "direct";
        case RequestReason::Cover: return "cover";
        case RequestReason::Visible: return "visible";
        case RequestReason::Predicted: return "predicted";
        case RequestReason::Ring: return "ring";
        case RequestReason::Nearby: return "nearby";
    }
    return "unknown";
}

std::uint16_t threadIndex() noexcept {
    static std::atomic<std::uint16_t> next{0};
    thread_local const std::uint16_t kIndex = next++;
    return kIndex;
}

std::int64_t MetricsSnapshot::tilesTotal() const {
    return std::accumulate(tiles.begin(), tiles.end(), std::int64_t{0});
}

int FamilySummary::tileCount() const noexcept {
    return std::accumulate(tiles.begin(), tiles.end(), 0);
}

FamilySummary summaryOf(const FamilyRecord& record) noexcept {
    return {.id = record.id,
            .totalMs = record.totalMs,
            .bytes = record.l2Bytes + record.l1ResidualBytes + record.l0ResidualBytes + record.baselineBytes,
            .madeNs = record.madeNs,
            .tiles = record.tiles};
}

std::string formatLogLine(const FamilyRecord& record) {
    // The names of metrics.md in its order, then what is reported beyond them.
    return fmt::format(
        "family_breakdown slide_id={} x2={} y2={} l2_decode_ms={:.3f} l1_resize_ms={:.3f} l1_residual_ms={:.3f} "
        "l0_resize_ms={:.3f} l0_residual_ms={:.3f} total_ms={:.3f} l1_residuals={} l0_residuals={} l1_parallel_max={} "
        "l0_parallel_max={} read_ms={:.3f} queue_ms={:.3f} convert_ms={:.3f} upload_ms={:.3f} bytes_read={} "
        "residual_bytes={} l1_residual_busy_ms={:.3f} l0_residual_busy_ms={:.3f} convert_busy_ms={:.3f} "
        "failed_tiles={}",
        quoted(record.slideId), record.id.x, record.id.y, record.l2Decode.wallMs, record.l1Resize.wallMs,
        record.l1Residual.wallMs, record.l0Resize.wallMs, record.l0Residual.wallMs, record.totalMs, record.l1Residuals,
        record.l0Residuals, record.l1ParallelMax, record.l0ParallelMax, record.readMs, record.queueMs,
        record.convert.wallMs, record.uploadMs, record.bytesRead, record.residualBytes, record.l1Residual.busyMs,
        record.l0Residual.busyMs, record.convert.busyMs, record.failedTiles);
}

std::string formatTileLogLine(std::string_view slideId, TileId id, double ms, TileKind kind) {
    return fmt::format("tile slide_id={} level={} x={} y={} ms={:.3f} kind={}", quoted(slideId), id.level, id.x, id.y,
                       ms, name(kind));
}

std::string formatLogLine(const MetricsSnapshot& snapshot) {
    const Gauges& gauges = snapshot.gauges;
    const TileTimes& generated = snapshot.generated;
    const TileTimes& baseline = snapshot.baseline;
    // The names of metrics.md in its order, then what is reported beyond them. The unqualified tile times are those
    // of generated tiles alone.
    return fmt::format(
        "metrics tiles_total={} baseline={} cache_hit={} generated={} fallback={} predicted={} residual_view={} "
        "tile_avg_ms={:.3f} tile_p50_ms={:.3f} tile_p95_ms={:.3f} tile_max_ms={:.3f} families={} family_avg_ms={:.3f} "
        "family_p95_ms={:.3f} family_max_ms={:.3f} cancelled={} wasted={} duplicate_families={} pool_total={} "
        "pool_avail={} pool_in_use_max={} inflight_current={} inflight_max={} queue_depth={} cache_bytes={} "
        "cache_limit_bytes={} texture_bytes={} fps={:.1f} frame_p95_ms={:.3f} rss_bytes={} cpu_pct={:.1f} derived={} "
        "failed={} tile_baseline_avg_ms={:.3f} tile_baseline_p50_ms={:.3f} tile_baseline_p95_ms={:.3f} "
        "tile_baseline_max_ms={:.3f} prefetch_hits={} prefetch_waiting={}",
        snapshot.tilesTotal(), snapshot.count(TileKind::Baseline), snapshot.count(TileKind::CacheHit),
        snapshot.count(TileKind::Generated), snapshot.count(TileKind::Fallback), snapshot.count(TileKind::Predicted),
        snapshot.count(TileKind::ResidualView), generated.averageMs, generated.p50Ms, generated.p95Ms, generated.maxMs,
        snapshot.family.count, snapshot.family.averageMs, snapshot.family.p95Ms, snapshot.family.maxMs,
        snapshot.cancelled, snapshot.wasted, snapshot.duplicateFamilies, gauges.poolTotal, gauges.poolAvailable,
        gauges.poolInUseMax, gauges.inflightCurrent, gauges.inflightMax, gauges.queueDepth, gauges.cacheBytes,
        gauges.cacheLimitBytes, gauges.textureBytes, snapshot.framesPerSecond, snapshot.frameP95Ms,
        snapshot.process.rssBytes, snapshot.process.cpuPercent, snapshot.count(TileKind::Derived),
        snapshot.count(TileKind::Failed), baseline.averageMs, baseline.p50Ms, baseline.p95Ms, baseline.maxMs,
        snapshot.prefetchHits, snapshot.prefetchWaiting);
}

}  // namespace origami
