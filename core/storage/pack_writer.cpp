#include "core/storage/pack_writer.h"

#include <lz4.h>
#include <lz4hc.h>

#include <span>

namespace origami {
namespace {

constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 24;
constexpr std::size_t kEntryBytes = 16;
constexpr std::uint8_t kLevel0Residual = 0;
constexpr std::uint8_t kLevel1Residual = 1;

std::size_t countPresent(std::span<const Bytes> blobs) {
    std::size_t count = 0;
    for (const Bytes& blob : blobs) {
        count += blob.empty() ? std::size_t{0} : 1;
    }
    return count;
}

void appendIndex(Bytes& out, std::uint8_t kind, std::span<const Bytes> blobs, std::uint32_t& dataEnd) {
    for (std::size_t i = 0; i < blobs.size(); ++i) {
        if (blobs[i].empty()) {
            continue;
        }
        const auto length = static_cast<std::uint32_t>(blobs[i].size());
        appendLittleEndian(out, kind);
        appendLittleEndian(out, static_cast<std::uint8_t>(i));
        appendLittleEndian(out, std::uint16_t{0});
        appendLittleEndian(out, dataEnd);
        appendLittleEndian(out, length);
        appendLittleEndian(out, std::uint32_t{0});
        dataEnd += length;
    }
}

void appendData(Bytes& out, std::span<const Bytes> blobs) {
    for (const Bytes& blob : blobs) {
        out.insert(out.end(), blob.begin(), blob.end());
    }
}

}  // namespace

Result<Bytes> encodePack(const PackBlobs& blobs, int tileSize) {
    const std::size_t entries = countPresent(blobs.level1) + countPresent(blobs.level0);
    const std::size_t dataOffset = kHeaderBytes + entries * kEntryBytes;
    std::size_t size = dataOffset;
    for (const Bytes& blob : blobs.level1) {
        size += blob.size();
    }
    for (const Bytes& blob : blobs.level0) {
        size += blob.size();
    }
    if (size > LZ4_MAX_INPUT_SIZE) {
        return Error{ErrorCode::OutOfMemory, "a family's residuals are too large for one pack"};
    }

    Bytes plain;
    plain.reserve(size);
    for (const char letter : {'O', 'R', 'I', 'G'}) {
        plain.push_back(static_cast<std::byte>(letter));
    }
    appendLittleEndian(plain, kVersion);
    appendLittleEndian(plain, static_cast<std::uint16_t>(tileSize));
    appendLittleEndian(plain, static_cast<std::uint32_t>(entries));
    appendLittleEndian(plain, static_cast<std::uint32_t>(kHeaderBytes));
    appendLittleEndian(plain, static_cast<std::uint32_t>(dataOffset));
    appendLittleEndian(plain, std::uint32_t{0});
    std::uint32_t dataEnd = 0;
    appendIndex(plain, kLevel1Residual, blobs.level1, dataEnd);
    appendIndex(plain, kLevel0Residual, blobs.level0, dataEnd);
    appendData(plain, blobs.level1);
    appendData(plain, blobs.level0);

    Bytes packed;
    appendLittleEndian(packed, static_cast<std::uint32_t>(plain.size()));
    const std::size_t prefix = packed.size();
    const int bound = LZ4_compressBound(static_cast<int>(plain.size()));
    packed.resize(prefix + static_cast<std::size_t>(bound));
    const int written =
        LZ4_compress_HC(reinterpret_cast<const char*>(plain.data()), reinterpret_cast<char*>(packed.data() + prefix),
                        static_cast<int>(plain.size()), bound, LZ4HC_CLEVEL_DEFAULT);
    if (written <= 0) {
        return Error{ErrorCode::OutOfMemory, "LZ4 could not compress a family's residuals"};
    }
    packed.resize(prefix + static_cast<std::size_t>(written));
    return packed;
}

}  // namespace origami
