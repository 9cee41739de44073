// Compiled once for each instruction set: foreach_target.h includes this file again and again.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/reconstruct/bicubic.cpp"
#include <hwy/foreach_target.h>

#include "core/reconstruct/bicubic.h"
#include "core/reconstruct/kernels-inl.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cassert>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

using SignedHalfBytes = hn::RebindToSigned<HalfBytes>;

constexpr int kFactor = 4;
constexpr int kTaps = 4;
constexpr int kReach = 2;  // source samples that an output sample may need to either side of its own

// Of four source samples in order, in 1/128: Catmull-Rom at 1/8 and at 3/8 of the way from the second to the third.
// From the third to the second they are the same, mirrored.
constexpr std::int16_t kEighth[kTaps] = {-6, 123, 12, -1};
constexpr std::int16_t kThreeEighths[kTaps] = {-9, 93, 50, -6};

HWY_INLINE hn::Vec<Signed> horizontal(hn::Vec<Signed> a, hn::Vec<Signed> b, hn::Vec<Signed> c, hn::Vec<Signed> d,
                                      const std::int16_t (&weights)[kTaps]) {
    const auto times = [&](hn::Vec<Signed> value, int i) { return hn::Mul(value, hn::Set(Signed(), weights[i])); };
    return hn::Add(hn::Add(times(a, 0), times(b, 1)), hn::Add(times(c, 2), times(d, 3)));
}

// The horizontal step, of the source rows that are needed just now: each is made once, though sixteen output rows are
// made of it. Sums of samples less 128, with 7 fractional bits.
class HorizontalRows {
public:
    // For the output columns x .. x + count - 1, at most kColumns.
    HorizontalRows(PlaneView from, int x, int count)
        : m_from(from),
          m_first(x / kFactor),
          m_samples((x + count - 1) / kFactor + 1 - m_first),
          m_skipped(x % kFactor) {}

    // The sums of source row y, or of the edge row beside it, from output column x on; readable for a vector beyond.
    const std::int16_t* row(int y) {
        y = std::clamp(y, 0, m_from.height - 1);
        const int slot = y % kTaps;
        if (m_rowIn[slot] != y) {
            make(y, m_rows[slot]);
            m_rowIn[slot] = y;
        }
        return m_rows[slot] + m_skipped;
    }

private:
    // Whole vectors, and one more for what is skipped or read beyond.
    static constexpr int kRowWords = kColumns + (kFactor + 1) * kMaxWords;
    static constexpr int kSourceSamples = kColumns / kFactor + 1 + 2 * kReach + kMaxWords;

    void make(int y, std::int16_t* to) {
        centre(m_from.row(y));
        const Signed words;
        const hn::Rebind<std::int8_t, Signed> bytes;
        const int lanes = static_cast<int>(hn::Lanes(words));
        for (int i = 0; i < m_samples; i += lanes) {
            const auto at = [&](int j) { return hn::PromoteTo(words, hn::LoadU(bytes, m_source + i + j)); };
            const auto farLeft = at(0);
            const auto left = at(1);
            const auto here = at(2);
            const auto right = at(3);
            const auto farRight = at(4);
            hn::StoreInterleaved4(horizontal(right, here, left, farLeft, kThreeEighths),
                                  horizontal(right, here, left, farLeft, kEighth),
                                  horizontal(left, here, right, farRight, kEighth),
                                  horizontal(left, here, right, farRight, kThreeEighths), words, to + kFactor * i);
        }
    }

    // The samples that one row of sums is made of, less 128; beyond the edges they repeat.
    void centre(const std::uint8_t* row) {
        const int start = m_first - kReach;
        const int count = m_samples + 2 * kReach;
        const auto centred = [&](int x) { return static_cast<std::int8_t>(row[x] - 128); };
        const int begin = std::max(0, -start);
        const int end = std::min(count, m_from.width - start);
        for (int i = begin; i < end; ++i) {
            m_source[i] = centred(start + i);
        }
        std::fill(m_source, m_source + begin, centred(0));
        std::fill(m_source + end, m_source + std::max(end, count), centred(m_from.width - 1));
    }

    const PlaneView m_from;
    const int m_first;
    const int m_samples;
    const int m_skipped;
    int m_rowIn[kTaps] = {-1, -1, -1, -1};
    std::int8_t m_source[kSourceSamples] = {};
    // Not set where nothing was made; a vector may read from there, but what comes of it is not kept.
    alignas(64) std::int16_t m_rows[kTaps][kRowWords];
};

// The vertical step makes four output rows at once, those between the middle two of four rows of sums: each sum is
// loaded once. Each product is rounded.
HWY_INLINE hn::Vec<HalfBytes> vertical(hn::Vec<Signed> a, hn::Vec<Signed> b, hn::Vec<Signed> c, hn::Vec<Signed> d,
                                       const std::int16_t (&weights)[kTaps]) {
    const Signed words;
    const HalfBytes bytes;
    const auto times = [&](hn::Vec<Signed> value, int i) {
        return hn::MulFixedPoint15(value, hn::Set(words, static_cast<std::int16_t>(weights[i] * 256)));
    };
    const auto sum = hn::Add(hn::Add(times(a, 0), times(b, 1)), hn::Add(times(c, 2), times(d, 3)));
    const auto rounded = hn::MulFixedPoint15(sum, hn::Set(words, 256));  // (sum + 64) >> 7
    return hn::Xor(hn::BitCast(bytes, hn::DemoteTo(SignedHalfBytes(), rounded)), hn::Set(bytes, 0x80));
}

