// Compiled once for each instruction set: foreach_target.h includes this file again and again.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/reconstruct/kernels.cpp"
#include <hwy/foreach_target.h>

#include "core/reconstruct/kernels.h"

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Source samples that are enlarged at once: their sums and the rows of chroma made from them stay in the first-level
// cache, on the stack.
constexpr int kChunk = 256;

using Bytes = hn::ScalableTag<std::uint8_t>;
using Words = hn::ScalableTag<std::uint16_t>;
using Signed = hn::ScalableTag<std::int16_t>;
using HalfBytes = hn::Rebind<std::uint8_t, Words>;

constexpr int kMaxWords = static_cast<int>(HWY_MAX_BYTES / sizeof(std::uint16_t));

// Vertically weighted sums of the source samples `first - 1 .. first + count`, with the edges repeated: what the
// horizontal step needs for the samples `first .. first + count - 1`. Whatever lies beyond is readable.
struct Sums {
    alignas(64) std::array<std::uint16_t, kMaxWords + kChunk + 2 * kMaxWords> storage;
    std::uint16_t* const at = storage.data() + kMaxWords;  // at[i] belongs to sample first + i

    template <int nearWeight, int farWeight>
    void set(const std::uint8_t* nearRow, const std::uint8_t* farRow, int width, int first, int count) {
        const Words words;
        const HalfBytes bytes;
        const int lanes = static_cast<int>(hn::Lanes(words));
        const auto one = [&](int x) {
            return static_cast<std::uint16_t>(nearWeight * nearRow[x] + farWeight * farRow[x]);
        };
        const auto vector = [&](int i) {
            const auto nearSamples = hn::PromoteTo(words, hn::LoadU(bytes, nearRow + first + i));
            const auto farSamples = hn::PromoteTo(words, hn::LoadU(bytes, farRow + first + i));
            hn::StoreU(hn::Add(times<nearWeight>(words, nearSamples), times<farWeight>(words, farSamples)), words,
                       at + i);
        };
        int i = 0;
        for (; i + lanes <= count; i += lanes) {
            vector(i);
        }
        if (i < count && count >= lanes) {
            vector(count - lanes);
        } else {
            for (; i < count; ++i) {
                at[i] = one(first + i);
            }
        }
        at[-1] = one(std::max(first - 1, 0));
        at[count] = one(std::min(first + count, width - 1));
        std::fill_n(at + count + 1, lanes, std::uint16_t{0});
    }

private:
    template <int factor>
    static HWY_INLINE hn::Vec<Words> times(Words words, hn::Vec<Words> value) {
        if constexpr (factor == 1) {
            return value;
        } else if constexpr (factor == 3) {
            return hn::Add(value, hn::Add(value, value));
        } else {
            return hn::Mul(value, hn::Set(words, factor));
        }
    }
};

// samples + residual - 128, clamped: with both moved to -128 .. 127 this is a saturating sum.
HWY_INLINE hn::Vec<Bytes> addCentred(hn::Vec<Bytes> samples, hn::Vec<Bytes> residual) {
    const Bytes bytes;
    const hn::RebindToSigned<Bytes> signedBytes;
    const auto centre = hn::Set(bytes, 0x80);
    const auto sum = hn::SaturatedAdd(hn::BitCast(signedBytes, hn::Xor(samples, centre)),
                                      hn::BitCast(signedBytes, hn::Xor(residual, centre)));
    return hn::Xor(hn::BitCast(bytes, sum), centre);
}

// The horizontal step of a 2x enlargement: of N sums, 2 N bytes.
struct Step2 {
    static constexpr int kFactor = 2;
    static HWY_INLINE hn::Vec<Bytes> samples(const std::uint16_t* sums) {
        const Words words;
        const auto here = hn::LoadU(words, sums);
        const auto heavy = hn::Add(hn::Add(here, hn::Add(here, here)), hn::Set(words, 8));
        const auto left = hn::ShiftRight<4>(hn::Add(heavy, hn::LoadU(words, sums - 1)));
        const auto right = hn::ShiftRight<4>(hn::Add(heavy, hn::LoadU(words, sums + 1)));
        return hn::BitCast(Bytes(), hn::Or(left, hn::ShiftLeft<8>(right)));
    }
};

