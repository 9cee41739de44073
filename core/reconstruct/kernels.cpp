// Compiled once for each instruction set: foreach_target.h includes this file again and again.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/reconstruct/kernels.cpp"
#include <hwy/foreach_target.h>

#include "core/image/color.h"
#include "core/reconstruct/kernels-inl.h"
#include "core/reconstruct/kernels.h"
#include "core/reconstruct/reference.h"

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_SCALAR

// A processor without vectors: the plain loops.
void up2(PlaneView from, MutablePlaneView to, int x, int y) {
    reference::up2(from, to, x, y);
}
void up2AddResidual(PlaneView from, PlaneView residual, MutablePlaneView to, int x, int y) {
    reference::up2AddResidual(from, residual, to, x, y);
}
void up4(PlaneView from, MutablePlaneView to, int x, int y) {
    reference::up4(from, to, x, y);
}
void addResidual(PlaneView residual, MutablePlaneView samples) {
    reference::addResidual(residual, samples);
}
void halve(PlaneView from, MutablePlaneView to) {
    reference::halve(from, to);
}
void convertToRgb32(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out) {
    toRgb32(luma, cb, cr, out);
}
void convertToRgb32Up2(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    reference::convertToRgb32Up2(luma, cb, cr, out, x, y);
}

#else

HWY_INLINE hn::Vec<Words> thrice(hn::Vec<Words> value) {
    return hn::Add(value, hn::Add(value, value));
}

// Calls vector(i) or one(i) for the source samples first .. end - 1, so that each is covered: vector(i) takes a vector
// of them from i on, all with neighbours on both sides in a row of `width`; it may take some twice.
template <class Vector, class One>
HWY_INLINE void forEachSample(int first, int end, int width, const Vector& vector, const One& one) {
    const int lanes = static_cast<int>(hn::Lanes(Words()));
    const int begin = std::max(first, 1);
    const int inner = std::min(end, width - 1);
    if (first == 0) {
        one(0);
    }
    int i = begin;
    if (inner - begin >= lanes) {
        for (; i < inner; i += lanes) {
            vector(std::min(i, inner - lanes));
        }
        i = inner;
    }
    for (; i < end; ++i) {
        one(i);
    }
}

// What a row of an enlargement is wanted for.
struct AsSamples {  // sums of 16 times a sample
    static constexpr int kScale = 1;
    static constexpr int kBias = 0;
};
struct AsChroma {  // 128 times a sample less 128, and below that what rounding drops
    static constexpr int kScale = 8;
    static constexpr int kBias = -128 * 128;
};

// The horizontal step of a 2x enlargement, of the source rows that are needed just now: each is made once, though four
// output rows are made of it. Output columns lie apart, the first, third, ... from the second, fourth, ...: so that the
// words of two vectors, shifted into each other, are the bytes of one.
template <class Purpose>
class DoubledRows {
public:
    // For the output columns x .. x + count - 1, at most kColumns.
    DoubledRows(PlaneView from, int x, int count)
        : m_from(from), m_first(x / 2), m_samples((x + count - 1) / 2 + 1 - m_first), m_isOdd(x % 2 != 0) {}

    // Readable for a vector beyond what is wanted.
    struct Row {
        const std::uint16_t* first;   // output columns x, x + 2, ...
        const std::uint16_t* second;  // output columns x + 1, x + 3, ...
    };
    // Of source row y, or of the edge row beside it: the sums, and three times these with what rounds, the part of the
    // nearer row.
    Row light(int y) { return row(m_light[slotOf(y)]); }
    Row heavy(int y) { return row(m_heavy[slotOf(y)]); }

private:
    static constexpr int kSlots = 3;
    static constexpr int kRowWords = kColumns / 2 + 2 * kMaxWords;
    struct Sums {
        alignas(64) std::uint16_t left[kRowWords];  // leaning to the sample on the left: the even output columns
        alignas(64) std::uint16_t right[kRowWords];
    };

    [[nodiscard]] Row row(const Sums& sums) const {
        return m_isOdd ? Row{sums.right, sums.left + 1} : Row{sums.left, sums.right};
    }