// A vector of each of the four rows; where addResidual says so, `residual` is added, and may be where `out` is.
template <bool addResidual>
HWY_INLINE void fourVectors(const std::int16_t* const (&sums)[kTaps], int x,
                            const std::uint8_t* const (&residual)[kFactor], std::uint8_t* const (&out)[kFactor],
                            int outX) {
    const Signed words;
    const HalfBytes bytes;
    const auto a = hn::LoadU(words, sums[0] + x);
    const auto b = hn::LoadU(words, sums[1] + x);
    const auto c = hn::LoadU(words, sums[2] + x);
    const auto d = hn::LoadU(words, sums[3] + x);
    const auto store = [&](int row, hn::Vec<HalfBytes> samples) {
        if constexpr (addResidual) {
            samples = addCentred(bytes, samples, hn::LoadU(bytes, residual[row] + outX));
        }
        hn::StoreU(samples, bytes, out[row] + outX);
    };
    store(0, vertical(a, b, c, d, kEighth));
    store(1, vertical(a, b, c, d, kThreeEighths));
    store(2, vertical(d, c, b, a, kThreeEighths));
    store(3, vertical(d, c, b, a, kEighth));
}

template <bool addResidual>
HWY_INLINE void fourRows(const std::int16_t* const (&sums)[kTaps], std::uint8_t* const (&out)[kFactor], int count) {
    const int lanes = static_cast<int>(hn::Lanes(HalfBytes()));
    // The last vector reaches back over the one before it, so its residual is read first.
    std::uint8_t rest[kFactor][kMaxWords] = {};
    std::uint8_t* const restRows[kFactor] = {rest[0], rest[1], rest[2], rest[3]};
    const int restX = std::max(count - lanes, 0);
    const auto restSize = static_cast<std::size_t>(count - restX);
    const bool hasRest = count % lanes != 0;
    if (hasRest) {
        for (int row = 0; addResidual && row < kFactor; ++row) {
            std::memcpy(rest[row], out[row] + restX, restSize);
        }
        fourVectors<addResidual>(sums, restX, {rest[0], rest[1], rest[2], rest[3]}, restRows, 0);
    }
    for (int x = 0; x + lanes <= count; x += lanes) {
        fourVectors<addResidual>(sums, x, {out[0], out[1], out[2], out[3]}, out, x);
    }
    for (int row = 0; hasRest && row < kFactor; ++row) {
        std::memcpy(out[row] + restX, rest[row], restSize);
    }
}

template <bool addResidual>
HWY_INLINE void enlarge(PlaneView from, MutablePlaneView to, int x, int y) {
    inPieces(to.width, [&](int column, int count) {
        HorizontalRows rows(from, x + column, count);
        std::uint8_t spare[kColumns] = {};  // for rows of the first and the last four that are not asked for
        for (int top = (y + 2) / kFactor * kFactor - 2; top < y + to.height; top += kFactor) {
            const int above = (top + 2) / kFactor - 1;  // the source row that the four lie under
            const auto out = [&](int row) {
                const int at = top + row - y;
                return at >= 0 && at < to.height ? to.row(at) + column : spare;
            };
            fourRows<addResidual>({rows.row(above - 1), rows.row(above), rows.row(above + 1), rows.row(above + 2)},
                                  {out(0), out(1), out(2), out(3)}, count);
        }
    });
}

void up4Bicubic(PlaneView from, MutablePlaneView to, int x, int y) {
    enlarge<false>(from, to, x, y);
}

void up4BicubicAddResidual(PlaneView from, MutablePlaneView samples, int x, int y) {
    enlarge<true>(from, samples, x, y);
}

}  // namespace
}  // namespace origami::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace origami {

HWY_EXPORT(up4Bicubic);
HWY_EXPORT(up4BicubicAddResidual);

namespace {

[[maybe_unused]] bool isInside(PlaneView from, MutablePlaneView to, int x, int y) {
    return x >= 0 && y >= 0 && x + to.width <= 4 * from.width && y + to.height <= 4 * from.height;
}

}  // namespace

void up4Bicubic(PlaneView from, MutablePlaneView to, int x, int y) {
    assert(isInside(from, to, x, y));
    HWY_DYNAMIC_DISPATCH(up4Bicubic)(from, to, x, y);
}

void up4BicubicAddResidual(PlaneView from, MutablePlaneView samples, int x, int y) {
    assert(isInside(from, samples, x, y));
    HWY_DYNAMIC_DISPATCH(up4BicubicAddResidual)(from, samples, x, y);
}

}  // namespace origami

#endif
