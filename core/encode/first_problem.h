// The first error of a run on many threads, which ends it. Private to encode/.
#pragma once

#include "core/base/result.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

namespace origami {

// Thread-safe.
class FirstProblem {
public:
    void fail(Error error) {
        const std::lock_guard lock(m_mutex);
        if (!m_error) {
            m_error = std::move(error);
        }
        m_failed = true;
    }
    // False, and the run fails, if the result is an error.
    template <class T>
    bool succeeded(const Result<T>& result) {
        if (!result) {
            fail(result.error());
        }
        return result.has_value();
    }

    [[nodiscard]] bool hasFailed() const noexcept { return m_failed.load(std::memory_order_relaxed); }
    // Once all threads are done.
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return m_error; }

private:
    std::mutex m_mutex;
    std::optional<Error> m_error;
    std::atomic<bool> m_failed{false};
};

}  // namespace origami
