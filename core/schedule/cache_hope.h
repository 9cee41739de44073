// Whether it is worth trying to read a slide from the system's cache alone.
#pragma once

#include <algorithm>
#include <atomic>

namespace origami {

// Hopes until a try fails; then again after one read from the disk that was as quick as from the cache, and with each
// try that fails in a row after twice as many of these, so that little is tried in vain where the cache cannot be asked
// at all. Thread-safe; of two notes at the same moment one may be lost.
class CacheHope {
public:
    static constexpr double kQuickReadMs = 0.5;  // from the cache, or a disk that is nearly as good
    static constexpr int kMostReads = 64;

    [[nodiscard]] bool isHopeful() const noexcept { return m_left <= 0; }
    void noteSuccess() noexcept { m_needed = 1; }
    void noteFailure() noexcept {
        m_left = m_needed.load();
        m_needed = std::min(2 * m_needed, kMostReads);
    }
    // A read that waited for the disk where that was needed.
    void noteRead(double ms) noexcept {
        if (m_left > 0 && ms < kQuickReadMs) {
            --m_left;
        }
    }

private:
    std::atomic<int> m_needed{1};  // quick reads after the next failure
    std::atomic<int> m_left{0};    // of these, to be seen
};

}  // namespace origami
