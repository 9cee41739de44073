// Compiled once for each instruction set: foreach_target.h includes this file again and again.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/codec/inverse_transform.cpp"
#include <hwy/foreach_target.h>

#include "core/base/pair_products-inl.h"
#include "core/base/vector_width.h"
#include "core/codec/inverse_transform.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstring>

#ifndef ORIGAMI_CORE_CODEC_INVERSE_TRANSFORM_CONSTANTS
#define ORIGAMI_CORE_CODEC_INVERSE_TRANSFORM_CONSTANTS
namespace origami {
namespace {

constexpr int kHalf = kBlockSide / 2;
constexpr int kColumnBits = 11;  // that each pass drops
constexpr int kRowBits = 18;

// Sample k of the first half is even + odd, sample 7 - k even - odd: sums of the coefficients of even and of odd
// frequencies with these factors, in 13 fractional bits. They are what jidctint.c's constants come to when its steps
// are multiplied out.
using Factors = std::int16_t[kHalf][kHalf];
constexpr Factors kEven = {
    {8192, 10703, 8192, 4433}, {8192, 4433, -8192, -10704}, {8192, -4433, -8192, 10704}, {8192, -10703, 8192, -4433}};
constexpr Factors kOdd = {
    {11363, 9633, 6437, 2260}, {9633, -2259, -11362, -6436}, {6437, -11362, 2261, 9633}, {2260, -6436, 9633, -11363}};

constexpr std::int16_t dequantised(std::int16_t level, std::uint16_t step) {
    return static_cast<std::int16_t>(level * static_cast<std::int16_t>(step));
}

// The one sample of a block that has no other coefficient than this one.
std::uint8_t flatSample(std::int16_t level, std::uint16_t step) {
    // After the columns it has two more bits.
    const int column = std::clamp(4 * dequantised(level, step), INT16_MIN, INT16_MAX);
    return static_cast<std::uint8_t>(std::clamp((column + 16) >> 5, -128, 127) + 128);
}

inline void fillBlock(std::uint8_t* samples, std::ptrdiff_t stride, std::uint8_t sample) {
    const std::uint64_t row = sample * 0x0101010101010101U;
    for (int y = 0; y < kBlockSide; ++y) {
        std::memcpy(samples + y * stride, &row, sizeof(row));
    }
}

}  // namespace
}  // namespace origami
#endif

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR

void inverseTransform(std::span<const std::int16_t> levels, const QuantisationTable& steps, MutablePlaneView to) {
    reference::inverseTransform(levels, steps, to);
}

#else

namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kMaxBytes = maxVectorBytes(HWY_TARGET);
using Words = hn::CappedTag<std::int16_t, kMaxBytes / sizeof(std::int16_t)>;
using Sums = hn::RepartitionToWide<Words>;
using UnsignedWords = hn::RebindToUnsigned<Words>;
using Bytes = hn::Repartition<std::uint8_t, Words>;
using Word = hn::Vec<Words>;
using Sum = hn::Vec<Sums>;

// Blocks that are transformed at once, each in a part of 128 bits of every vector.
constexpr std::size_t kBlocksAtOnce = hn::MaxLanes(Words()) / kBlockSide;

// In each vector a row of each block; or, transposed, a column.
using BlockVectors = Word[kBlockSide];

// A row of several blocks.
template <class Tag>
HWY_INLINE hn::Vec<Tag> loadRow(Tag tag, const std::int16_t* const* blocks, std::size_t row) {
    if constexpr (hn::MaxLanes(tag) == kBlockSide) {
        return hn::LoadU(tag, blocks[0] + row * kBlockSide);
    } else {
        const hn::Half<Tag> half;
        return hn::Combine(tag, loadRow(half, blocks + hn::MaxLanes(half) / kBlockSide, row),
                           loadRow(half, blocks, row));
    }
}

// Half of the lanes of one pass: out[k] from the pairs of frequencies (0, 4), (2, 6), (1, 3) and (5, 7). Rounded as if
// `roundedBits` were dropped.
template <int roundedBits, int droppedBits>
HWY_INLINE void transformHalf(Word pairs04, Word pairs26, Word pairs13, Word pairs57, Sum (&out)[kBlockSide]) {
    const auto rounding = hn::Set(Sums(), 1 << (roundedBits - 1));
    Sum even[kHalf];
    for (int k = 0; k < kHalf / 2; ++k) {
        // Of a sample and the one that mirrors it in the first half.
        const Sum outer = hn::Add(sumOfProducts(Sums(), pairs04, kEven[k][0], kEven[k][2]), rounding);
        const Sum inner = sumOfProducts(Sums(), pairs26, kEven[k][1], kEven[k][3]);
        even[k] = hn::Add(outer, inner);
        even[kHalf - 1 - k] = hn::Sub(outer, inner);
    }
    for (int k = 0; k < kHalf; ++k) {
        const Sum odd = hn::Add(sumOfProducts(Sums(), pairs13, kOdd[k][0], kOdd[k][1]),
                                sumOfProducts(Sums(), pairs57, kOdd[k][2], kOdd[k][3]));
        out[k] = hn::ShiftRight<droppedBits>(hn::Add(even[k], odd));
        out[kBlockSide - 1 - k] = hn::ShiftRight<droppedBits>(hn::Sub(even[k], odd));
    }
}

