#include "core/metrics/trace_events.h"

#include "core/base/version.h"
#include "core/metrics/json_fields.h"
#include "core/metrics/timeline.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <string>

namespace origami {
namespace {

constexpr int kProcess = 1;
constexpr int kRoles = 5;
constexpr std::size_t kPiece = std::size_t{1} << 16;

double microseconds(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / 1e3;
}

// A thread that has had several roles is shown as one thread for each role.
int trackOf(int thread, ThreadRole role) {
    return thread * kRoles + static_cast<int>(role);
}

std::string nameOf(int thread, ThreadRole role) {
    switch (role) {
        case ThreadRole::Gui: return "GUI";
        case ThreadRole::Render: return "render";
        case ThreadRole::Worker: return "worker " + std::to_string(thread);
        case ThreadRole::Reader: return "I/O " + std::to_string(thread);
        case ThreadRole::Other: break;
    }
    return "thread " + std::to_string(thread);
}

// The window's threads first.
int orderOf(int thread, ThreadRole role) {
    constexpr int kThreads = 100'000;
    switch (role) {
        case ThreadRole::Gui: return 0;
        case ThreadRole::Render: return 1;
        case ThreadRole::Worker: return 1 * kThreads + thread;
        case ThreadRole::Reader: return 2 * kThreads + thread;
        case ThreadRole::Other: break;
    }
    return 3 * kThreads + thread;
}

std::string_view categoryOf(SpanKind kind) {
    switch (kind) {
        case SpanKind::Family:
        case SpanKind::Queue:
        case SpanKind::Wait: return "family";
        case SpanKind::Read: return "read";
        case SpanKind::L2Decode:
        case SpanKind::L1Resize:
        case SpanKind::L1Residual:
        case SpanKind::L0Resize:
        case SpanKind::L0Residual:
        case SpanKind::Convert: return "stage";
        case SpanKind::Publish:
        case SpanKind::Tile: return "tile";
        case SpanKind::Upload: return "upload";
        case SpanKind::Frame:
        case SpanKind::SetView: return "window";
    }
    return "";
}

class TraceWriter {
public:
    explicit TraceWriter(const std::function<bool(std::string_view)>& sink) : m_sink(sink) {}

    void begin() { m_piece = "{\"traceEvents\":[\n"; }

    void metadata(std::string_view what, int track, nlohmann::ordered_json arguments) {
        nlohmann::ordered_json event = start(what, "__metadata", "M", 0, track);
        event["args"] = std::move(arguments);
        write(event);
    }
    void complete(const Span& span, int track) {
        nlohmann::ordered_json event = start(name(span.kind), categoryOf(span.kind), "X", span.startNs, track);
        event["dur"] = microseconds(span.durationNs);
        event["args"] = argumentsOf(span.id);
        seen(span.startNs, span.startNs + span.durationNs);
        write(event);
    }
    // Begins on one thread and ends on another, or on none.
    void asynchronous(std::string_view what, std::string_view category, std::int64_t startNs, std::int64_t endNs,
                      int track, nlohmann::ordered_json arguments) {
        ++m_asynchronous;
        for (const bool isBegin : {true, false}) {
            nlohmann::ordered_json event = start(what, category, isBegin ? "b" : "e", isBegin ? startNs : endNs, track);
            event["id"] = std::to_string(m_asynchronous);
            event["args"] = isBegin ? std::move(arguments) : nlohmann::ordered_json::object();
            write(event);
        }
        seen(startNs, endNs);
    }
    TraceSummary end(std::int64_t dropped) {
        TraceSummary summary{.events = m_events,
                             .dropped = dropped,
                             .seconds = m_lastNs > m_firstNs ? static_cast<double>(m_lastNs - m_firstNs) / 1e9 : 0};
        const nlohmann::ordered_json about{{"program", "Origami Viewer"},
                                           {"version", version()},
                                           {"clock", "microseconds since the program began"},
                                           {"dropped_events", dropped}};
        m_piece += "\n],\n\"displayTimeUnit\":\"ms\",\n\"otherData\":" + about.dump() + "}\n";
        flush();
        return summary;
    }
    [[nodiscard]] bool isStopped() const { return m_isStopped; }

    static nlohmann::ordered_json argumentsOf(TileId id) {
        if (id == kNoTile) {
            return nlohmann::ordered_json::object();
        }
        if (id.level == kFamilyLevel) {
            return {{"x2", id.x}, {"y2", id.y}};
        }
        return {{"level", id.level}, {"x", id.x}, {"y", id.y}};
    }

private:
    static nlohmann::ordered_json start(std::string_view what, std::string_view category, std::string_view phase,
                                        std::int64_t ns, int track) {
        return {{"name", what},           {"cat", category}, {"ph", phase},
                {"ts", microseconds(ns)}, {"pid", kProcess}, {"tid", track}};
    }
    void seen(std::int64_t startNs, std::int64_t endNs) {
        m_firstNs = std::min(m_firstNs, startNs);
        m_lastNs = std::max(m_lastNs, endNs);
    }
    void write(const nlohmann::ordered_json& event) {
        if (m_events++ > 0) {
            m_piece += ",\n";
        }
        // Names in files need not be valid UTF-8.
        m_piece += event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        if (m_piece.size() >= kPiece) {
            flush();
        }
    }
    void flush() {
        m_isStopped = m_isStopped || !m_sink(m_piece);
        m_piece.clear();
    }

    const std::function<bool(std::string_view)>& m_sink;
    std::string m_piece;
    bool m_isStopped = false;
    std::int64_t m_events = 0;
    std::int64_t m_asynchronous = 0;
    std::int64_t m_firstNs = std::numeric_limits<std::int64_t>::max();
    std::int64_t m_lastNs = 0;
};

}  // namespace

TraceSummary writeTraceEvents(std::span<const FamilyRecord> families, std::int64_t familiesDropped,
                              const std::function<bool(std::string_view)>& sink) {
    TraceWriter writer(sink);
    writer.begin();
    writer.metadata("process_name", 0, {{"name", "Origami Viewer"}});
    std::int64_t dropped = familiesDropped;
    readTimeline([&](const ThreadTimeline& thread) {
        std::set<ThreadRole> named;
        dropped += thread.dropped;
        for (const Span& span : thread.spans) {
            if (writer.isStopped()) {
                return;
            }
            const int track = trackOf(thread.number, span.role);
            if (named.insert(span.role).second) {
                writer.metadata("thread_name", track, {{"name", nameOf(thread.number, span.role)}});
                writer.metadata("thread_sort_index", track, {{"sort_index", orderOf(thread.number, span.role)}});
            }
            if (span.kind == SpanKind::Queue) {
                writer.asynchronous(name(span.kind), categoryOf(span.kind), span.startNs,
                                    span.startNs + span.durationNs, track, TraceWriter::argumentsOf(span.id));
            } else {
                writer.complete(span, track);
            }
        }
    });
    for (const FamilyRecord& family : families) {
        const std::int64_t asked = std::max<std::int64_t>(0, onTimeline(family.requestedNs));
        writer.asynchronous("family_breakdown", "family", asked, std::max(asked, onTimeline(family.madeNs)), 0,
                            fieldsAsJson(family));
    }
    return writer.end(dropped);
}

}  // namespace origami