    int slotOf(int y) {
        y = std::clamp(y, 0, m_from.height - 1);
        const int slot = y % kSlots;
        if (m_rowIn[slot] != y) {
            make(m_from.row(y), m_light[slot], m_heavy[slot]);
            m_rowIn[slot] = y;
        }
        return slot;
    }

    void make(const std::uint8_t* source, Sums& light, Sums& heavy) const {
        const Words words;
        const HalfBytes bytes;
        const auto offset = hn::Set(words, static_cast<std::uint16_t>(8 * Purpose::kScale + Purpose::kBias));
        const auto scale = [](hn::Vec<Words> sum) {
            if constexpr (Purpose::kScale == 8) {
                return hn::ShiftLeft<3>(sum);
            } else {
                return sum;
            }
        };
        const auto vector = [&](int i) {
            const auto at = [&](int j) { return hn::PromoteTo(words, hn::LoadU(bytes, source + j)); };
            const auto three = thrice(at(i));
            const auto left = scale(hn::Add(three, at(i - 1)));
            const auto right = scale(hn::Add(three, at(i + 1)));
            const int to = i - m_first;
            hn::StoreU(left, words, light.left + to);
            hn::StoreU(right, words, light.right + to);
            hn::StoreU(hn::Add(thrice(left), offset), words, heavy.left + to);
            hn::StoreU(hn::Add(thrice(right), offset), words, heavy.right + to);
        };
        const auto one = [&](int i) {
            const auto store = [&](int neighbour, std::uint16_t& lightSum, std::uint16_t& heavySum) {
                const int sum = Purpose::kScale * (3 * source[i] + source[std::clamp(neighbour, 0, m_from.width - 1)]);
                lightSum = static_cast<std::uint16_t>(sum);
                heavySum = static_cast<std::uint16_t>(3 * sum + 8 * Purpose::kScale + Purpose::kBias);
            };
            const int to = i - m_first;
            store(i - 1, light.left[to], heavy.left[to]);
            store(i + 1, light.right[to], heavy.right[to]);
        };
        forEachSample(m_first, m_first + m_samples, m_from.width, vector, one);
    }

    const PlaneView m_from;
    const int m_first;
    const int m_samples;
    const bool m_isOdd;
    int m_rowIn[kSlots] = {-1, -1, -1};
    Sums m_light[kSlots];
    Sums m_heavy[kSlots];
};

// The vertical step: one output row, in pairs of columns.
template <class Purpose>
class DoubledRow {
public:
    DoubledRow(DoubledRows<Purpose>& rows, int y)
        : m_near(rows.heavy(y / 2)), m_far(rows.light(y % 2 == 0 ? y / 2 - 1 : y / 2 + 1)) {}

    [[nodiscard]] HWY_INLINE hn::Vec<Words> first(int pair) const { return sum(m_near.first, m_far.first, pair); }
    [[nodiscard]] HWY_INLINE hn::Vec<Words> second(int pair) const { return sum(m_near.second, m_far.second, pair); }

private:
    static HWY_INLINE hn::Vec<Words> sum(const std::uint16_t* near, const std::uint16_t* far, int pair) {
        const Words words;
        return hn::Add(hn::LoadU(words, near + pair), hn::LoadU(words, far + pair));
    }
    const typename DoubledRows<Purpose>::Row m_near;
    const typename DoubledRows<Purpose>::Row m_far;
};

// The horizontal step of a 4x enlargement. Its rows need not be as fast.
class QuadrupledRows {
public:
    QuadrupledRows(PlaneView from, int x, int count)
        : m_from(from), m_first(x / 4), m_samples((x + count - 1) / 4 + 1 - m_first), m_skipped(x % 4) {}

    // The sums of source row y, or of the edge row beside it, from output column x on; readable for a vector beyond.
    const std::uint16_t* row(int y) {
        y = std::clamp(y, 0, m_from.height - 1);
        const int slot = y % kSlots;
        if (m_rowIn[slot] != y) {
            make(m_from.row(y), m_rows[slot]);
            m_rowIn[slot] = y;
        }
        return m_rows[slot] + m_skipped;
    }

private:
    static constexpr int kSlots = 3;

