// Where a new file or folder is built before it takes its name. Messages name the target as the user wrote it.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace origami {

// Returns why an existing target may not be replaced, as the end of a sentence that begins with its name; "" if it may.
using OverwriteGuard = std::function<std::string(const std::filesystem::path&)>;

// The absolute, normal form of `target`. InvalidArgument if it cannot be the name of a new `kind` ("file", "folder"),
// or if it exists and either `overwrite` is not set or `guard` objects; NotFound if its folder does not exist.
Result<std::filesystem::path> newPlace(const std::filesystem::path& target, std::string_view kind, bool overwrite,
                                       const OverwriteGuard& guard);

// A hidden name beside `place` that nobody can guess: ".slide.tif.partial-1f3a...".
std::filesystem::path hiddenSibling(const std::filesystem::path& place, std::string_view purpose);

// "/a/b.tif exists already".
Error existsAlready(const std::filesystem::path& target);

// "/a/b.tif cannot be written: No space left on device".
Error cannotWrite(const std::filesystem::path& target, int errnoValue);

}  // namespace origami
