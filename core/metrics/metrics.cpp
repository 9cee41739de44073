#include "core/metrics/metrics.h"

#include "core/metrics/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <numeric>
#include <utility>

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

class LogLine {
public:
    explicit LogLine(std::string_view name) { append("{}", name); }

    void operator()(std::string_view name, std::string_view value) { append(" {}={}", name, quoted(value)); }
    void operator()(std::string_view name, std::int64_t value) { append(" {}={}", name, value); }
    void operator()(std::string_view name, double value, int decimals) { append(" {}={:.{}f}", name, value, decimals); }

    [[nodiscard]] std::string text() const { return fmt::to_string(m_buffer); }

private:
    template <class... Arguments>
    void append(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
        fmt::format_to(std::back_inserter(m_buffer), format, std::forward<Arguments>(arguments)...);
    }
    fmt::memory_buffer m_buffer;
};

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
    static std::atomic<std::uint16_t> next{1};
    thread_local const std::uint16_t kIndex = next++;
    return kIndex;
}

std::int64_t MetricsSnapshot::tilesTotal() const {
    return std::accumulate(tiles.begin(), tiles.end(), std::int64_t{0});
}

void FamilyRecord::addUpload(const StageSpan& upload) {
    uploadMs += upload.ms();
    spans.add(upload);
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
    LogLine line("family_breakdown");
    visitFields(record, line);
    return line.text();
}

std::string formatTileLogLine(std::string_view slideId, TileId id, double ms, TileKind kind) {
    return fmt::format("tile slide_id={} level={} x={} y={} ms={:.3f} kind={}", quoted(slideId), id.level, id.x, id.y,
                       ms, name(kind));
}

std::string formatLogLine(const MetricsSnapshot& snapshot) {
    LogLine line("metrics");
    visitFields(snapshot, line);
    return line.text();
}

}  // namespace origami
