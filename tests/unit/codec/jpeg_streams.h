// JPEG streams written marker by marker, for what no encoder of ours produces.
#pragma once

#include "core/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace origami::test {

inline void append(Bytes& stream, std::initializer_list<int> values) {
    for (const int value : values) {
        stream.push_back(static_cast<std::byte>(value));
    }
}

inline void append(Bytes& stream, const Bytes& more) {
    stream.insert(stream.end(), more.begin(), more.end());
}

// FF `marker`, the length, the payload.
inline Bytes segment(int marker, const Bytes& payload) {
    const int length = static_cast<int>(payload.size()) + 2;
    Bytes result;
    append(result, {0xFF, marker, length >> 8, length & 0xFF});
    append(result, payload);
    return result;
}

inline Bytes segment(int marker, std::initializer_list<int> values) {
    Bytes payload;
    append(payload, values);
    return segment(marker, payload);
}

inline Bytes startOfImage() {
    Bytes result;
    append(result, {0xFF, 0xD8});
    return result;
}

inline Bytes endOfImage() {
    Bytes result;
    append(result, {0xFF, 0xD9});
    return result;
}

// Table 0 with the same step for every coefficient.
inline Bytes quantisation(int step) {
    Bytes payload;
    append(payload, {0});
    payload.resize(65, static_cast<std::byte>(step));
    return segment(0xDB, payload);
}

// A table 0 of the two symbols with the codes 0 and 10.
enum class TableClass { Dc, Ac };
inline Bytes huffman(TableClass tableClass, int first, int second) {
    Bytes payload;
    append(payload, {tableClass == TableClass::Dc ? 0x00 : 0x10, 1, 1});
    payload.resize(17, std::byte{0});
    append(payload, {first, second});
    return segment(0xC4, payload);
}

// SOFn with components 1, 2 ..., none subsampled.
inline Bytes frame(int marker, int width, int height, int components, int precision = 8) {
    Bytes payload;
    append(payload, {precision, height >> 8, height & 0xFF, width >> 8, width & 0xFF, components});
    for (int i = 1; i <= components; ++i) {
        append(payload, {i, 0x11, 0});
    }
    return segment(marker, payload);
}

// A scan over components 1 .. `components` and coefficients first .. last, then its entropy-coded bytes.
struct Scan {
    int components = 1;
    int first = 0;
    int last = 63;
    int previousBit = 0;  // Ah
    int bit = 0;          // Al
};
inline Bytes scan(const Scan& scan, std::initializer_list<int> data) {
    Bytes payload;
    append(payload, {scan.components});
    for (int i = 1; i <= scan.components; ++i) {
        append(payload, {i, 0});
    }
    append(payload, {scan.first, scan.last, scan.previousBit << 4 | scan.bit});
    Bytes result = segment(0xDA, payload);
    append(result, data);
    return result;
}

// A stream that is good as far as its header, with nothing to decode after it.
inline Bytes headerOnly(int frameMarker, int width, int height, int components, int precision = 8) {
    Bytes stream = startOfImage();
    append(stream, quantisation(1));
    append(stream, frame(frameMarker, width, height, components, precision));
    append(stream, scan({.components = components}, {0x00}));
    append(stream, endOfImage());
    return stream;
}

// One gray block, progressive, every sample 168: first the DC coefficient, 40 of step 8, then each AC coefficient in
// a scan of its own down to bit 1, then bit 0 of one after the other. 1 to 127 scans.
inline Bytes progressiveBlock(int scans) {
    Bytes stream = startOfImage();
    append(stream, quantisation(8));
    append(stream, frame(0xC2, 8, 8, 1));
    append(stream, huffman(TableClass::Dc, 0, 6));
    append(stream, huffman(TableClass::Ac, 0, 1));
    for (int i = 0; i < scans; ++i) {
        if (i == 0) {
            append(stream, scan({.first = 0, .last = 0}, {0b10101000}));  // size 6, value 40
        } else if (i <= 63) {
            append(stream, scan({.first = i, .last = i, .bit = 1}, {0b01111111}));  // end of block, padding
        } else {
            append(stream, scan({.first = i - 63, .last = i - 63, .previousBit = 1, .bit = 0}, {0b01111111}));
        }
    }
    append(stream, endOfImage());
    return stream;
}

// The stream with `inserted` before the byte at `offset`.
inline Bytes withInserted(const Bytes& stream, std::size_t offset, const Bytes& inserted) {
    Bytes result(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(offset));
    append(result, inserted);
    result.insert(result.end(), stream.begin() + static_cast<std::ptrdiff_t>(offset), stream.end());
    return result;
}

// Where the segment that begins at `offset` ends.
inline std::size_t endOfSegment(const Bytes& stream, std::size_t offset) {
    return offset + 2 + (std::to_integer<std::size_t>(stream[offset + 2]) << 8U) +
           std::to_integer<std::size_t>(stream[offset + 3]);
}

// Where the first segment of this kind starts (its FF), by walking from segment to segment; the stream's size if
// there is none before the first scan's data.
inline std::size_t offsetOf(const Bytes& stream, int marker) {
    const auto at = [&](std::size_t i) { return std::to_integer<std::size_t>(stream[i]); };
    std::size_t offset = 2;
    while (offset + 4 <= stream.size()) {
        if (at(offset + 1) == static_cast<std::size_t>(marker)) {
            return offset;
        }
        if (at(offset + 1) == 0xDA) {
            break;
        }
        offset = endOfSegment(stream, offset);
    }
    return stream.size();
}

// The stream less all segments of this kind before the first scan's data.
inline Bytes withoutSegments(Bytes stream, int marker) {
    for (std::size_t at = offsetOf(stream, marker); at < stream.size(); at = offsetOf(stream, marker)) {
        stream.erase(stream.begin() + static_cast<std::ptrdiff_t>(at),
                     stream.begin() + static_cast<std::ptrdiff_t>(endOfSegment(stream, at)));
    }
    return stream;
}

// A JFIF stream whose three components are declared to be R, G and B by an Adobe marker (transform 0).
inline Bytes declaredAsRgb(const Bytes& jfif) {
    const std::size_t app0 = offsetOf(jfif, 0xE0);
    Bytes result(jfif.begin(), jfif.begin() + static_cast<std::ptrdiff_t>(app0));
    append(result, segment(0xEE, {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0}));
    result.insert(result.end(), jfif.begin() + static_cast<std::ptrdiff_t>(endOfSegment(jfif, app0)), jfif.end());
    return result;
}

}  // namespace origami::test
