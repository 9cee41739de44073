// How good a frame is (cli.md, "Traces"), and what a replayed session of frames adds up to. Pure values.
#pragma once

#include "core/pyramid/tile_id.h"
#include "core/view/viewport.h"

#include <functional>
#include <vector>

namespace origami {

struct FrameQuality {
    bool isIdeal = true;    // every visible tile of the ideal level is on the screen
    bool isBad = false;     // some part is blank or more than one level too coarse
    double idealShare = 1;  // of the area of the view that lies in the slide
    double badShare = 0;
};

// A view beside the slide is ideal.
FrameQuality frameQuality(const Pyramid& pyramid, const Viewport& view, const std::function<bool(TileId)>& isOnScreen);

// Collects the frames of one replay.
class ReplayScore {
public:
    // A jump, at a time of any clock in ms; frames that follow are of its view.
    void addJump(double ms);
    // A frame shown at that time.
    void addFrame(double ms, const FrameQuality& quality);

    [[nodiscard]] int frames() const noexcept { return m_frames; }
    // Shares of frames, and mean shares of the view's area.
    [[nodiscard]] double framesIdeal() const noexcept { return perFrame(m_ideal); }
    [[nodiscard]] double framesBad() const noexcept { return perFrame(m_bad); }
    [[nodiscard]] double areaIdeal() const noexcept { return perFrame(m_idealArea); }
    [[nodiscard]] double areaBad() const noexcept { return perFrame(m_badArea); }
    // From each jump to its first frame that is ideal, or not bad; jumps without one are left out.
    [[nodiscard]] const std::vector<double>& msToIdeal() const noexcept { return m_msToIdeal; }
    [[nodiscard]] const std::vector<double>& msToNotBad() const noexcept { return m_msToNotBad; }

private:
    [[nodiscard]] double perFrame(double sum) const noexcept { return m_frames > 0 ? sum / m_frames : 0; }

    int m_frames = 0;
    double m_ideal = 0;
    double m_bad = 0;
    double m_idealArea = 0;
    double m_badArea = 0;
    double m_jumpMs = 0;
    bool m_awaitsIdeal = false;
    bool m_awaitsNotBad = false;
    std::vector<double> m_msToIdeal;
    std::vector<double> m_msToNotBad;
};

}  // namespace origami
