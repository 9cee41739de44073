#include "core/reconstruct/decode_floor.h"

#include "core/base/parallel.h"
#include "core/codec/jpeg_decoder.h"

#include <array>
#include <mutex>

namespace origami {

Result<void> decodeOnly(const Pyramid& pyramid, const FamilyStreams& streams, BufferPool* pool) {
    constexpr int kStreams = 2 + kFamilyLevel1Tiles + kFamilyLevel0Tiles;
    std::array<ByteSpan, kStreams> present;
    int count = 0;
    const auto add = [&](const StreamSlot& slot) {
        if (slot.isPresent()) {
            present[static_cast<std::size_t>(count++)] = slot.bytes;
        }
    };
    add(streams.level2);
    for (const StreamSlot& slot : streams.level1) {
        add(slot);
    }
    for (const StreamSlot& slot : streams.level0) {
        add(slot);
    }
    add(streams.fused);

    std::mutex mutex;
    Result<void> result;
    const auto fail = [&](const Error& error) {
        const std::lock_guard lock(mutex);
        result = error;
    };
    parallelFor(count, [&](int i) {
        thread_local JpegDecoder decoder(DecodedBy::Libjpeg);
        const ByteSpan stream = present[static_cast<std::size_t>(i)];
        if (streams.scheme == ResidualScheme::Bicubic) {
            const int side = pyramid.tileSize();
            Plane luma(side, side, pool);
            Plane cb((side + 1) / 2, (side + 1) / 2, pool);
            Plane cr((side + 1) / 2, (side + 1) / 2, pool);
            if (const Result<void> decoded =
                    decoder.decodeComponents(stream, std::array{luma.view(), cb.view(), cr.view()});
                !decoded) {
                fail(decoded.error());
            }
            return;
        }
        if (i == 0 && streams.level2.isPresent()) {
            if (const auto planes = decoder.decodeYCbCr(stream, pyramid.tileSize(), pool); !planes) {
                fail(planes.error());
            }
            return;
        }
        const Result<JpegHeader> header = decoder.readHeader(stream);
        if (!header || header->width > kFamilyLevel0Side * pyramid.tileSize() ||
            header->height > kFamilyLevel0Side * pyramid.tileSize()) {
            fail(header ? Error{ErrorCode::Corrupt, "a residual is too large"} : header.error());
            return;
        }
        Plane gray(header->width, header->height, pool);
        if (const Result<void> decoded = decoder.decodeLuma(stream, gray.view()); !decoded) {
            fail(decoded.error());
        }
    });
    return result;
}

}  // namespace origami
