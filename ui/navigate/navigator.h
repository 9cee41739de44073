// Where one canvas looks, and how that changes: dragging, momentum, animated zooms and pans, the limits of the view.
// A pure state machine without a clock: functions that depend on the time are told the time, which must not go back.
// Points and distances are physical pixels of the canvas, measured from its top left corner. One thread at a time.
#pragma once

#include "core/view/motion.h"
#include "core/view/viewport.h"

#include <chrono>
#include <deque>
#include <optional>
#include <utility>

namespace origami {

class Navigator {
public:
    using Time = std::chrono::steady_clock::time_point;

    // A slide of this size, shown as a whole. Nothing moves the view while no slide is open or the canvas is empty.
    void open(LevelSize level0, Time now);
    void close();
    // The canvas has a new size. A view that showed the whole slide goes on doing so; any other keeps its centre and
    // scale.
    void resize(WindowSize size, Time now);
    // The window moved to a screen with another number of physical pixels per item unit. The canvas keeps its size in
    // item units, and the slide keeps its size on the screen.
    void setPixelRatio(double ratio, Time now);
    // Without animations every change of the view happens at once, and a drag leaves no momentum.
    void setReducedMotion(bool reduced) noexcept { m_reducedMotion = reduced; }
    [[nodiscard]] bool hasReducedMotion() const noexcept { return m_reducedMotion; }

    [[nodiscard]] const Viewport& view() const noexcept { return m_view; }
    [[nodiscard]] double pixelRatio() const noexcept { return m_pixelRatio; }
    // The whole slide is shown, or will be when the animation under way ends.
    [[nodiscard]] bool isFitted() const noexcept { return m_fitted; }
    [[nodiscard]] WindowPoint middle() const noexcept { return {m_view.size.width / 2, m_view.size.height / 2}; }
    // The scales that the view may take; both are 0 while nothing moves the view.
    [[nodiscard]] ScaleRange limits() const noexcept;
    // How the view moved when it was last set.
    [[nodiscard]] const Motion& motion() const noexcept { return m_motion; }
    // An animation runs, or the user holds the slide.
    [[nodiscard]] bool isMoving() const noexcept;
    // An animation runs: advance() has something to do.
    [[nodiscard]] bool isAnimated() const noexcept { return m_flight || m_drift; }
    [[nodiscard]] bool isDragging() const noexcept { return m_dragging; }

    // Animated changes. The scale is in physical pixels per level 0 pixel; pans are fractions of the canvas. A change
    // during an animation continues from the scale or the place where that would have ended.
    void zoomToFit(Time now);
    void zoomToScale(double scale, Time now);  // about the middle
    void zoomAbout(WindowPoint anchor, double factor, Time now);
    void panBy(double columns, double rows, Time now);

    // Changes at once; they end any animation.
    void lookAt(Level0Point centre, double scale, Time now);
    void zoomAtOnce(WindowPoint anchor, double factor, Time now);
    void moveSlideBy(WindowPoint distance, Time now);  // the slide follows, as under a hand

    // The user holds the slide with the mouse or one finger. A quick release leaves momentum.
    void beginDrag(WindowPoint position, Time now);
    void continueDrag(WindowPoint position, Time now);
    void endDrag(Time now);
    void cancelDrag() noexcept;  // without momentum

    // Two fingers went from `before` to `middle`, the point halfway between them, and are `distance` apart now.
    void pinch(WindowPoint before, WindowPoint middle, double distance, Time now);
    void endPinch() noexcept { m_pinchDistance.reset(); }

    void stop() noexcept;  // any animation, where it is
    // One step of the animation.
    void advance(Time now);
    // The last view has been shown. If nothing moves, the motion is over: returns whether there was any.
    bool rest() noexcept;

    // What happened since the last call.
    struct Changes {
        bool view = false;       // the view was set, perhaps to what it was
        bool animation = false;  // an animation began
    };
    [[nodiscard]] Changes takeChanges() noexcept { return std::exchange(m_changes, {}); }

private:
    struct Flight {  // an animated change of the view
        Viewport from;
        Viewport to;
        Time start;
    };
    struct Drift {             // momentum after a drag
        WindowPoint velocity;  // physical pixels per second
        Time last;             // step
    };
    struct Sample {
        Time time;
        WindowPoint position;
    };
    // Whether a view that shows the whole slide goes on doing so when the canvas is resized.
    enum class Fit { Keep, Drop };

    [[nodiscard]] bool canMove() const noexcept { return m_level0 && !m_view.size.isEmpty(); }
    [[nodiscard]] double limited(double scale) const noexcept;
    void setView(const Viewport& view, Fit fit, Time now);
    void shift(WindowPoint distance, Time now);
    void flyTo(const Viewport& target, Fit fit, Time now);
    void showWhole(Time now);

    std::optional<LevelSize> m_level0;
    Viewport m_view;
    double m_pixelRatio = 1;
    bool m_fitted = true;
    bool m_reducedMotion = false;
    std::optional<Flight> m_flight;
    std::optional<Drift> m_drift;
    bool m_dragging = false;
    std::deque<Sample> m_samples;  // the last tenth of a second of the drag
    std::optional<double> m_pinchDistance;
    MotionTracker m_tracker;
    Motion m_motion;
    Changes m_changes;
};

}  // namespace origami