    void make(const std::uint8_t* source, std::uint16_t* to) const {
        const Words words;
        const HalfBytes bytes;
        const auto vector = [&](int i) {
            const auto at = [&](int j) { return hn::PromoteTo(words, hn::LoadU(bytes, source + j)); };
            const auto here = at(i);
            const auto left = at(i - 1);
            const auto right = at(i + 1);
            const auto five = hn::Add(here, hn::ShiftLeft<2>(here));
            const auto seven = hn::Sub(hn::ShiftLeft<3>(here), here);
            hn::StoreInterleaved4(hn::Add(five, thrice(left)), hn::Add(seven, left), hn::Add(seven, right),
                                  hn::Add(five, thrice(right)), words, to + 4 * (i - m_first));
        };
        const auto one = [&](int i) {
            const int here = source[i];
            const int left = source[std::max(i - 1, 0)];
            const int right = source[std::min(i + 1, m_from.width - 1)];
            std::uint16_t* const four = to + 4 * (i - m_first);
            four[0] = static_cast<std::uint16_t>(5 * here + 3 * left);
            four[1] = static_cast<std::uint16_t>(7 * here + left);
            four[2] = static_cast<std::uint16_t>(7 * here + right);
            four[3] = static_cast<std::uint16_t>(5 * here + 3 * right);
        };
        forEachSample(m_first, m_first + m_samples, m_from.width, vector, one);
    }

    const PlaneView m_from;
    const int m_first;
    const int m_samples;
    const int m_skipped;
    int m_rowIn[kSlots] = {-1, -1, -1};
    // Whole vectors, and one more for what is skipped or read beyond.
    alignas(64) std::uint16_t m_rows[kSlots][kColumns + 2 * kMaxWords] = {};
};

// Where addResidual says so, the residual is added, which may lie where the samples go.
template <bool addResidual>
HWY_INLINE void enlargeTwice(PlaneView from, PlaneView residual, MutablePlaneView to, int left, int top) {
    const Bytes bytes;
    const Words words;
    inPieces(to.width, [&](int column, int count) {
        DoubledRows<AsSamples> rows(from, left + column, count);
        for (int y = 0; y < to.height; ++y) {
            const DoubledRow<AsSamples> row(rows, top + y);
            forEachVector(residual.row(y) + column, to.row(y) + column, count,
                          [&](int x, const std::uint8_t* in, std::uint8_t* out) {
                              const auto low = hn::ShiftRight<4>(row.first(x / 2));
                              const auto high = hn::And(hn::ShiftLeft<4>(row.second(x / 2)), hn::Set(words, 0xFF00));
                              auto samples = hn::BitCast(bytes, hn::Or(low, high));
                              if constexpr (addResidual) {
                                  samples = addCentred(bytes, samples, hn::LoadU(bytes, in));
                              }
                              hn::StoreU(samples, bytes, out);
                          });
        }
    });
}

void up2(PlaneView from, MutablePlaneView to, int x, int y) {
    enlargeTwice<false>(from, to, to, x, y);
}

void up2AddResidual(PlaneView from, PlaneView residual, MutablePlaneView to, int x, int y) {
    enlargeTwice<true>(from, residual, to, x, y);
}

