// Compiled once for each instruction set: foreach_target.h includes this file again and again.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/image/draw_scaled.cpp"
#include <hwy/foreach_target.h>

#include "core/base/vector_width.h"
#include "core/image/draw_scaled.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

#if HWY_TARGET != HWY_SCALAR

namespace hn = hwy::HWY_NAMESPACE;

using Pixels = hn::CappedTag<std::uint32_t, maxVectorBytes(HWY_TARGET) / sizeof(std::uint32_t)>;
using Indices = hn::RebindToSigned<Pixels>;
using Words = hn::Repartition<std::uint16_t, Pixels>;

// origami::between() of whole vectors, with a weight for each word.
HWY_INLINE hn::Vec<Pixels> between(hn::Vec<Pixels> first, hn::Vec<Pixels> second, hn::Vec<Words> weight) {
    const Words words;
    const auto even = hn::Set(words, 0x00FF);
    const auto half = hn::Set(words, 0x0080);
    const auto rest = hn::Sub(hn::Set(words, static_cast<std::uint16_t>(kWholeWeight)), weight);
    const auto a = hn::BitCast(words, first);
    const auto b = hn::BitCast(words, second);
    const auto low = hn::Add(hn::Add(hn::Mul(hn::And(a, even), rest), hn::Mul(hn::And(b, even), weight)), half);
    const auto high =
        hn::Add(hn::Add(hn::Mul(hn::ShiftRight<8>(a), rest), hn::Mul(hn::ShiftRight<8>(b), weight)), half);
    return hn::BitCast(Pixels(), hn::Or(hn::ShiftRight<8>(low), hn::AndNot(even, high)));
}

// Whole vectors of a row; how many pixels these are.
HWY_INLINE int mixVectors(const std::uint32_t* first, const std::uint32_t* second, unsigned weight, std::uint32_t* to,
                          int count) {
    const Pixels pixels;
    const int lanes = static_cast<int>(hn::Lanes(pixels));
    const auto weights = hn::Set(Words(), static_cast<std::uint16_t>(weight));
    int x = 0;
    for (; x + lanes <= count; x += lanes) {
        hn::StoreU(between(hn::LoadU(pixels, first + x), hn::LoadU(pixels, second + x), weights), pixels, to + x);
    }
    return x;
}

HWY_INLINE int sampleVectors(const std::uint32_t* row, const std::int32_t* index, const std::uint32_t* weight,
                             std::uint32_t* to, int count) {
    const Pixels pixels;
    const Indices indices;
    const int lanes = static_cast<int>(hn::Lanes(pixels));
    int x = 0;
    for (; x + lanes <= count; x += lanes) {
        const auto at = hn::LoadU(indices, index + x);
        const auto weights = hn::LoadU(pixels, weight + x);
        const auto twice = hn::BitCast(Words(), hn::Or(weights, hn::ShiftLeft<16>(weights)));
        const auto first = hn::GatherIndex(pixels, row, at);
        const auto second = hn::GatherIndex(pixels, row + 1, at);
        hn::StoreU(between(first, second, twice), pixels, to + x);
    }
    return x;
}

#else

int mixVectors(const std::uint32_t*, const std::uint32_t*, unsigned, std::uint32_t*, int) {
    return 0;
}
int sampleVectors(const std::uint32_t*, const std::int32_t*, const std::uint32_t*, std::uint32_t*, int) {
    return 0;
}

#endif

// Pixels between those of two rows.
void mixRows(const std::uint32_t* first, const std::uint32_t* second, unsigned weight, std::uint32_t* to, int count) {
    for (int x = mixVectors(first, second, weight, to, count); x < count; ++x) {
        to[x] = origami::between(first[x], second[x], weight);
    }
}

