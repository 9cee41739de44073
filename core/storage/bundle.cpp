#include "core/storage/bundle.h"

#include "core/storage/pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace origami {
namespace {

constexpr std::size_t kHeaderSize = 32;
constexpr std::size_t kEntrySize = 12;

Error corrupt(const std::filesystem::path& path, std::string_view fact) {
    return {ErrorCode::Corrupt, fmt::format("{}: {}", path.string(), fact)};
}

}  // namespace

Result<Bundle> Bundle::open(const std::filesystem::path& path, std::int64_t columns, std::int64_t rows) {
    Result<RandomAccessFile> file = RandomAccessFile::open(path);
    if (!file) {
        return std::move(file).error();
    }
    const Result<Bytes> header = file->read(0, kHeaderSize);
    if (!header) {
        return header.error();
    }
    const ByteSpan bytes = *header;
    if (std::memcmp(bytes.data(), "ORIB", 4) != 0) {
        return corrupt(path, "the bundle does not begin with ORIB");
    }
    if (const auto version = *readLittleEndian<std::uint16_t>(bytes, 4); version != 1) {
        return Error{ErrorCode::Unsupported,
                     fmt::format("{}: bundles of version {} are not supported", path.string(), version)};
    }
    const std::int64_t fileColumns = *readLittleEndian<std::uint16_t>(bytes, 6);
    const std::int64_t fileRows = *readLittleEndian<std::uint16_t>(bytes, 8);
    const std::uint64_t count = *readLittleEndian<std::uint32_t>(bytes, 10);
    const auto indexOffset = *readLittleEndian<std::uint64_t>(bytes, 14);
    if (fileColumns != columns || fileRows != rows) {
        return corrupt(path, fmt::format("the bundle is for {} x {} families, the slide has {} x {}", fileColumns,
                                         fileRows, columns, rows));
    }
    if (count != static_cast<std::uint64_t>(columns * rows)) {
        return corrupt(path, fmt::format("the bundle counts {} families in a grid of {} x {}", count, columns, rows));
    }
    const Result<Bytes> index = file->read(indexOffset, static_cast<std::size_t>(count) * kEntrySize);
    if (!index) {
        return index.error();
    }
    std::vector<Entry> entries(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < entries.size(); ++i) {
        entries[i] = {*readLittleEndian<std::uint64_t>(*index, i * kEntrySize),
                      *readLittleEndian<std::uint32_t>(*index, i * kEntrySize + 8)};
        const auto size = static_cast<std::uint64_t>(file->size());
        if (entries[i].offset > size || entries[i].length > size - entries[i].offset ||
            entries[i].length > static_cast<std::uint64_t>(kMaxPackBytes)) {
            return corrupt(path,
                           fmt::format("the pack of family {}_{} would lie at {} with {} bytes, in a file of {}",
                                       static_cast<std::int64_t>(i) % columns, static_cast<std::int64_t>(i) / columns,
                                       entries[i].offset, entries[i].length, size));
        }
    }
    return Bundle(std::move(*file), columns, std::move(entries));
}

std::int64_t Bundle::packCount() const noexcept {
    return std::ranges::count_if(m_index, [](const Entry& entry) { return entry.length > 0; });
}

Result<Bytes> Bundle::readPack(std::int64_t x, std::int64_t y) const {
    const Entry& found = entry(x, y);
    if (found.length == 0) {
        return Error{ErrorCode::NotFound, fmt::format("{} has no family {}_{}", path().string(), x, y)};
    }
    return m_file.read(found.offset, found.length);
}

}  // namespace origami