// One pass over the vectors: lane by lane. What does not fit into a word is clamped.
template <int roundedBits, int droppedBits>
HWY_INLINE void transform(BlockVectors& v) {
    const Words words;
    Sum low[kBlockSide];
    Sum high[kBlockSide];
    transformHalf<roundedBits, droppedBits>(
        hn::InterleaveLower(words, v[0], v[4]), hn::InterleaveLower(words, v[2], v[6]),
        hn::InterleaveLower(words, v[1], v[3]), hn::InterleaveLower(words, v[5], v[7]), low);
    transformHalf<roundedBits, droppedBits>(
        hn::InterleaveUpper(words, v[0], v[4]), hn::InterleaveUpper(words, v[2], v[6]),
        hn::InterleaveUpper(words, v[1], v[3]), hn::InterleaveUpper(words, v[5], v[7]), high);
    for (int k = 0; k < kBlockSide; ++k) {
        v[k] = hn::ReorderDemote2To(words, low[k], high[k]);
    }
}

// Interleaves the elements of the lower and of the upper halves of each 128-bit part.
template <class Element, class V>
HWY_INLINE void interleave(V& a, V& b) {
    const hn::DFromV<V> tag;
    const hn::Repartition<Element, hn::DFromV<V>> elements;
    const auto first = hn::BitCast(elements, a);
    const auto second = hn::BitCast(elements, b);
    a = hn::BitCast(tag, hn::InterleaveLower(elements, first, second));
    b = hn::BitCast(tag, hn::InterleaveUpper(elements, first, second));
}

// Rows to columns.
HWY_INLINE void transpose(BlockVectors& v) {
    for (int i : {0, 2, 4, 6}) {
        interleave<std::int16_t>(v[i], v[i + 1]);
    }
    // Columns 0 1 2 3 of rows 0 1 are in v[0] now, 4 5 6 7 in v[1]; and so on.
    for (int i : {0, 1, 4, 5}) {
        interleave<std::int32_t>(v[i], v[i + 2]);
    }
    // Columns 0 1 of rows 0 .. 3 are in v[0], 2 3 in v[2], 4 5 in v[1], 6 7 in v[3].
    for (int i : {0, 1, 2, 3}) {
        interleave<std::int64_t>(v[i], v[i + 4]);
    }
    const Word columns[kBlockSide] = {v[0], v[4], v[2], v[6], v[1], v[5], v[3], v[7]};
    std::copy(std::begin(columns), std::end(columns), v);
}

// Columns of samples, each the upper byte of its word, to rows: two rows of each block in each vector.
HWY_INLINE void packRows(const BlockVectors& columns, hn::Vec<UnsignedWords> (&rows)[kHalf]) {
    const UnsignedWords words;
    for (int k = 0; k < kHalf; ++k) {
        const auto left = hn::BitCast(words, columns[2 * k]);
        const auto right = hn::BitCast(words, columns[2 * k + 1]);
        rows[k] = hn::OrAnd(hn::ShiftRight<8>(left), right, hn::Set(words, 0xFF00));
    }
    // Of each row columns 0 1 are in rows[0], 2 3 in rows[1], 4 5 in rows[2], 6 7 in rows[3].
    interleave<std::uint16_t>(rows[0], rows[1]);
    interleave<std::uint16_t>(rows[2], rows[3]);
    // Columns 0 .. 3 of the first four rows are in rows[0], of the others in rows[1]; 4 .. 7 in rows[2] and rows[3].
    interleave<std::uint32_t>(rows[0], rows[2]);
    interleave<std::uint32_t>(rows[1], rows[3]);
    std::swap(rows[1], rows[2]);
}

// Of kBlocksAtOnce blocks, of which only the first `count` are kept.
HWY_INLINE void transformBlocks(const std::int16_t* const* blocks, const QuantisationTable& steps,
                                std::uint8_t* const* samples, std::size_t count, std::ptrdiff_t stride) {
    const Words words;
    BlockVectors v;
    for (std::size_t row = 0; row < kBlockSide; ++row) {
        // The same steps for each block.
        const auto* step = reinterpret_cast<const std::int16_t*>(steps.data()) + row * kBlockSide;
        v[row] = hn::Mul(loadRow(words, blocks, row), hn::LoadDup128(words, step));
    }
    transform<kColumnBits, kColumnBits>(v);
    transpose(v);
    // Eight fractional bits stay: clamping to a word then clamps the sample in the upper byte.
    transform<kRowBits, kRowBits - 8>(v);
    hn::Vec<UnsignedWords> rows[kHalf];
    packRows(v, rows);
    const Bytes bytes;
    alignas(64) std::uint8_t packed[kHalf][kMaxBytes];
    for (int i = 0; i < kHalf; ++i) {
        hn::Store(hn::Xor(hn::BitCast(bytes, rows[i]), hn::Set(bytes, 0x80)), bytes, packed[i]);
    }
    for (std::size_t block = 0; block < count; ++block) {
        for (std::size_t row = 0; row < kBlockSide; ++row) {
            std::memcpy(samples[block] + static_cast<std::ptrdiff_t>(row) * stride,
                        packed[row / 2] + (2 * block + row % 2) * kBlockSide, kBlockSide);
        }
    }
}

