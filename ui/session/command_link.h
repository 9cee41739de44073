// Links the command `origami`, which lies inside the macOS application, into the search path of terminals.
#pragma once

#include "core/base/result.h"

#include <QString>

#include <filesystem>
#include <vector>

namespace origami {

// Makes a symbolic link to `command`, under its own name, in the first of `folders` where that is possible, and returns
// the path of the link. The last folder is made if it is missing. A link into another copy of the application is
// replaced. Errors: InvalidArgument if `command` lies where it will not stay (on a disk image, or where macOS
// runs downloads from), NotFound if it is missing, Io if another program's file has this name already or no folder can
// be written. Blocks for a moment.
Result<std::filesystem::path> linkCommand(const std::filesystem::path& command,
                                          const std::vector<std::filesystem::path>& folders);

// The same for /usr/local/bin or, if that cannot be written, ~/.local/bin. Returns sentences that say what was done and
// what the user still has to do. Blocks for a moment.
Result<QString> linkCommandForUser(const std::filesystem::path& command);

}  // namespace origami