// Writes `count` of the bytes that Step makes of sums[0 ..], beginning with the first.
template <bool addResidual>
HWY_INLINE void put2(const std::uint16_t* sums, std::uint8_t* out, int count) {
    const Bytes bytes;
    const int lanes = static_cast<int>(hn::Lanes(bytes));
    int x = 0;
    for (; x + lanes <= count; x += lanes) {
        auto samples = Step2::samples(sums + x / 2);
        if constexpr (addResidual) {
            samples = addCentred(samples, hn::LoadU(bytes, out + x));
        }
        hn::StoreU(samples, bytes, out + x);
    }
    if (x < count) {
        alignas(64) std::uint8_t rest[HWY_MAX_BYTES] = {};
        const auto size = static_cast<std::size_t>(count - x);
        auto samples = Step2::samples(sums + x / 2);
        if constexpr (addResidual) {
            std::memcpy(rest, out + x, size);
            samples = addCentred(samples, hn::Load(bytes, rest));
        }
        hn::Store(samples, bytes, rest);
        std::memcpy(out + x, rest, size);
    }
}

// The horizontal step of a 4x enlargement.
HWY_INLINE void put4(const std::uint16_t* sums, std::uint8_t* out, int count) {
    const Words words;
    const int lanes = static_cast<int>(hn::Lanes(words));
    const auto pairs = [&](const std::uint16_t* at, std::uint16_t* to) {
        const auto left = hn::LoadU(words, at - 1);
        const auto here = hn::LoadU(words, at);
        const auto right = hn::LoadU(words, at + 1);
        const auto rounded = hn::Set(words, 32);
        const auto five = hn::Add(hn::Add(here, hn::ShiftLeft<2>(here)), rounded);
        const auto seven = hn::Add(hn::Sub(hn::ShiftLeft<3>(here), here), rounded);
        const auto thrice = [](hn::Vec<Words> value) { return hn::Add(value, hn::Add(value, value)); };
        const auto first = hn::ShiftRight<6>(hn::Add(five, thrice(left)));
        const auto second = hn::ShiftRight<6>(hn::Add(seven, left));
        const auto third = hn::ShiftRight<6>(hn::Add(seven, right));
        const auto fourth = hn::ShiftRight<6>(hn::Add(five, thrice(right)));
        hn::StoreInterleaved2(hn::Or(first, hn::ShiftLeft<8>(second)), hn::Or(third, hn::ShiftLeft<8>(fourth)), words,
                              to);
    };
    alignas(64) std::uint16_t made[2 * kMaxWords];
    for (int x = 0; x < count; x += 4 * lanes) {
        pairs(sums + x / 4, made);
        std::memcpy(out + x, made, static_cast<std::size_t>(std::min(4 * lanes, count - x)));
    }
}

// Where the samples of an output row come from.
struct SourceRows {
    const std::uint8_t* nearRow;
    const std::uint8_t* farRow;
};

// One row of the enlargement, from its column x on. At most kChunk * factor - factor samples.
template <bool addResidual>
void up2Row(PlaneView from, int x, int y, std::uint8_t* out, int count) {
    const int nearY = y / 2;
    const int farY = std::clamp(nearY + (y % 2 == 0 ? -1 : 1), 0, from.height - 1);
    const int first = x / 2;
    Sums sums;
    sums.set<3, 1>(from.row(nearY), from.row(farY), from.width, first, (x + count + 1) / 2 - first);
    const std::uint16_t* at = sums.at;
    if (x % 2 != 0) {
        const int sample = (3 * at[0] + at[1] + 8) >> 4;
        *out = static_cast<std::uint8_t>(addResidual ? std::clamp(sample + *out - 128, 0, 255) : sample);
        ++out;
        ++at;
        --count;
    }
    put2<addResidual>(at, out, count);
}

void up4Row(PlaneView from, int x, int y, std::uint8_t* out, int count) {
    const int nearY = y / 4;
    const int farY = std::clamp(nearY + (y % 4 < 2 ? -1 : 1), 0, from.height - 1);
    const int first = x / 4;
    const int samples = (x + count + 3) / 4 - first;
    Sums sums;
    if (y % 4 == 0 || y % 4 == 3) {
        sums.set<5, 3>(from.row(nearY), from.row(farY), from.width, first, samples);
    } else {
        sums.set<7, 1>(from.row(nearY), from.row(farY), from.width, first, samples);
    }
    const int skipped = x % 4;
    if (skipped == 0) {
        put4(sums.at, out, count);
        return;
    }
    std::uint8_t head[4];
    const int taken = std::min(4 - skipped, count);
    put4(sums.at, head, skipped + taken);
    std::memcpy(out, head + skipped, static_cast<std::size_t>(taken));
    put4(sums.at + 1, out + taken, count - taken);
}

// Calls visit(column, count) for pieces of `width` columns that are small enough for the buffers above.
template <int factor, class Visit>
HWY_INLINE void inChunks(int width, Visit visit) {
    constexpr int kColumns = factor * (kChunk - 2);
    for (int column = 0; column < width; column += kColumns) {
        visit(column, std::min(kColumns, width - column));
    }
}

