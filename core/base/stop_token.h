// Cooperative cancellation. The subset of std::stop_source and std::stop_token that we use; the
// standard ones are still missing from Apple's C++ library.
#pragma once

#include <atomic>
#include <memory>

namespace origami {

class StopToken {
public:
    StopToken() = default;  // can never be stopped
    [[nodiscard]] bool stop_requested() const noexcept { return m_flag && m_flag->load(std::memory_order_relaxed); }

private:
    friend class StopSource;
    explicit StopToken(std::shared_ptr<const std::atomic<bool>> flag) : m_flag(std::move(flag)) {}
    std::shared_ptr<const std::atomic<bool>> m_flag;
};

class StopSource {
public:
    StopSource() : m_flag(std::make_shared<std::atomic<bool>>(false)) {}
    [[nodiscard]] StopToken token() const { return StopToken(m_flag); }
    // Any thread, and from a signal handler too.
    void request_stop() const noexcept { m_flag->store(true, std::memory_order_relaxed); }
    [[nodiscard]] bool stop_requested() const noexcept { return m_flag->load(std::memory_order_relaxed); }

private:
    std::shared_ptr<std::atomic<bool>> m_flag;
};

}  // namespace origami
