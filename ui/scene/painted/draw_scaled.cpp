// Compiled once for each instruction set: foreach_target.h includes this file again and again.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ui/scene/painted/draw_scaled.cpp"
#include <hwy/foreach_target.h>

#include "core/base/vector_width.h"
#include "ui/scene/painted/draw_scaled.h"

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

// Picks pixels by index from two adjacent vectors of the row.
HWY_INLINE hn::Vec<Pixels> lookUp(const std::uint32_t* row, hn::Vec<Indices> at) {
    const Pixels pixels;
    const Indices indices;
    const auto lanes = static_cast<std::int32_t>(hn::Lanes(pixels));
    const auto lane = hn::IndicesFromVec(pixels, hn::And(at, hn::Set(indices, lanes - 1)));
    return hn::IfThenElse(hn::RebindMask(pixels, hn::Lt(at, hn::Set(indices, lanes))),
                          hn::TableLookupLanes(hn::LoadU(pixels, row), lane),
                          hn::TableLookupLanes(hn::LoadU(pixels, row + lanes), lane));
}

HWY_INLINE int sampleVectors(const std::uint32_t* row, const std::int32_t* index, const std::uint32_t* weight,
                             std::uint32_t* to, int count) {
    const Pixels pixels;
    const Indices indices;
    const int lanes = static_cast<int>(hn::Lanes(pixels));
    const std::int32_t end = count > 0 ? index[count - 1] + 2 : 0;  // of the row
    int x = 0;
    for (; x + lanes <= count; x += lanes) {
        const auto at = hn::LoadU(indices, index + x);
        const auto weights = hn::LoadU(pixels, weight + x);
        const auto twice = hn::BitCast(Words(), hn::Or(weights, hn::ShiftLeft<16>(weights)));
        const std::int32_t begin = index[x];
        // Picking them out of vectors takes a fraction of what loading each by itself does.
        if (index[x + lanes - 1] < begin + 2 * lanes && begin + 1 + 2 * lanes <= end) {
            const auto place = hn::Sub(at, hn::Set(indices, begin));
            hn::StoreU(between(lookUp(row + begin, place), lookUp(row + begin + 1, place), twice), pixels, to + x);
        } else {
            hn::StoreU(between(hn::GatherIndex(pixels, row, at), hn::GatherIndex(pixels, row + 1, at), twice), pixels,
                       to + x);
        }
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

// Between which pixels, of those from -1 to `length`, a place lies: one and the next.
struct Place {
    std::int32_t index;
    unsigned weight;  // of the next one
};

Place placeOf(double position, int length) {
    const double inside = std::clamp(position, -1.0, static_cast<double>(length));
    const int index = std::min(static_cast<int>(std::floor(inside)), length - 1);
    return {index, static_cast<unsigned>(std::lround((inside - index) * kWholeWeight))};
}

bool isWhole(double value) {
    return value == std::floor(value);
}

// Returns whether each target pixel is one source pixel, with none beyond the edge.
bool isCopy(Rgb32View from, const Sampling& sampling, MutableRgb32View to) {
    return sampling.step == 1 && isWhole(sampling.x) && isWhole(sampling.y) && sampling.x >= 0 && sampling.y >= 0 &&
           sampling.x + to.width <= from.width && sampling.y + to.height <= from.height;
}

}  // namespace

void drawScaled(const SurroundedPicture& from, const Sampling& sampling, MutableRgb32View to, double opacity) {
    const Rgb32View& picture = from.picture();
    if (to.width <= 0 || to.height <= 0 || picture.width <= 0 || picture.height <= 0) {
        return;
    }
    const auto share = static_cast<unsigned>(std::lround(std::clamp(opacity, 0.0, 1.0) * kWholeWeight));
    if (isCopy(picture, sampling, to)) {
        const Rgb32View part =
            picture.sub(static_cast<int>(sampling.x), static_cast<int>(sampling.y), to.width, to.height);
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
        const Place place = placeOf(sampling.x + x * sampling.step, picture.width);
        index[static_cast<std::size_t>(x)] = place.index;
        weight[static_cast<std::size_t>(x)] = place.weight;
    }
    // Only this part of the source rows is needed: from `left` to the neighbour of the last pixel.
    const int left = index.front();
    const int end = index.back() + 2;
    for (std::int32_t& each : index) {
        each -= left;
    }
    const int begin = std::max(left, 0);
    const int within = std::min(end, picture.width) - begin;
    const bool isWithin = within == end - left;
    std::vector<std::uint32_t> mixed(static_cast<std::size_t>(end - left));
    std::vector<std::uint32_t> sampled(count);
    for (int y = 0; y < to.height; ++y) {
        const Place place = placeOf(sampling.y + y * sampling.step, picture.height);
        const SurroundedPicture::Row first = from.row(place.index);
        const std::uint32_t* row = first.pixels + begin;
        if (place.weight > 0 || !isWithin) {
            const SurroundedPicture::Row second = from.row(place.index + 1);
            if (left < 0) {
                mixed.front() = between(first.before, second.before, place.weight);
            }
            HWY_DYNAMIC_DISPATCH(mixRows)
            (first.pixels + begin, second.pixels + begin, place.weight, mixed.data() + (begin - left), within);
            if (end > picture.width) {
                mixed.back() = between(first.behind, second.behind, place.weight);
            }
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