template <bool addResidual>
void up2All(PlaneView from, MutablePlaneView to, int x, int y) {
    inChunks<2>(to.width, [&](int column, int count) {
        for (int row = 0; row < to.height; ++row) {
            up2Row<addResidual>(from, x + column, y + row, to.row(row) + column, count);
        }
    });
}

void up2(PlaneView from, MutablePlaneView to, int x, int y) {
    up2All<false>(from, to, x, y);
}

void up2AddResidual(PlaneView from, MutablePlaneView samples, int x, int y) {
    up2All<true>(from, samples, x, y);
}

void up4(PlaneView from, MutablePlaneView to, int x, int y) {
    inChunks<4>(to.width, [&](int column, int count) {
        for (int row = 0; row < to.height; ++row) {
            up4Row(from, x + column, y + row, to.row(row) + column, count);
        }
    });
}

void addResidual(PlaneView residual, MutablePlaneView samples) {
    const Bytes bytes;
    const int lanes = static_cast<int>(hn::Lanes(bytes));
    for (int y = 0; y < samples.height; ++y) {
        const std::uint8_t* from = residual.row(y);
        std::uint8_t* to = samples.row(y);
        int x = 0;
        for (; x + lanes <= samples.width; x += lanes) {
            hn::StoreU(addCentred(hn::LoadU(bytes, to + x), hn::LoadU(bytes, from + x)), bytes, to + x);
        }
        for (; x < samples.width; ++x) {
            to[x] = static_cast<std::uint8_t>(std::clamp(to[x] + from[x] - 128, 0, 255));
        }
    }
}

// The colours of N samples, with the constants of core/image/color.cpp: MulFixedPoint15 is (a b + 2^14) >> 15, the
// rounding of the scalar code. The sum of two products for green keeps six more bits until it is rounded.
HWY_INLINE void colours(const std::uint8_t* luma, const std::uint8_t* cb, const std::uint8_t* cr, std::uint32_t* out) {
    const Signed words;
    const hn::Rebind<std::uint8_t, Signed> bytes;
    const Words unsignedWords;
    const auto load = [&](const std::uint8_t* from) { return hn::PromoteTo(words, hn::LoadU(bytes, from)); };
    const auto centre = hn::Set(words, 128);
    const auto y = load(luma);
    const auto b = hn::Sub(load(cb), centre);
    const auto r = hn::Sub(load(cr), centre);
    const auto times = [&](hn::Vec<Signed> value, double factor) {
        return hn::MulFixedPoint15(
            value, hn::Set(words, static_cast<std::int16_t>(factor * 32768 + (factor < 0 ? -0.5 : 0.5))));
    };
    const auto red = hn::Add(hn::Add(y, r), times(r, 0.402));
    const auto greenFine = hn::Add(times(hn::ShiftLeft<6>(b), -0.344136286), times(hn::ShiftLeft<6>(r), -0.714136286));
    const auto green = hn::Add(y, hn::ShiftRight<6>(hn::Add(greenFine, hn::Set(words, 32))));
    const auto blue = hn::Add(hn::Add(y, hn::Add(b, b)), times(b, -0.228));
    const auto clamped = [&](hn::Vec<Signed> value) {
        return hn::BitCast(unsignedWords, hn::Min(hn::Max(value, hn::Zero(words)), hn::Set(words, 255)));
    };
    const auto blueGreen = hn::Or(clamped(blue), hn::ShiftLeft<8>(clamped(green)));
    const auto redAlpha = hn::Or(clamped(red), hn::Set(unsignedWords, 0xFF00));
    hn::StoreInterleaved2(blueGreen, redAlpha, unsignedWords, reinterpret_cast<std::uint16_t*>(out));
}

void colourRow(const std::uint8_t* luma, const std::uint8_t* cb, const std::uint8_t* cr, std::uint32_t* out,
               int count) {
    const int lanes = static_cast<int>(hn::Lanes(Signed()));
    int x = 0;
    for (; x + lanes <= count; x += lanes) {
        colours(luma + x, cb + x, cr + x, out + x);
    }
    if (x == count) {
        return;
    }
    if (count >= lanes) {
        const int last = count - lanes;
        colours(luma + last, cb + last, cr + last, out + last);
        return;
    }
    std::uint8_t samples[3][kMaxWords] = {};
    std::uint32_t pixels[kMaxWords];
    const auto size = static_cast<std::size_t>(std::max(count, 0));
    std::memcpy(samples[0], luma, size);
    std::memcpy(samples[1], cb, size);
    std::memcpy(samples[2], cr, size);
    colours(samples[0], samples[1], samples[2], pixels);
    std::memcpy(out, pixels, size * sizeof(std::uint32_t));
}

