// The slides that are open in an engine, and what the window looks at in each. Private to engine/.
#pragma once

#include "core/engine/look_planner.h"
#include "core/engine/tile.h"
#include "core/slide/slide.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

namespace origami {

struct OpenSlide {
    OpenSlide(SlideKey slideKey, std::shared_ptr<const Slide> openedSlide)
        : key(slideKey), slide(std::move(openedSlide)) {}

    const SlideKey key;
    const std::shared_ptr<const Slide> slide;

    std::mutex planning;  // held from planning the looks until the scheduler has their jobs

    mutable std::mutex mutex;  // guards the two members below
    LookRequest request;
    std::vector<PlannedLook> looks;

    // Returns whether reads take as long as a disk or a share needs to seek, by a running mean of their times.
    [[nodiscard]] bool isSlow() const { return m_readMs > kSlowReadMs; }
    // If two reads end at the same moment, one of them may not be counted.
    void noteRead(double ms) { m_readMs = std::lerp(m_readMs.load(), ms, kNewestWeight); }

    std::atomic<bool> hasFileChanged{false};
    std::atomic<std::chrono::steady_clock::time_point> fileCheckedAt{};

    // The tiles of a family that the look in this mode asks for, best first.
    [[nodiscard]] std::vector<WantedTile> askedForOf(FamilyId family, ViewMode mode) const {
        const std::lock_guard lock(mutex);
        for (const PlannedLook& look : looks) {
            if (look.mode == mode) {
                return origami::askedForOf(slide->pyramid(), look, family);
            }
        }
        return {};
    }

private:
    static constexpr double kSlowReadMs = 2;
    static constexpr double kNewestWeight = 0.25;
    std::atomic<double> m_readMs{0};
};

// Thread-safe.
class OpenSlides {
public:
    std::shared_ptr<OpenSlide> add(std::shared_ptr<const Slide> slide) {
        const std::lock_guard lock(m_mutex);
        const SlideKey key = ++m_lastKey;
        return m_slides.emplace(key, std::make_shared<OpenSlide>(key, std::move(slide))).first->second;
    }
    // Null if the slide is not open.
    std::shared_ptr<OpenSlide> remove(SlideKey key) {
        const std::lock_guard lock(m_mutex);
        const auto node = m_slides.extract(key);
        return node ? node.mapped() : nullptr;
    }
    [[nodiscard]] std::shared_ptr<OpenSlide> find(SlideKey key) const {
        const std::lock_guard lock(m_mutex);
        const auto found = m_slides.find(key);
        return found != m_slides.end() ? found->second : nullptr;
    }
    [[nodiscard]] bool isEmpty() const {
        const std::lock_guard lock(m_mutex);
        return m_slides.empty();
    }

private:
    mutable std::mutex m_mutex;
    std::unordered_map<SlideKey, std::shared_ptr<OpenSlide>> m_slides;
    SlideKey m_lastKey = 0;
};

}  // namespace origami
