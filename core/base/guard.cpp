#include "core/base/guard.h"

#include "core/base/log.h"

#include <new>

namespace origami {

Error currentException() noexcept {
    try {
        throw;
    } catch (const std::bad_alloc&) {
        return {ErrorCode::OutOfMemory, "out of memory"};  // short enough to need no memory of its own
    } catch (const std::exception& exception) {
        try {
            return {ErrorCode::Io, exception.what()};
        } catch (...) {
            return {ErrorCode::OutOfMemory, "out of memory"};
        }
    } catch (...) {
        return {ErrorCode::Io, "unknown error"};
    }
}

void logEscapedException(const Error& error) noexcept {
    try {
        spdlog::error("A background task failed: {}", error.message);
    } catch (...) {
        // There is not even memory for the log line.
    }
}

}  // namespace origami
