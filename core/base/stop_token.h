// Cooperative cancellation. The subset of std::stop_source and std::stop_token that we use; the
// standard ones are still missing from Apple's C++ library.
#pragma once

#include <atomic>
#include <cassert>
#include <memory>
#include <utility>

namespace origami {

class StopToken {
public:
    StopToken() = default;  // can never be stopped
    [[nodiscard]] bool stop_requested() const noexcept { return isSet(m_flag) || isSet(m_other); }

    // A token that is stopped as soon as `a` or `b` is. Neither may itself come from either().
    friend StopToken either(const StopToken& a, const StopToken& b) {
        assert(!a.m_other && !b.m_other);
        StopToken token(a.m_flag);
        token.m_other = b.m_flag;
        return token;
    }

private:
    friend class StopSource;
    using Flag = std::shared_ptr<const std::atomic<bool>>;
    explicit StopToken(Flag flag) : m_flag(std::move(flag)) {}
    static bool isSet(const Flag& flag) noexcept { return flag && flag->load(std::memory_order_relaxed); }
    Flag m_flag;
    Flag m_other;
};

class StopSource {
public:
    StopSource() : m_flag(std::make_shared<std::atomic<bool>>(false)) {}
    [[nodiscard]] StopToken token() const { return StopToken(m_flag); }
    // May be called on any thread, and from a signal handler.
    void request_stop() const noexcept { m_flag->store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool stop_requested() const noexcept { return m_flag->load(std::memory_order_relaxed); }

private:
    std::shared_ptr<std::atomic<bool>> m_flag;
};

}  // namespace origami
