#include "core/base/result.h"

namespace origami {

std::string_view name(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::InvalidArgument: return "invalid argument";
        case ErrorCode::NotFound: return "not found";
        case ErrorCode::Unsupported: return "unsupported";
        case ErrorCode::Truncated: return "truncated";
        case ErrorCode::Corrupt: return "corrupt";
        case ErrorCode::Io: return "i/o error";
        case ErrorCode::OutOfMemory: return "out of memory";
        case ErrorCode::Cancelled: return "cancelled";
    }
    return "error";
}

}  // namespace origami