// Whether all coefficients but the first are zero.
HWY_INLINE bool isFlat(const std::int16_t* block) {
    const Words words;
    constexpr std::size_t kLanes = hn::MaxLanes(Words());
    auto any = hn::IfThenZeroElse(hn::FirstN(words, 1), hn::LoadU(words, block));
    for (std::size_t i = kLanes; i < kBlockSize; i += kLanes) {
        any = hn::Or(any, hn::LoadU(words, block + i));
    }
    return hn::AllTrue(words, hn::Eq(any, hn::Zero(words)));
}

void inverseTransform(std::span<const std::int16_t> levels, const QuantisationTable& steps, MutablePlaneView to) {
    const std::int16_t* blocks[kBlocksAtOnce];
    std::uint8_t* samples[kBlocksAtOnce];
    std::size_t waiting = 0;
    const std::size_t count = levels.size() / kBlockSize;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int16_t* const block = levels.data() + i * kBlockSize;
        std::uint8_t* const at = to.data + i * kBlockSide;
        if (isFlat(block)) {
            fillBlock(at, to.stride, flatSample(block[0], steps[0]));
            continue;
        }
        blocks[waiting] = block;
        samples[waiting++] = at;
        if (waiting == kBlocksAtOnce) {
            transformBlocks(blocks, steps, samples, kBlocksAtOnce, to.stride);
            waiting = 0;
        }
    }
    if (waiting > 0) {
        std::fill(blocks + waiting, blocks + kBlocksAtOnce, blocks[0]);
        transformBlocks(blocks, steps, samples, waiting, to.stride);
    }
}

#endif

}  // namespace
}  // namespace origami::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace origami {

HWY_EXPORT(inverseTransform);

void inverseTransform(std::span<const std::int16_t> levels, const QuantisationTable& steps, MutablePlaneView to) {
    assert(levels.size() % kBlockSize == 0);
    HWY_DYNAMIC_DISPATCH(inverseTransform)(levels, steps, to);
}

namespace reference {
namespace {

// Eight numbers that lie `stride` apart, with factors in 13 fractional bits.
std::array<std::int32_t, kBlockSide> transformed(const std::int16_t* in, int stride, int bits) {
    std::array<std::int32_t, kBlockSide> out{};
    const auto sum = [&](const std::int16_t(&factors)[kHalf], int first) {
        std::uint32_t total = 0;
        for (int i = 0; i < kHalf; ++i) {
            total += static_cast<std::uint32_t>(factors[i] * in[(first + 2 * i) * stride]);
        }
        return total;
    };
    for (int k = 0; k < kHalf; ++k) {
        const std::uint32_t even = sum(kEven[k], 0) + (1U << (bits - 1));
        const std::uint32_t odd = sum(kOdd[k], 1);
        out[static_cast<std::size_t>(k)] = static_cast<std::int32_t>(even + odd) >> bits;
        out[static_cast<std::size_t>(kBlockSide - 1 - k)] = static_cast<std::int32_t>(even - odd) >> bits;
    }
    return out;
}

}  // namespace

void inverseTransform(std::span<const std::int16_t> levels, const QuantisationTable& steps, MutablePlaneView to) {
    for (std::size_t x = 0; x < levels.size() / kBlockSide; x += kBlockSide) {
        std::array<std::int16_t, kBlockSize> block{};
        for (std::size_t i = 0; i < kBlockSize; ++i) {
            block[i] = dequantised(levels[x * kBlockSide + i], steps[i]);
        }
        for (std::size_t column = 0; column < kBlockSide; ++column) {
            const auto out = transformed(block.data() + column, kBlockSide, kColumnBits);
            for (std::size_t row = 0; row < kBlockSide; ++row) {
                block[row * kBlockSide + column] =
                    static_cast<std::int16_t>(std::clamp<std::int32_t>(out[row], INT16_MIN, INT16_MAX));
            }
        }
        for (std::size_t row = 0; row < kBlockSide; ++row) {
            const auto out = transformed(block.data() + row * kBlockSide, 1, kRowBits);
            for (std::size_t column = 0; column < kBlockSide; ++column) {
                to.row(static_cast<int>(row))[x + column] =
                    static_cast<std::uint8_t>(std::clamp(out[column], -128, 127) + 128);
            }
        }
    }
}

}  // namespace reference
}  // namespace origami

#endif