void up4(PlaneView from, MutablePlaneView to, int left, int top) {
    const Words words;
    const HalfBytes halfBytes;
    const int half = static_cast<int>(hn::Lanes(words));
    inPieces(to.width, [&](int column, int count) {
        QuadrupledRows rows(from, left + column, count);
        for (int y = 0; y < to.height; ++y) {
            const int row = top + y;
            const bool isNear = row % 4 == 1 || row % 4 == 2;
            const std::uint16_t* const near = rows.row(row / 4);
            const std::uint16_t* const far = rows.row(row % 4 < 2 ? row / 4 - 1 : row / 4 + 1);
            const auto nearWeight = hn::Set(words, static_cast<std::uint16_t>(isNear ? 7 : 5));
            const auto farWeight = hn::Set(words, static_cast<std::uint16_t>(isNear ? 1 : 3));
            const auto samples = [&](int x) {
                const auto sum = hn::Add(hn::Mul(hn::LoadU(words, near + x), nearWeight),
                                         hn::Mul(hn::LoadU(words, far + x), farWeight));
                const auto rounded = hn::ShiftRight<6>(hn::Add(sum, hn::Set(words, 32)));
                return hn::DemoteTo(halfBytes, hn::BitCast(Signed(), rounded));
            };
            forEachVector(to.row(y) + column, to.row(y) + column, count,
                          [&](int x, const std::uint8_t*, std::uint8_t* out) {
                              hn::StoreU(samples(x), halfBytes, out);
                              hn::StoreU(samples(x + half), halfBytes, out + half);
                          });
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
            hn::StoreU(addCentred(bytes, hn::LoadU(bytes, to + x), hn::LoadU(bytes, from + x)), bytes, to + x);
        }
        for (; x < samples.width; ++x) {
            to[x] = static_cast<std::uint8_t>(std::clamp(to[x] + from[x] - 128, 0, 255));
        }
    }
}

void halve(PlaneView from, MutablePlaneView to) {
    const Bytes bytes;
    const Words words;
    const int lanes = static_cast<int>(hn::Lanes(words));
    const auto pairSums = [&](const std::uint8_t* row) {
        const auto pairs = hn::BitCast(words, hn::LoadU(bytes, row));
        return hn::Add(hn::And(pairs, hn::Set(words, 0xFF)), hn::ShiftRight<8>(pairs));
    };
    const int pairs = from.width / 2;
    for (int y = 0; y < to.height; ++y) {
        const std::uint8_t* top = from.row(2 * y);
        const std::uint8_t* bottom = from.row(std::min(2 * y + 1, from.height - 1));
        std::uint8_t* out = to.row(y);
        int x = 0;
        for (; x + lanes <= pairs; x += lanes) {
            const auto sum = hn::Add(pairSums(top + 2 * x), pairSums(bottom + 2 * x));
            const auto average = hn::ShiftRight<2>(hn::Add(sum, hn::Set(words, 2)));
            hn::StoreU(hn::DemoteTo(HalfBytes(), hn::BitCast(Signed(), average)), HalfBytes(), out + x);
        }
        for (; x < to.width; ++x) {
            const int left = 2 * x;
            const int right = std::min(left + 1, from.width - 1);
            out[x] = static_cast<std::uint8_t>((top[left] + top[right] + bottom[left] + bottom[right] + 2) >> 2);
        }
    }
}

// Of a row of bytes, every second one, times 128, in words.
HWY_INLINE hn::Vec<Words> firstTimes128(hn::Vec<Bytes> row) {
    const Words words;
    return hn::And(hn::ShiftLeft<7>(hn::BitCast(words, row)), hn::Set(words, 0x7F80));
}
HWY_INLINE hn::Vec<Words> secondTimes128(hn::Vec<Bytes> row) {
    const Words words;
    return hn::And(hn::ShiftRight<1>(hn::BitCast(words, row)), hn::Set(words, 0x7F80));
}

// Chroma less 128, times 128, of the first and second pixels of pairs; of a row that is as fine as the luma, and of one
// that is enlarged.
struct PlainChroma {
    const std::uint8_t* row;
    [[nodiscard]] HWY_INLINE hn::Vec<Signed> first(int pair) const { return centred(firstTimes128(load(pair))); }
    [[nodiscard]] HWY_INLINE hn::Vec<Signed> second(int pair) const { return centred(secondTimes128(load(pair))); }

private:
    [[nodiscard]] HWY_INLINE hn::Vec<Bytes> load(int pair) const { return hn::LoadU(Bytes(), row + 2 * pair); }
    static HWY_INLINE hn::Vec<Signed> centred(hn::Vec<Words> value) {
        const Signed words;
        return hn::Sub(hn::BitCast(words, value), hn::Set(words, 128 * 128));
    }
};
struct DoubledChroma {
    DoubledRow<AsChroma> row;
    [[nodiscard]] HWY_INLINE hn::Vec<Signed> first(int pair) const { return rounded(row.first(pair)); }
    [[nodiscard]] HWY_INLINE hn::Vec<Signed> second(int pair) const { return rounded(row.second(pair)); }

private:
    static HWY_INLINE hn::Vec<Signed> rounded(hn::Vec<Words> value) {
        return hn::BitCast(Signed(), hn::And(value, hn::Set(Words(), 0xFF80)));
    }
};

// A vector of pixels in halves of 16 bits.
struct Pixels {
    hn::Vec<Words> blueGreen;
    hn::Vec<Words> redAlpha;
};

// With the arithmetic of core/image/color.cpp: seven bits below the point, MulFixedPoint15 is (a b + 2^14) >> 15, and
// saturated sums are clamped samples.
HWY_INLINE Pixels coloured(hn::Vec<Words> luma, hn::Vec<Signed> b, hn::Vec<Signed> r) {
    const Words words;
    const Signed signedWords;
    const auto times = [&](hn::Vec<Signed> value, double factor) {
        const auto fixed = static_cast<std::int16_t>(factor * 32768 + (factor < 0 ? -0.5 : 0.5));
        return hn::MulFixedPoint15(value, hn::Set(signedWords, fixed));
    };
    const auto y = hn::BitCast(signedWords, hn::Or(luma, hn::Set(words, 64)));
    const auto plus = [&](hn::Vec<Signed> difference) {
        return hn::BitCast(words, hn::Max(hn::SaturatedAdd(y, difference), hn::Zero(signedWords)));
    };
    const auto red = plus(hn::Add(r, times(r, 0.402)));
    const auto green = plus(hn::Add(times(b, -0.344136286), times(r, -0.714136286)));
    const auto blue = plus(hn::Add(b, times(b, 0.772)));
    return {hn::OrAnd(hn::ShiftRight<7>(blue), hn::ShiftLeft<1>(green), hn::Set(words, 0xFF00)),
            hn::Or(hn::ShiftRight<7>(red), hn::Set(words, 0xFF00))};
}

// Pixels from `x` on, an even number, of two vectors of words.
template <class Chroma>
HWY_INLINE void storeColours(hn::Vec<Bytes> luma, const Chroma& cb, const Chroma& cr, int x, std::uint32_t* out) {
    const Pixels first = coloured(firstTimes128(luma), cb.first(x / 2), cr.first(x / 2));
    const Pixels second = coloured(secondTimes128(luma), cb.second(x / 2), cr.second(x / 2));
    hn::StoreInterleaved4(first.blueGreen, first.redAlpha, second.blueGreen, second.redAlpha, Words(),
                          reinterpret_cast<std::uint16_t*>(out));
}

#if HWY_ARCH_X86
constexpr std::size_t kStreamed = sizeof(std::uint16_t) * hn::MaxLanes(Words());  // bytes of a vector

// The same for pixels that lie on a boundary of kStreamed: past the caches, where the planes that tiles are made of
// stay. What reads a tile does so later, and mostly on another core. FlushStream makes the pixels visible to it.
template <class Chroma>
HWY_INLINE void streamColours(hn::Vec<Bytes> luma, const Chroma& cb, const Chroma& cr, int x, std::uint32_t* out) {
    const Words words;
    const auto lanes = hn::Lanes(words);
    alignas(64) std::uint32_t pixels[kMaxBytes];
    storeColours(luma, cb, cr, x, pixels);
    const auto* const from = reinterpret_cast<const std::uint16_t*>(pixels);
    auto* const to = reinterpret_cast<std::uint16_t*>(out);
    for (std::size_t i = 0; i < 4 * lanes; i += lanes) {
        hn::Stream(hn::Load(words, from + i), words, to + i);
    }
}
#endif

template <class Chroma>
HWY_INLINE void colourRow(const std::uint8_t* luma, const Chroma& cb, const Chroma& cr, std::uint32_t* out, int count) {
    const Bytes bytes;
    const int lanes = static_cast<int>(hn::Lanes(bytes));
    int x = 0;
#if HWY_ARCH_X86
    if (reinterpret_cast<std::uintptr_t>(out) % kStreamed == 0) {
        for (; x + lanes <= count; x += lanes) {
            streamColours(hn::LoadU(bytes, luma + x), cb, cr, x, out + x);
        }
    }
#endif
    for (; x + lanes <= count; x += lanes) {
        storeColours(hn::LoadU(bytes, luma + x), cb, cr, x, out + x);
    }
    if (x < count) {
        const auto rest = static_cast<std::size_t>(count - x);
        std::uint8_t samples[kMaxBytes] = {};
        std::uint32_t pixels[kMaxBytes];
        std::memcpy(samples, luma + x, rest);
        storeColours(hn::LoadU(bytes, samples), cb, cr, x, pixels);
        std::memcpy(out + x, pixels, rest * sizeof(std::uint32_t));
    }
}

void convertToRgb32(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out) {
    const int lanes = static_cast<int>(hn::Lanes(Bytes()));
    const int whole = out.width / lanes * lanes;
    const auto rest = static_cast<std::size_t>(out.width - whole);
    for (int y = 0; y < out.height; ++y) {
        colourRow(luma.row(y), PlainChroma{cb.row(y)}, PlainChroma{cr.row(y)}, out.row(y), whole);
        if (rest > 0) {
            // Rows of chroma may end with the view.
            std::uint8_t chroma[2][kMaxBytes] = {};
            std::memcpy(chroma[0], cb.row(y) + whole, rest);
            std::memcpy(chroma[1], cr.row(y) + whole, rest);
            colourRow(luma.row(y) + whole, PlainChroma{chroma[0]}, PlainChroma{chroma[1]}, out.row(y) + whole,
                      static_cast<int>(rest));
        }
    }
}

void convertToRgb32Up2(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int left, int top) {
    inPieces(out.width, [&](int column, int count) {
        DoubledRows<AsChroma> blueRows(cb, left + column, count);
        DoubledRows<AsChroma> redRows(cr, left + column, count);
        for (int y = 0; y < out.height; ++y) {
            const DoubledChroma blue{DoubledRow<AsChroma>(blueRows, top + y)};
            const DoubledChroma red{DoubledRow<AsChroma>(redRows, top + y)};
            colourRow(luma.row(y) + column, blue, red, out.row(y) + column, count);
        }
    });
}

#endif

}  // namespace
}  // namespace origami::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace origami {

