// A recorded session of views (cli.md, "Traces"): where the user looked, and when.
#pragma once

#include "core/base/result.h"
#include "core/view/viewport.h"

#include <string>
#include <string_view>
#include <vector>

namespace origami {

enum class TraceKind { Jumps, Pan, Dive, Session };
std::string_view name(TraceKind kind) noexcept;  // "jumps", ...

struct TraceView {
    double ms = 0;        // since the trace's start
    Level0Point topLeft;  // of the view
    double width = 0;     // of the view, level 0 pixels, > 0
};

struct ViewTrace {
    std::string name;
    TraceKind kind = TraceKind::Session;
    LevelSize slide;               // that the trace was made for
    WindowSize window;             // physical pixels
    std::vector<TraceView> views;  // at least one, in order of time

    [[nodiscard]] double durationMs() const { return views.back().ms; }
    // The view at a time: x and y between views linearly, the width geometrically; before the first and after the
    // last these.
    [[nodiscard]] Viewport at(double ms) const;
    // A recorded view by itself.
    [[nodiscard]] Viewport viewport(std::size_t view) const;
    // When the view moves for the last time.
    [[nodiscard]] double lastMotionMs() const;
};

inline constexpr std::size_t kMaxTraceBytes = std::size_t{64} << 20U;

// `source` is what messages call the trace. Corrupt if it is no JSON, lacks a member, or has a number that cannot be
// meant: at most 10^6 views, a day, windows of 32768 pixels, and views within 2^26 level 0 pixels.
Result<ViewTrace> parseViewTrace(std::string_view json, std::string_view source);

// The trace as JSON, numbers to a thousandth: what parseViewTrace reads.
std::string formatViewTrace(const ViewTrace& trace);

}  // namespace origami
