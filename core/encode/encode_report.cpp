#include "core/encode/encode_report.h"

#include <fmt/format.h>

namespace origami {

Result<void> checkQuality(std::string_view what, int quality) {
    if (quality < 1 || quality > 100) {
        return Error{ErrorCode::InvalidArgument, fmt::format("the {} quality {} is outside 1 to 100", what, quality)};
    }
    return {};
}

}  // namespace origami