HWY_EXPORT(up2);
HWY_EXPORT(up2AddResidual);
HWY_EXPORT(up4);
HWY_EXPORT(addResidual);
HWY_EXPORT(halve);
HWY_EXPORT(convertToRgb32);
HWY_EXPORT(convertToRgb32Up2);

namespace {

[[maybe_unused]] bool isInside(int factor, PlaneView from, int width, int height, int x, int y) {
    return x >= 0 && y >= 0 && x + width <= factor * from.width && y + height <= factor * from.height;
}

}  // namespace

void up2(PlaneView from, MutablePlaneView to, int x, int y) {
    assert(isInside(2, from, to.width, to.height, x, y));
    HWY_DYNAMIC_DISPATCH(up2)(from, to, x, y);
}

void up2AddResidual(PlaneView from, PlaneView residual, MutablePlaneView to, int x, int y) {
    assert(isInside(2, from, to.width, to.height, x, y));
    assert(residual.width == to.width && residual.height == to.height);
    HWY_DYNAMIC_DISPATCH(up2AddResidual)(from, residual, to, x, y);
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
    hwy::FlushStream();
}

void convertToRgb32Up2(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    assert(isInside(2, cb, out.width, out.height, x, y));
    HWY_DYNAMIC_DISPATCH(convertToRgb32Up2)(luma, cb, cr, out, x, y);
    hwy::FlushStream();
}

// The compiler vectorises this well enough for the encoder.
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
    HWY_DYNAMIC_DISPATCH(halve)(from, to);
}

}  // namespace origami

#endif
