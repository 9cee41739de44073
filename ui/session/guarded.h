// The guard around work on background threads: no exception leaves it.
#pragma once

#include "core/base/result.h"

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>

namespace origami {

// Runs `work`, which returns a Result. What it throws becomes the error OutOfMemory, with a message that begins with
// `about` (a file, say) unless that is empty.
template <class Work>
std::invoke_result_t<const Work&> guarded(const Work& work, std::string_view about = {}) {
    std::string reason;
    try {
        return work();
    } catch (const std::bad_alloc&) {
        reason = "there is not enough memory";
    } catch (const std::exception& problem) {
        reason = problem.what();
    }
    const Error error{ErrorCode::OutOfMemory, reason};
    return about.empty() ? error : error.within(about);
}

}  // namespace origami