// Pixels between one of a row and the next.
void sampleRow(const std::uint32_t* row, const std::int32_t* index, const std::uint32_t* weight, std::uint32_t* to,
               int count) {
    for (int x = sampleVectors(row, index, weight, to, count); x < count; ++x) {
        to[x] = origami::between(row[index[x]], row[index[x] + 1], weight[x]);
    }
}

}  // namespace
}  // namespace origami::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace origami {

HWY_EXPORT(mixRows);
HWY_EXPORT(sampleRow);

namespace {

// Between which pixels of `length` a place lies. The second of them is there unless there is only one, which then
// counts whole.
struct Place {
    std::int32_t index;
    unsigned weight;  // of the next one
};

Place placeOf(double position, int length) {
    const double inside = std::clamp(position, 0.0, static_cast<double>(length - 1));
    const int index = std::clamp(static_cast<int>(inside), 0, std::max(length - 2, 0));
    return {index, static_cast<unsigned>(std::lround((inside - index) * kWholeWeight))};
}

bool isWhole(double value) {
    return value == std::floor(value);
}

// Whether target pixels are source pixels, none of them beyond the edge.
bool isCopy(Rgb32View from, const Sampling& sampling, MutableRgb32View to) {
    return sampling.step == 1 && isWhole(sampling.x) && isWhole(sampling.y) && sampling.x >= 0 && sampling.y >= 0 &&
           sampling.x + to.width <= from.width && sampling.y + to.height <= from.height;
}

}  // namespace

void drawScaled(Rgb32View from, const Sampling& sampling, MutableRgb32View to, double opacity) {
    if (to.width <= 0 || to.height <= 0 || from.width <= 0 || from.height <= 0) {
        return;
    }
    const auto share = static_cast<unsigned>(std::lround(std::clamp(opacity, 0.0, 1.0) * kWholeWeight));
    if (isCopy(from, sampling, to)) {
        const Rgb32View part =
            from.sub(static_cast<int>(sampling.x), static_cast<int>(sampling.y), to.width, to.height);
        if (share == kWholeWeight) {
            copy(part, to);
            return;
        }
        for (int y = 0; y < to.height; ++y) {
            HWY_DYNAMIC_DISPATCH(mixRows)(to.row(y), part.row(y), share, to.row(y), to.width);
        }
        return;
    }
    const auto count = static_cast<std::size_t>(to.width);
    std::vector<std::int32_t> index(count);
    std::vector<std::uint32_t> weight(count);
    for (int x = 0; x < to.width; ++x) {
        const Place place = placeOf(sampling.x + x * sampling.step, from.width);
        index[static_cast<std::size_t>(x)] = place.index;
        weight[static_cast<std::size_t>(x)] = place.weight;
    }
    // Of the source rows only what is needed, and one pixel more for the last one's neighbour.
    const int left = index.front();
    const int span = index.back() - left + 1;
    for (std::int32_t& each : index) {
        each -= left;
    }
    std::vector<std::uint32_t> mixed(static_cast<std::size_t>(span) + 1);
    std::vector<std::uint32_t> sampled(count);
    const int there = std::min(span + 1, from.width - left);
    for (int y = 0; y < to.height; ++y) {
        const Place place = placeOf(sampling.y + y * sampling.step, from.height);
        const std::uint32_t* const first = from.row(place.index) + left;
        const std::uint32_t* row = first;
        if (place.weight > 0 || there == span) {  // the last pixel needs a neighbour
            const std::uint32_t* const second = place.weight > 0 ? from.row(place.index + 1) + left : first;
            HWY_DYNAMIC_DISPATCH(mixRows)(first, second, place.weight, mixed.data(), there);
            row = mixed.data();
        }
        std::uint32_t* const out = share == kWholeWeight ? to.row(y) : sampled.data();
        HWY_DYNAMIC_DISPATCH(sampleRow)(row, index.data(), weight.data(), out, to.width);
        if (share != kWholeWeight) {
            HWY_DYNAMIC_DISPATCH(mixRows)(to.row(y), sampled.data(), share, to.row(y), to.width);
        }
    }
}

}  // namespace origami

#endif
