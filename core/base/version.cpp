#include "core/base/version.h"

namespace origami {

std::string_view version() noexcept {
    return ORIGAMI_VERSION;
}

}  // namespace origami
