#include "ui/navigate/navigator.h"

#include <algorithm>
#include <cmath>

namespace origami {
namespace {

constexpr double kFlightSeconds = 0.16;
constexpr double kDriftSeconds = 0.3;     // after which momentum has fallen to 1/e
constexpr double kDriftStartSpeed = 120;  // item units per second; a slower release leaves no momentum
constexpr double kDriftStopSpeed = 12;    // item units per second
constexpr std::chrono::milliseconds kDragMemory{100};

double secondsBetween(Navigator::Time from, Navigator::Time to) {
    return std::chrono::duration<double>(to - from).count();
}

double msOf(Navigator::Time time) {
    return std::chrono::duration<double, std::milli>(time.time_since_epoch()).count();
}

double easedOut(double t) {
    const double left = 1.0 - t;
    return 1.0 - left * left * left;
}

// The view between two others at `t` in 0..1. The scale runs geometrically. The point of the slide that both views
// show at the same place of the window stays at that place, so a zoom about the cursor stays about the cursor.
Viewport between(const Viewport& from, const Viewport& to, double t) {
    if (t >= 1.0) {
        return to;
    }
    Viewport view = to;
    view.scale = from.scale * std::pow(to.scale / from.scale, t);
    const double span = 1.0 / from.scale - 1.0 / to.scale;
    const double part =
        std::abs(span) * std::max(from.scale, to.scale) < 1e-6 ? t : (1.0 / from.scale - 1.0 / view.scale) / span;
    view.centre = {from.centre.x + (to.centre.x - from.centre.x) * part,
                   from.centre.y + (to.centre.y - from.centre.y) * part};
    return view;
}

}  // namespace

ScaleRange Navigator::limits() const noexcept {
    return canMove() ? scaleRange(*m_level0, m_view.size) : ScaleRange{0, 0};
}

double Navigator::limited(double scale) const noexcept {
    const ScaleRange range = limits();
    return std::clamp(scale, range.min, std::max(range.min, range.max));
}

bool Navigator::isMoving() const noexcept {
    return isAnimated() || m_dragging || m_pinchDistance;
}

void Navigator::open(LevelSize level0, Time now) {
    stop();
    m_level0 = level0;
    m_fitted = true;
    showWhole(now);
}

void Navigator::close() {
    stop();
    m_level0.reset();
}

void Navigator::resize(WindowSize size, Time now) {
    if (size == m_view.size) {
        return;
    }
    const bool wasEmpty = m_view.size.isEmpty();
    m_view.size = size;
    if (!canMove()) {
        return;
    }
    if (m_fitted || wasEmpty) {
        m_flight.reset();
        m_fitted = true;
        showWhole(now);
        return;
    }
    if (m_flight) {
        m_flight->from.size = size;
        m_flight->to.size = size;
    }
    setView(m_view, Fit::Drop, now);
}

void Navigator::setPixelRatio(double ratio, Time now) {
    if (!(ratio > 0) || ratio == m_pixelRatio) {
        return;
    }
    const double growth = ratio / m_pixelRatio;
    m_pixelRatio = ratio;
    m_flight.reset();
    m_view.size = {m_view.size.width * growth, m_view.size.height * growth};
    m_view.scale *= growth;
    setView(m_view, Fit::Keep, now);
}

void Navigator::showWhole(Time now) {
    if (canMove()) {
        setView(fitted(*m_level0, m_view.size), Fit::Keep, now);
    }
}

void Navigator::setView(const Viewport& view, Fit fit, Time now) {
    if (!canMove()) {
        return;
    }
    m_view = constrained(view, *m_level0);
    m_fitted = m_fitted && fit == Fit::Keep;
    m_motion = m_tracker.moved(m_view, msOf(now));
    if (m_flight) {
        m_motion.target = m_flight->to;
    }
    m_changes.view = true;
}

void Navigator::flyTo(const Viewport& target, Fit fit, Time now) {
    m_drift.reset();
    m_fitted = fit == Fit::Keep;
    if (m_reducedMotion) {
        m_flight.reset();
        setView(target, fit, now);
        return;
    }
    m_flight = Flight{m_view, constrained(target, *m_level0), now};
    m_changes.animation = true;
}

void Navigator::zoomToFit(Time now) {
    if (canMove()) {
        flyTo(fitted(*m_level0, m_view.size), Fit::Keep, now);
    }
}

void Navigator::zoomToScale(double scale, Time now) {
    if (canMove() && scale > 0) {
        flyTo(m_view.zoomedAbout(middle(), limited(scale)), Fit::Drop, now);
    }
}

void Navigator::zoomAbout(WindowPoint anchor, double factor, Time now) {
    if (canMove() && factor > 0) {
        const double scale = m_flight ? m_flight->to.scale : m_view.scale;
        flyTo(m_view.zoomedAbout(anchor, limited(scale * factor)), Fit::Drop, now);
    }
}

void Navigator::panBy(double columns, double rows, Time now) {
    if (canMove()) {
        Viewport target = m_flight ? m_flight->to : m_view;
        target.centre.x += columns * target.size.width / target.scale;
        target.centre.y += rows * target.size.height / target.scale;
        flyTo(target, Fit::Drop, now);
    }
}

void Navigator::lookAt(Level0Point centre, double scale, Time now) {
    if (scale > 0) {
        stop();
        setView({centre, scale, m_view.size}, Fit::Drop, now);
    }
}

void Navigator::zoomAtOnce(WindowPoint anchor, double factor, Time now) {
    stop();
    if (canMove()) {
        setView(m_view.zoomedAbout(anchor, limited(m_view.scale * factor)), Fit::Drop, now);
    }
}

void Navigator::moveSlideBy(WindowPoint distance, Time now) {
    stop();
    shift(distance, now);
}

void Navigator::shift(WindowPoint distance, Time now) {
    Viewport view = m_view;
    view.centre.x -= distance.x / view.scale;
    view.centre.y -= distance.y / view.scale;
    setView(view, Fit::Drop, now);
}

void Navigator::beginDrag(WindowPoint position, Time now) {
    stop();
    m_dragging = true;
    m_samples.assign({{now, position}});
}

void Navigator::continueDrag(WindowPoint position, Time now) {
    if (!m_dragging) {
        return;
    }
    const WindowPoint last = m_samples.back().position;
    shift({position.x - last.x, position.y - last.y}, now);
    m_samples.push_back({now, position});
    while (m_samples.size() > 2 && now - m_samples.front().time > kDragMemory) {
        m_samples.pop_front();
    }
}

void Navigator::endDrag(Time now) {
    if (!std::exchange(m_dragging, false)) {
        return;
    }
    // A slide that was held still before it was let go has no momentum.
    if (m_reducedMotion || m_samples.size() < 2 || now - m_samples.back().time > kDragMemory) {
        return;
    }
    const double seconds = std::max(secondsBetween(m_samples.front().time, now), 0.001);
    const WindowPoint from = m_samples.front().position;
    const WindowPoint to = m_samples.back().position;
    const WindowPoint velocity{(to.x - from.x) / seconds, (to.y - from.y) / seconds};
    if (std::hypot(velocity.x, velocity.y) >= kDriftStartSpeed * m_pixelRatio) {
        m_drift = Drift{velocity, now};
        m_changes.animation = true;
    }
}

void Navigator::cancelDrag() noexcept {
    m_dragging = false;
    m_samples.clear();
}

void Navigator::pinch(WindowPoint before, WindowPoint middle, double distance, Time now) {
    if (m_pinchDistance) {
        moveSlideBy({middle.x - before.x, middle.y - before.y}, now);
        zoomAtOnce(middle, distance / *m_pinchDistance, now);
    }
    m_pinchDistance = distance;
}

void Navigator::stop() noexcept {
    m_flight.reset();
    m_drift.reset();
}

void Navigator::advance(Time now) {
    if (m_flight) {
        const double t = secondsBetween(m_flight->start, now) / kFlightSeconds;
        setView(between(m_flight->from, m_flight->to, easedOut(std::min(t, 1.0))), Fit::Keep, now);
        if (t >= 1.0) {
            stop();
        }
    } else if (m_drift) {
        const double seconds = secondsBetween(std::exchange(m_drift->last, now), now);
        const Viewport before = m_view;
        shift({m_drift->velocity.x * seconds, m_drift->velocity.y * seconds}, now);
        const double left = std::exp(-seconds / kDriftSeconds);
        m_drift->velocity = {m_drift->velocity.x * left, m_drift->velocity.y * left};
        const bool isSlow = std::hypot(m_drift->velocity.x, m_drift->velocity.y) < kDriftStopSpeed * m_pixelRatio;
        const bool isAtEdge = seconds > 0 && m_view == before;
        if (isSlow || isAtEdge) {
            stop();
        }
    }
}

bool Navigator::rest() noexcept {
    return !isMoving() && std::exchange(m_motion, {}) != Motion{};
}

}  // namespace origami
