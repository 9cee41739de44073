#include "core/storage/staging.h"

#include <fmt/format.h>

#include <random>
#include <system_error>

namespace origami {

namespace fs = std::filesystem;

Result<fs::path> newPlace(const fs::path& target, std::string_view kind, bool overwrite, const OverwriteGuard& guard) {
    std::error_code error;
    fs::path place = fs::absolute(target, error).lexically_normal();
    if (!place.has_filename()) {
        place = place.parent_path();  // the target was written with a slash at its end
    }
    if (error || !place.has_filename()) {
        return Error{ErrorCode::InvalidArgument, fmt::format("{}: not a name for a new {}", target.string(), kind)};
    }
    if (fs::exists(fs::symlink_status(place, error))) {
        if (!overwrite) {
            return existsAlready(target);
        }
        if (const std::string objection = guard(place); !objection.empty()) {
            return Error{ErrorCode::InvalidArgument,
                         fmt::format("{} {} and is not overwritten", target.string(), objection)};
        }
    }
    if (!fs::is_directory(place.parent_path(), error)) {
        return Error{ErrorCode::NotFound,
                     fmt::format("{}: there is no folder {}", target.string(), place.parent_path().string())};
    }
    return place;
}

fs::path hiddenSibling(const fs::path& place, std::string_view purpose) {
    std::random_device random;
    return place.parent_path() /
           fmt::format(".{}.{}-{:08x}{:08x}", place.filename().string(), purpose, random(), random());
}

Error existsAlready(const fs::path& target) {
    return {ErrorCode::InvalidArgument, fmt::format("{} exists already", target.string())};
}

Error cannotWrite(const fs::path& target, int errnoValue) {
    return {ErrorCode::Io,
            fmt::format("{} cannot be written: {}", target.string(), std::generic_category().message(errnoValue))};
}

}  // namespace origami
