// The program's version, from CMakeLists.txt.
#pragma once

#include <string_view>

namespace origami {

std::string_view version() noexcept;  // "0.1.0"

}  // namespace origami
