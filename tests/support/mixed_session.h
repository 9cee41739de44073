// Five minutes of a pathologist's work with one slide, for a slide and a window of any size: what a mixed session is in
// measurements (tests/bench) and in tests. Arithmetic alone: the same views everywhere.
#pragma once

#include "core/view/view_trace.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace origami::test {

// Says where the user looks next: centres in fractions of the slide, distances in windows, zoom in level 0 pixels per
// physical pixel.
class SessionWriter {
public:
    SessionWriter(LevelSize slide, WindowSize window)
        : m_trace{.name = "mixed", .kind = TraceKind::Session, .slide = slide, .window = window, .views = {}},
          m_view(fitted(slide, window)) {
        add();
    }

    // Looks at what is there.
    void look(double seconds) {
        m_ms += seconds * 1000;
        add();
    }
    // A click into the thumbnail, or a bookmark: the next view is there at once.
    void jump(Level0Point at, double zoom) {
        m_ms += kInstantMs;
        m_view = there(at, zoom);
        add();
    }
    // Zooms about a point of the window (fractions of its size), in `seconds`.
    void zoom(double to, WindowPoint at, double seconds) {
        const Viewport from = m_view;
        const WindowPoint anchor{at.x * from.size.width, at.y * from.size.height};
        const double scale = 1 / std::min(to, coarsest());
        move(seconds,
             [&](double part) { m_view = from.zoomedAbout(anchor, from.scale * std::pow(scale / from.scale, part)); });
    }
    // Drags by so many windows. Hands start and stop gently.
    void pan(double dx, double dy, double seconds) {
        const Level0Point from = m_view.centre;
        const LevelSize slide = m_trace.slide;
        const Level0Point to{
            std::clamp(from.x + dx * m_view.size.width / m_view.scale, 0.0, static_cast<double>(slide.width)),
            std::clamp(from.y + dy * m_view.size.height / m_view.scale, 0.0, static_cast<double>(slide.height))};
        move(seconds, [&](double part) {
            const double eased = part * part * (3 - 2 * part);
            m_view.centre = {std::lerp(from.x, to.x, eased), std::lerp(from.y, to.y, eased)};
        });
    }
    // Arrow keys: a quarter of a window each, with a moment between them.
    void keys(int count, double dx, double dy) {
        for (int i = 0; i < count; ++i) {
            pan(dx / 4, dy / 4, 0.15);
            look(0.45);
        }
    }
    [[nodiscard]] double seconds() const { return m_ms / 1000; }
    [[nodiscard]] ViewTrace take() { return std::move(m_trace); }

private:
    static constexpr double kInstantMs = 1;
    static constexpr double kStepMs = 100;  // between two views of a movement; replay fills in the frames

    [[nodiscard]] double coarsest() const { return 1 / fitted(m_trace.slide, m_trace.window).scale; }
    [[nodiscard]] Viewport there(Level0Point at, double zoom) const {
        return {.centre = {at.x * static_cast<double>(m_trace.slide.width),
                           at.y * static_cast<double>(m_trace.slide.height)},
                .scale = 1 / std::min(zoom, coarsest()),
                .size = m_trace.window};
    }
    template <class Step>
    void move(double seconds, Step step) {
        const double start = m_ms;
        const int steps = std::max(1, static_cast<int>(std::lround(seconds * 1000 / kStepMs)));
        for (int i = 1; i <= steps; ++i) {
            step(static_cast<double>(i) / steps);
            m_ms = start + seconds * 1000 * i / steps;
            add();
        }
    }
    void add() {
        const Level0Rect area = m_view.area();
        m_trace.views.push_back({.ms = m_ms, .topLeft = {area.x, area.y}, .width = area.width});
    }

    ViewTrace m_trace;
    Viewport m_view;
    double m_ms = 0;
};

inline ViewTrace mixedSession(LevelSize slide, WindowSize window) {
    constexpr double kAll = 1e9;  // as far out as the whole slide
    constexpr WindowPoint kMiddle{0.5, 0.5};
    SessionWriter user(slide, window);
    user.look(4);
    // Into a first suspicious place, and along its border.
    user.zoom(4, {0.35, 0.4}, 1.5);
    user.look(3);
    user.zoom(1, {0.6, 0.45}, 1.2);
    user.look(6);
    for (const auto& [dx, dy] : {std::pair{0.8, 0.1}, {0.7, 0.3}, {0.5, 0.6}, {-0.2, 0.8}}) {
        user.pan(dx, dy, 2.5);
        user.look(2.5);
    }
    // A little out and in again, to see what is around.
    user.zoom(3, kMiddle, 0.8);
    user.look(3);
    user.zoom(1, {0.4, 0.6}, 0.8);
    user.look(5);
    // Scanning in a meander at low power, fast, with a stop where something is to be seen.
    user.zoom(4, kMiddle, 0.8);
    for (const double dx : {3.0, -3.0, 3.0}) {
        user.pan(dx, 0, 3);
        user.look(0.4);
        user.pan(0, 0.8, 0.8);
    }
    user.look(3);
    user.zoom(1, {0.3, 0.7}, 1.2);
    user.look(8);
    user.keys(6, 1, 0);
    user.keys(4, 0, 1);
    user.look(4);
    // Back to the whole and elsewhere by the thumbnail.
    user.zoom(kAll, kMiddle, 1.6);
    user.look(3);
    for (const Level0Point place : {Level0Point{0.7, 0.3}, {0.25, 0.65}, {0.55, 0.5}}) {
        user.jump(place, 2);
        user.look(4);
        user.zoom(1, {0.55, 0.5}, 0.7);
        user.look(5);
        user.pan(0.4, -0.3, 1.2);
        user.look(3);
    }
    // To where one was, twice: comparing two places.
    for (int i = 0; i < 2; ++i) {
        user.jump({0.7, 0.3}, 1);
        user.look(4);
        user.jump({0.25, 0.65}, 1);
        user.look(4);
    }
    // Slowly along two strips at full resolution, reading every field.
    for (const double dx : {0.9, -0.9}) {
        for (int i = 0; i < 8; ++i) {
            user.pan(dx, i % 2 == 0 ? 0.12 : -0.12, 2);
            user.look(2.5);
        }
        user.pan(0, 0.8, 1);
        user.look(0.5);
    }
    // Fast across at full resolution, looking for the end of the tissue.
    user.pan(-5, 0.5, 2.5);
    user.look(3);
    user.pan(0, -3, 1.5);
    user.look(3);
    // A dive from the whole slide to more than full resolution: counting mitoses, key by key.
    user.zoom(kAll, kMiddle, 1.5);
    user.look(2);
    user.zoom(0.5, {0.45, 0.55}, 2);
    user.look(8);
    user.keys(8, 1, 0);
    user.keys(2, 0, 1);
    user.keys(8, -1, 0);
    user.look(5);
    // Two more fields at medium power, and the end as the beginning.
    user.jump({0.4, 0.3}, 4);
    user.look(5);
    for (const double turn : {1.0, -1.0}) {
        user.pan(turn, 0.5, 1.5);
        user.look(4);
        user.zoom(1.5, {0.5, 0.4}, 1);
        user.look(6);
        user.zoom(4, kMiddle, 0.8);
        user.look(2);
    }
    user.zoom(kAll, kMiddle, 1.5);
    user.look(std::max(5.0, 300 - user.seconds()));
    return user.take();
}

}  // namespace origami::test