void convertToRgb32(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out) {
    for (int y = 0; y < out.height; ++y) {
        colourRow(luma.row(y), cb.row(y), cr.row(y), out.row(y), out.width);
    }
}

void convertToRgb32Up2(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    std::uint8_t blueRow[2 * kChunk];
    std::uint8_t redRow[2 * kChunk];
    inChunks<2>(out.width, [&](int column, int count) {
        for (int row = 0; row < out.height; ++row) {
            up2Row<false>(cb, x + column, y + row, blueRow, count);
            up2Row<false>(cr, x + column, y + row, redRow, count);
            colourRow(luma.row(row) + column, blueRow, redRow, out.row(row) + column, count);
        }
    });
}

void convertToRgb32Up4(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    std::uint8_t blueRow[4 * kChunk];
    std::uint8_t redRow[4 * kChunk];
    inChunks<4>(out.width, [&](int column, int count) {
        for (int row = 0; row < out.height; ++row) {
            up4Row(cb, x + column, y + row, blueRow, count);
            up4Row(cr, x + column, y + row, redRow, count);
            colourRow(luma.row(row) + column, blueRow, redRow, out.row(row) + column, count);
        }
    });
}

}  // namespace
}  // namespace origami::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace origami {

HWY_EXPORT(up2);
HWY_EXPORT(up2AddResidual);
HWY_EXPORT(up4);
HWY_EXPORT(addResidual);
HWY_EXPORT(convertToRgb32);
HWY_EXPORT(convertToRgb32Up2);
HWY_EXPORT(convertToRgb32Up4);

namespace {

[[maybe_unused]] bool isInside(int factor, PlaneView from, int width, int height, int x, int y) {
    return x >= 0 && y >= 0 && x + width <= factor * from.width && y + height <= factor * from.height;
}

}  // namespace

void up2(PlaneView from, MutablePlaneView to, int x, int y) {
    assert(isInside(2, from, to.width, to.height, x, y));
    HWY_DYNAMIC_DISPATCH(up2)(from, to, x, y);
}

void up2AddResidual(PlaneView from, MutablePlaneView samples, int x, int y) {
    assert(isInside(2, from, samples.width, samples.height, x, y));
    HWY_DYNAMIC_DISPATCH(up2AddResidual)(from, samples, x, y);
}

void up4(PlaneView from, MutablePlaneView to, int x, int y) {
    assert(isInside(4, from, to.width, to.height, x, y));
    HWY_DYNAMIC_DISPATCH(up4)(from, to, x, y);
}

void addResidual(PlaneView residual, MutablePlaneView samples) {
    assert(residual.width == samples.width && residual.height == samples.height);
    HWY_DYNAMIC_DISPATCH(addResidual)(residual, samples);
}

void convertToRgb32(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out) {
    HWY_DYNAMIC_DISPATCH(convertToRgb32)(luma, cb, cr, out);
}

void convertToRgb32Up2(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    assert(isInside(2, cb, out.width, out.height, x, y));
    HWY_DYNAMIC_DISPATCH(convertToRgb32Up2)(luma, cb, cr, out, x, y);
}

void convertToRgb32Up4(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    assert(isInside(4, cb, out.width, out.height, x, y));
    HWY_DYNAMIC_DISPATCH(convertToRgb32Up4)(luma, cb, cr, out, x, y);
}

// The compiler vectorises these two well enough for the encoder.
void subtractPrediction(PlaneView original, PlaneView prediction, MutablePlaneView out) {
    assert(original.width == out.width && original.height == out.height);
    assert(prediction.width == out.width && prediction.height == out.height);
    for (int y = 0; y < out.height; ++y) {
        const std::uint8_t* o = original.row(y);
        const std::uint8_t* p = prediction.row(y);
        std::uint8_t* to = out.row(y);
        for (int x = 0; x < out.width; ++x) {
            to[x] = static_cast<std::uint8_t>(std::clamp(o[x] - p[x] + 128, 0, 255));
        }
    }
}

void halve(PlaneView from, MutablePlaneView to) {
    assert(to.width == (from.width + 1) / 2 && to.height == (from.height + 1) / 2);
    for (int y = 0; y < to.height; ++y) {
        const std::uint8_t* top = from.row(2 * y);
        const std::uint8_t* bottom = from.row(std::min(2 * y + 1, from.height - 1));
        for (int x = 0; x < to.width; ++x) {
            const int left = 2 * x;
            const int right = std::min(left + 1, from.width - 1);
            to.row(y)[x] = static_cast<std::uint8_t>((top[left] + top[right] + bottom[left] + bottom[right] + 2) >> 2);
        }
    }
}

}  // namespace origami

#endif
