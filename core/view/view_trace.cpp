#include "core/view/view_trace.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace origami {
namespace {

constexpr std::size_t kMaxViews = 1'000'000;
constexpr double kMaxMs = 24.0 * 3600 * 1000;
constexpr double kMaxPixels = 1 << 26;
constexpr double kMaxWindow = 1 << 15;
constexpr std::array kKinds{TraceKind::Jumps, TraceKind::Pan, TraceKind::Dive, TraceKind::Session};

std::optional<double> numberIn(const nlohmann::json& object, const char* key, double low, double high) {
    const auto member = object.is_object() ? object.find(key) : object.end();
    if (member == object.end() || !member->is_number()) {
        return std::nullopt;
    }
    const double value = member->get<double>();
    return value >= low && value <= high ? std::optional(value) : std::nullopt;
}

}  // namespace

std::string_view name(TraceKind kind) noexcept {
    switch (kind) {
        case TraceKind::Jumps: return "jumps";
        case TraceKind::Pan: return "pan";
        case TraceKind::Dive: return "dive";
        case TraceKind::Session: break;
    }
    return "session";
}

Viewport ViewTrace::viewport(std::size_t view) const {
    const TraceView& recorded = views[view];
    const double scale = window.width / recorded.width;
    return {.centre = {recorded.topLeft.x + recorded.width / 2, recorded.topLeft.y + window.height / scale / 2},
            .scale = scale,
            .size = window};
}

Viewport ViewTrace::at(double ms) const {
    const auto next = std::ranges::upper_bound(views, ms, {}, &TraceView::ms);
    const auto index = static_cast<std::size_t>(next - views.begin());
    if (next == views.begin() || next == views.end() || kind == TraceKind::Jumps) {
        return viewport(std::max<std::size_t>(index, 1) - 1);
    }
    const TraceView& before = *std::prev(next);
    const double part = (ms - before.ms) / (next->ms - before.ms);
    const double width = before.width * std::pow(next->width / before.width, part);
    const double scale = window.width / width;
    const double x = std::lerp(before.topLeft.x, next->topLeft.x, part);
    const double y = std::lerp(before.topLeft.y, next->topLeft.y, part);
    return {.centre = {x + width / 2, y + window.height / scale / 2}, .scale = scale, .size = window};
}

double ViewTrace::lastMotionMs() const {
    for (std::size_t i = views.size() - 1; i > 0; --i) {
        if (views[i].topLeft != views[i - 1].topLeft || views[i].width != views[i - 1].width) {
            return views[i].ms;
        }
    }
    return views.front().ms;
}

Result<ViewTrace> parseViewTrace(std::string_view json, std::string_view source) {
    const auto bad = [source](std::string_view fact) {
        return Error{ErrorCode::Corrupt, fmt::format("{}: {}", source, fact)};
    };
    const nlohmann::json root = nlohmann::json::parse(json.begin(), json.end(), nullptr, false);
    if (!root.is_object()) {
        return bad("the trace is not a JSON object");
    }
    ViewTrace trace;
    trace.name = root.contains("name") && root["name"].is_string() ? root["name"].get<std::string>() : "";
    const std::string kindName =
        root.contains("kind") && root["kind"].is_string() ? root["kind"].get<std::string>() : "";
    const auto* const kind = std::ranges::find(kKinds, kindName, [](TraceKind value) { return name(value); });
    if (kind == kKinds.end()) {
        return bad("the trace's kind is not jumps, pan, dive or session");
    }
    trace.kind = *kind;

    const nlohmann::json slide = root.value("slide", nlohmann::json());
    const std::optional<double> slideWidth = numberIn(slide, "width", 1, static_cast<double>(kMaxSlideSide));
    const std::optional<double> slideHeight = numberIn(slide, "height", 1, static_cast<double>(kMaxSlideSide));
    if (!slideWidth || !slideHeight) {
        return bad("the trace does not say the slide's width and height in pixels");
    }
    trace.slide = {std::llround(*slideWidth), std::llround(*slideHeight)};
    const nlohmann::json window = root.value("viewport", nlohmann::json());
    const std::optional<double> windowWidth = numberIn(window, "width", 1, kMaxWindow);
    const std::optional<double> windowHeight = numberIn(window, "height", 1, kMaxWindow);
    if (!windowWidth || !windowHeight) {
        return bad(fmt::format("the trace's viewport is not between 1 and {} pixels a side", kMaxWindow));
    }
    trace.window = {*windowWidth, *windowHeight};

    const auto views = root.find("views");
    if (views == root.end() || !views->is_array() || views->empty()) {
        return bad("the trace has no views");
    }
    if (views->size() > kMaxViews) {
        return bad(fmt::format("the trace has {} views, more than {}", views->size(), kMaxViews));
    }
    trace.views.reserve(views->size());
    for (const nlohmann::json& view : *views) {
        const std::optional<double> ms = numberIn(view, "t_ms", 0, kMaxMs);
        const std::optional<double> x = numberIn(view, "x", -kMaxPixels, kMaxPixels);
        const std::optional<double> y = numberIn(view, "y", -kMaxPixels, kMaxPixels);
        const std::optional<double> width = numberIn(view, "width", 1, kMaxPixels);
        if (!ms || !x || !y || !width) {
            return bad(fmt::format("view {} of the trace lacks a sensible t_ms, x, y or width", trace.views.size()));
        }
        if (!trace.views.empty() && *ms <= trace.views.back().ms) {
            return bad(fmt::format("view {} of the trace is not later than the one before it", trace.views.size()));
        }
        trace.views.push_back({.ms = *ms, .topLeft = {*x, *y}, .width = *width});
    }
    return trace;
}

std::string formatViewTrace(const ViewTrace& trace) {
    const auto rounded = [](double value) { return std::round(value * 1000) / 1000; };
    nlohmann::ordered_json root;
    root["name"] = trace.name;
    root["kind"] = name(trace.kind);
    root["slide"] = {{"width", trace.slide.width}, {"height", trace.slide.height}};
    root["viewport"] = {{"width", trace.window.width}, {"height", trace.window.height}};
    nlohmann::ordered_json& views = root["views"] = nlohmann::ordered_json::array();
    for (const TraceView& view : trace.views) {
        views.push_back({{"t_ms", rounded(view.ms)},
                         {"x", rounded(view.topLeft.x)},
                         {"y", rounded(view.topLeft.y)},
                         {"width", rounded(view.width)}});
    }
    return root.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace origami
