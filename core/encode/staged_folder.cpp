#include "core/encode/staged_folder.h"

#include "core/storage/staging.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

namespace origami {

namespace fs = std::filesystem;

Result<StagedFolder> StagedFolder::create(const fs::path& target, bool overwrite, const OverwriteGuard& guard) {
    Result<fs::path> place = newPlace(target, "folder", overwrite, guard);
    if (!place) {
        return std::move(place).error();
    }
    fs::path staging = hiddenSibling(*place, "partial");
    std::error_code error;
    if (!fs::create_directory(staging, error)) {
        return cannotWrite(target, error ? error.value() : EEXIST);
    }
    return StagedFolder(std::move(*place), std::move(staging), overwrite);
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
    return cannotWrite(m_target / name, systemError);
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
    const fs::path old = hiddenSibling(m_target, "replaced");
    const bool replaces = fs::exists(fs::symlink_status(m_target, error));
    if (replaces) {
        // Renaming onto an empty folder succeeds, so ask again: somebody may have made it meanwhile.
        if (!m_overwrite) {
            return existsAlready(m_target);
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
