#include "core/encode/staged_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

namespace origami {
namespace {

namespace fs = std::filesystem;

std::string reason(int systemError) {
    return std::generic_category().message(systemError);
}

fs::path sibling(const fs::path& target, std::string_view purpose) {
    return target.parent_path() / fmt::format(".{}.{}-{}", target.filename().string(), purpose, ::getpid());
}

}  // namespace

Result<StagedFolder> StagedFolder::create(const fs::path& target, bool overwrite, const Guard& guard) {
    std::error_code error;
    fs::path place = fs::absolute(target, error).lexically_normal();
    if (!place.has_filename()) {
        place = place.parent_path();  // written with a slash at its end
    }
    if (error || !place.has_filename()) {
        return Error{ErrorCode::InvalidArgument, fmt::format("{}: not a name for a new folder", target.string())};
    }
    const fs::file_status status = fs::symlink_status(place, error);
    if (fs::exists(status)) {
        if (!overwrite) {
            return Error{ErrorCode::InvalidArgument, fmt::format("{} exists already", target.string())};
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
    const fs::path staging = sibling(place, "partial");
    if (!fs::create_directory(staging, error)) {
        return Error{ErrorCode::Io, fmt::format("{} cannot be written: {}", target.string(),
                                                error ? error.message() : reason(EEXIST))};
    }
    return StagedFolder(place, staging, overwrite);
}

StagedFolder::StagedFolder(fs::path target, fs::path staging, bool overwrite)
    : m_target(std::move(target)), m_staging(std::move(staging)), m_overwrite(overwrite) {}

StagedFolder::StagedFolder(StagedFolder&& other) noexcept
    : m_target(std::move(other.m_target)),
      m_staging(std::exchange(other.m_staging, {})),
      m_overwrite(other.m_overwrite) {}

StagedFolder::~StagedFolder() {
    if (!m_staging.empty()) {
        std::error_code ignored;
        fs::remove_all(m_staging, ignored);
    }
}

Error StagedFolder::failure(const fs::path& name, int systemError) const {
    return {ErrorCode::Io, fmt::format("{} cannot be written: {}", (m_target / name).string(), reason(systemError))};
}

Result<void> StagedFolder::makeFolder(const fs::path& name) const {
    std::error_code error;
    fs::create_directories(m_staging / name, error);
    if (error) {
        return failure(name, error.value());
    }
    return {};
}

Result<void> StagedFolder::writeFile(const fs::path& name, ByteSpan bytes) const {
    const auto close = [](std::FILE* file) { std::fclose(file); };
    std::unique_ptr<std::FILE, decltype(close)> file(std::fopen((m_staging / name).c_str(), "wb"), close);
    if (!file) {
        return failure(name, errno);
    }
    if (!bytes.empty() && std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) {
        return failure(name, errno);
    }
    // A full disk may show only when the last bytes leave the buffer.
    if (std::fclose(file.release()) != 0) {
        return failure(name, errno);
    }
    return {};
}

Result<void> StagedFolder::commit() {
    std::error_code error;
    const fs::path old = sibling(m_target, "replaced");
    const bool replaces = fs::exists(fs::symlink_status(m_target, error));
    if (replaces) {
        // Renaming onto an empty folder succeeds, so ask again: somebody may have made it meanwhile.
        if (!m_overwrite) {
            return Error{ErrorCode::InvalidArgument, fmt::format("{} exists already", m_target.string())};
        }
        fs::rename(m_target, old, error);
        if (error) {
            return failure({}, error.value());
        }
    }
    fs::rename(m_staging, m_target, error);
    if (error) {
        if (replaces) {
            std::error_code ignored;
            fs::rename(old, m_target, ignored);
        }
        return failure({}, error.value());
    }
    m_staging.clear();
    if (replaces) {
        fs::remove_all(old, error);
        if (error) {
            return Error{ErrorCode::Io, fmt::format("{} cannot be removed: {}", old.string(), error.message())};
        }
    }
    return {};
}

}  // namespace origami
