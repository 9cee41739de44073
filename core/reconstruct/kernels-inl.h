// What the kernels share: vector types, pieces of a row, the centred sum. Compiled once for each instruction set, like
// the kernels that include it.
#if defined(ORIGAMI_CORE_RECONSTRUCT_KERNELS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef ORIGAMI_CORE_RECONSTRUCT_KERNELS_INL_H_
#undef ORIGAMI_CORE_RECONSTRUCT_KERNELS_INL_H_
#else
#define ORIGAMI_CORE_RECONSTRUCT_KERNELS_INL_H_
#endif

#include "core/base/vector_width.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Output columns that are made at once: the rows between the two steps of an enlargement stay in the first-level cache,
// on the stack.
constexpr int kColumns = 512;

constexpr std::size_t kMaxBytes = maxVectorBytes(HWY_TARGET);
using Bytes = hn::CappedTag<std::uint8_t, kMaxBytes>;
using Words = hn::CappedTag<std::uint16_t, kMaxBytes / 2>;
using Signed = hn::RebindToSigned<Words>;
using HalfBytes = hn::Rebind<std::uint8_t, Words>;

constexpr int kMaxWords = static_cast<int>(kMaxBytes / sizeof(std::uint16_t));

// samples + residual - 128, clamped: with both moved to -128 .. 127 this is a saturating sum.
template <class Tag>
HWY_INLINE hn::Vec<Tag> addCentred(Tag bytes, hn::Vec<Tag> samples, hn::Vec<Tag> residual) {
    const hn::RebindToSigned<Tag> signedBytes;
    const auto centre = hn::Set(bytes, 0x80);
    const auto sum = hn::SaturatedAdd(hn::BitCast(signedBytes, hn::Xor(samples, centre)),
                                      hn::BitCast(signedBytes, hn::Xor(residual, centre)));
    return hn::Xor(hn::BitCast(bytes, sum), centre);
}

// Calls visit(column, count) for pieces of `width` columns that are small enough for the buffers above.
template <class Visit>
HWY_INLINE void inPieces(int width, Visit visit) {
    for (int column = 0; column < width; column += kColumns) {
        visit(column, std::min(kColumns, width - column));
    }
}

// Calls make(x, in, out) for vectors of `count` bytes: make reads a vector at `in`, part of `from`, if it likes and
// writes one at `out`. Bytes beyond `count` stay as they are. `from` may be `to`.
template <class Make>
HWY_INLINE void forEachVector(const std::uint8_t* from, std::uint8_t* to, int count, const Make& make) {
    const int lanes = static_cast<int>(hn::Lanes(Bytes()));
    int x = 0;
    for (; x + lanes <= count; x += lanes) {
        make(x, from + x, to + x);
    }
    if (x < count) {
        std::uint8_t rest[kMaxBytes] = {};
        const auto size = static_cast<std::size_t>(count - x);
        std::memcpy(rest, from + x, size);
        make(x, rest, rest);
        std::memcpy(to + x, rest, size);
    }
}

}  // namespace
}  // namespace origami::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
