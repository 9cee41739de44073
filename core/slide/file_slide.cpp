#include "core/slide/file_slide.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

namespace origami {
namespace {

// The result of `load`, or the error for a lack of memory.
template <class Load>
auto guarded(const std::filesystem::path& path, const Load& load) -> decltype(load()) {
    try {
        return load();
    } catch (const std::bad_alloc&) {
        return outOfMemory(path);
    }
}

// The same for `count` results at once.
template <class Load>
auto allGuarded(const std::filesystem::path& path, std::size_t count, const Load& load) -> decltype(load()) {
    try {
        return load();
    } catch (const std::bad_alloc&) {
        return decltype(load())(count, outOfMemory(path));
    }
}

}  // namespace

Error outOfMemory(const std::filesystem::path& path) {
    return {ErrorCode::OutOfMemory, fmt::format("{}: there is not enough memory to read it", path.string())};
}

Result<EncodedTile> FileSlide::readEncoded(TileId id) const {
    return guarded(m_info.path, [&] { return loadTile(id); });
}

std::vector<Result<EncodedTile>> FileSlide::readEncodedTiles(std::span<const TileId> ids) const {
    return allGuarded(m_info.path, ids.size(), [&] { return loadTiles(ids); });
}

Result<Rgb32Image> FileSlide::readPixels(TileId id, const StopToken& stop) const {
    return guarded(m_info.path, [&] { return loadPixels(id, stop); });
}

Result<FamilyStreams> FileSlide::readFamily(FamilyId id) const {
    return guarded(m_info.path, [&] { return loadFamily(id); });
}

std::vector<Result<FamilyStreams>> FileSlide::readFamilies(std::span<const FamilyId> ids) const {
    return allGuarded(m_info.path, ids.size(), [&] { return loadFamilies(ids); });
}

Result<Rgb32Image> FileSlide::readAssociatedImage(std::string_view name) const {
    return guarded(m_info.path, [&] { return loadAssociatedImage(name); });
}

Result<Bytes> FileSlide::readIccProfile() const {
    return guarded(m_info.path, [&] { return loadIccProfile(); });
}

bool FileSlide::hasChanged() const {
    return std::ranges::any_of(m_files, [](const StampedFile& file) { return origami::hasChanged(file); });
}

}  // namespace origami
