// Brings the command `origami`, which lies inside the macOS application, into the search path of terminals.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <vector>

namespace origami {

// Makes a symbolic link to `command`, under its own name, in the first of `folders` where that is possible, and
// returns the link; the last of them is made where it is missing. A link into another copy of the application is
// replaced. Errors: InvalidArgument if `command` lies where it will not stay (a disk image, or where macOS runs
// downloads from), NotFound if it is missing, Io if a file that is not ours has the name already, or no folder can be
// written. Blocks for a moment.
Result<std::filesystem::path> linkCommand(const std::filesystem::path& command,
                                          const std::vector<std::filesystem::path>& folders);

}  // namespace origami
