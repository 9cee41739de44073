// Compiled once for each instruction set: foreach_target.h includes this file again and again.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/reconstruct/kernels.cpp"
#include <hwy/foreach_target.h>

#include "core/reconstruct/kernels-inl.h"
#include "core/reconstruct/kernels.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace origami::HWY_NAMESPACE {
namespace {

HWY_INLINE hn::Vec<Words> thrice(hn::Vec<Words> value) {
    return hn::Add(value, hn::Add(value, value));
}

// Horizontal steps: of source samples at a place and beside it, the sums that stand for one source sample's output
// samples, in order.
struct Horizontal2 {
    static constexpr int kFactor = 2;
    static HWY_INLINE void store(hn::Vec<Words> left, hn::Vec<Words> here, hn::Vec<Words> right, std::uint16_t* to) {
        const auto three = thrice(here);
        hn::StoreInterleaved2(hn::Add(three, left), hn::Add(three, right), Words(), to);
    }
    static void storeOne(int left, int here, int right, std::uint16_t* to) {
        to[0] = static_cast<std::uint16_t>(3 * here + left);
        to[1] = static_cast<std::uint16_t>(3 * here + right);
    }
};
struct Horizontal4 {
    static constexpr int kFactor = 4;
    static HWY_INLINE void store(hn::Vec<Words> left, hn::Vec<Words> here, hn::Vec<Words> right, std::uint16_t* to) {
        const auto five = hn::Add(here, hn::ShiftLeft<2>(here));
        const auto seven = hn::Sub(hn::ShiftLeft<3>(here), here);
        hn::StoreInterleaved4(hn::Add(five, thrice(left)), hn::Add(seven, left), hn::Add(seven, right),
                              hn::Add(five, thrice(right)), Words(), to);
    }
    static void storeOne(int left, int here, int right, std::uint16_t* to) {
        to[0] = static_cast<std::uint16_t>(5 * here + 3 * left);
        to[1] = static_cast<std::uint16_t>(7 * here + left);
        to[2] = static_cast<std::uint16_t>(7 * here + right);
        to[3] = static_cast<std::uint16_t>(5 * here + 3 * right);
    }
};

// The horizontal step of an enlargement, of the source rows that are needed just now: each is made once, though four
// (or eight) output rows are made of it.
template <class Horizontal>
class EnlargedRows {
public:
    // For the output columns x .. x + count - 1, at most kColumns.
    EnlargedRows(PlaneView from, int x, int count)
        : m_from(from),
          m_first(x / Horizontal::kFactor),
          m_samples((x + count - 1) / Horizontal::kFactor + 1 - m_first),
          m_skipped(x % Horizontal::kFactor) {}

    // The sums of source row y, or of the edge row beside it, from output column x on; readable for a vector beyond.
    const std::uint16_t* row(int y) { return m_rows[slotOf(y)] + m_skipped; }
    // Three times these and the 8 that rounds: what the nearer row adds to an output row of a 2x enlargement.
    const std::uint16_t* heavyRow(int y) {
        static_assert(Horizontal::kFactor == 2);
        return m_heavyRows[slotOf(y)] + m_skipped;
    }

private:
    static constexpr int kSlots = 3;

    int slotOf(int y) {
        y = std::clamp(y, 0, m_from.height - 1);
        const int slot = y % kSlots;
        if (m_rowIn[slot] != y) {
            make(y, m_rows[slot]);
            if constexpr (Horizontal::kFactor == 2) {
                const Words words;
                for (int i = 0; i < 2 * m_samples; i += static_cast<int>(hn::Lanes(words))) {
                    hn::Store(hn::Add(thrice(hn::Load(words, m_rows[slot] + i)), hn::Set(words, 8)), words,
                              m_heavyRows[slot] + i);
                }
            }
            m_rowIn[slot] = y;
        }
        return slot;
    }

    void make(int y, std::uint16_t* to) const {
        const Words words;
        const HalfBytes bytes;
        const int lanes = static_cast<int>(hn::Lanes(words));
        const std::uint8_t* source = m_from.row(y);
        const int end = m_first + m_samples;
        const auto one = [&](int i) {
            Horizontal::storeOne(source[std::max(i - 1, 0)], source[i], source[std::min(i + 1, m_from.width - 1)],
                                 to + Horizontal::kFactor * (i - m_first));
        };
        // Samples whose neighbours on both sides are in the row.
        const int begin = std::max(m_first, 1);
        const int inner = std::min(end, m_from.width - 1);
        if (m_first == 0) {
            one(0);
        }
        const auto vector = [&](int i) {
            const auto at = [&](int j) { return hn::PromoteTo(words, hn::LoadU(bytes, source + j)); };
            Horizontal::store(at(i - 1), at(i), at(i + 1), to + Horizontal::kFactor * (i - m_first));
        };
        int i = begin;
        for (; i + lanes <= inner; i += lanes) {
            vector(i);
        }
        if (i < inner && inner - begin >= lanes) {
            vector(inner - lanes);
            i = inner;
        }
        for (; i < end; ++i) {
            one(i);
        }
    }

    const PlaneView m_from;
    const int m_first;
    const int m_samples;
    const int m_skipped;
    int m_rowIn[kSlots] = {-1, -1, -1};
    // Whole vectors, and one more for what is skipped or read beyond.
    static constexpr int kRowWords = kColumns + 2 * kMaxWords;
    alignas(64) std::uint16_t m_rows[kSlots][kRowWords] = {};
    alignas(64) std::uint16_t m_heavyRows[Horizontal::kFactor == 2 ? kSlots : 1][kRowWords] = {};
};

// The vertical step: two rows of sums, weighted and rounded, are samples, still in 16 bits.
struct Vertical2 {
    Vertical2(EnlargedRows<Horizontal2>& rows, int y)
        : m_near(rows.heavyRow(y / 2)), m_far(rows.row(y % 2 == 0 ? y / 2 - 1 : y / 2 + 1)) {}
    [[nodiscard]] HWY_INLINE hn::Vec<Words> samples(int x) const {
        const Words words;
        return hn::ShiftRight<4>(hn::Add(hn::LoadU(words, m_near + x), hn::LoadU(words, m_far + x)));
    }

private:
    const std::uint16_t* m_near;
    const std::uint16_t* m_far;
};
struct Vertical4 {
    Vertical4(EnlargedRows<Horizontal4>& rows, int y)
        : m_near(rows.row(y / 4)),
          m_far(rows.row(y % 4 < 2 ? y / 4 - 1 : y / 4 + 1)),
          m_nearWeight(y % 4 == 1 || y % 4 == 2 ? 7 : 5) {}
    [[nodiscard]] HWY_INLINE hn::Vec<Words> samples(int x) const {
        const Words words;
        const auto nearPart = hn::Mul(hn::LoadU(words, m_near + x), hn::Set(words, m_nearWeight));
        const auto farWeight = hn::Set(words, static_cast<std::uint16_t>(8 - m_nearWeight));
        const auto sum = hn::Add(nearPart, hn::Mul(hn::LoadU(words, m_far + x), farWeight));
        return hn::ShiftRight<6>(hn::Add(sum, hn::Set(words, 32)));
    }

private:
    const std::uint16_t* m_near;
    const std::uint16_t* m_far;
    const std::uint16_t m_nearWeight;
};

template <class Vertical>
struct RowsOf;
template <>
struct RowsOf<Vertical2> {
    using Type = EnlargedRows<Horizontal2>;
};
template <>
struct RowsOf<Vertical4> {
    using Type = EnlargedRows<Horizontal4>;
};

template <bool addResidual>
HWY_INLINE hn::Vec<HalfBytes> narrowed(hn::Vec<Words> samples, const std::uint8_t* residual) {
    const HalfBytes bytes;
    const auto made = hn::DemoteTo(bytes, hn::BitCast(Signed(), samples));
    if constexpr (addResidual) {
        return addCentred(bytes, made, hn::LoadU(bytes, residual));
    } else {
        return made;
    }
}

// One row of an enlargement; where addResidual says so, `out` holds the residual.
template <bool addResidual, class Vertical>
HWY_INLINE void enlargedRow(const Vertical& from, std::uint8_t* out, int count) {
    const HalfBytes bytes;
    const int lanes = static_cast<int>(hn::Lanes(bytes));
    int x = 0;
    for (; x + lanes <= count; x += lanes) {
        hn::StoreU(narrowed<addResidual>(from.samples(x), out + x), bytes, out + x);
    }
    if (x < count) {
        std::uint8_t rest[kMaxWords] = {};
        const auto size = static_cast<std::size_t>(count - x);
        std::memcpy(rest, out + x, size);
        hn::StoreU(narrowed<addResidual>(from.samples(x), rest), bytes, rest);
        std::memcpy(out + x, rest, size);
    }
}

template <bool addResidual, class Vertical>
HWY_INLINE void enlarge(PlaneView from, MutablePlaneView to, int x, int y) {
    inPieces(to.width, [&](int column, int count) {
        typename RowsOf<Vertical>::Type rows(from, x + column, count);
        for (int row = 0; row < to.height; ++row) {
            enlargedRow<addResidual>(Vertical(rows, y + row), to.row(row) + column, count);
        }
    });
}

void up2(PlaneView from, MutablePlaneView to, int x, int y) {
    enlarge<false, Vertical2>(from, to, x, y);
}

void up2AddResidual(PlaneView from, MutablePlaneView samples, int x, int y) {
    enlarge<true, Vertical2>(from, samples, x, y);
}

void up4(PlaneView from, MutablePlaneView to, int x, int y) {
    enlarge<false, Vertical4>(from, to, x, y);
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

// The sums of two samples beside each other.
HWY_INLINE hn::Vec<Words> pairSums(const std::uint8_t* samples) {
    const HalfBytes bytes;
    hn::Vec<HalfBytes> left;
    hn::Vec<HalfBytes> right;
    hn::LoadInterleaved2(bytes, samples, left, right);
    return hn::Add(hn::PromoteTo(Words(), left), hn::PromoteTo(Words(), right));
}

void halve(PlaneView from, MutablePlaneView to) {
    const Words words;
    const HalfBytes bytes;
    const int lanes = static_cast<int>(hn::Lanes(words));
    const int pairs = from.width / 2;
    for (int y = 0; y < to.height; ++y) {
        const std::uint8_t* top = from.row(2 * y);
        const std::uint8_t* bottom = from.row(std::min(2 * y + 1, from.height - 1));
        std::uint8_t* out = to.row(y);
        int x = 0;
        for (; x + lanes <= pairs; x += lanes) {
            const auto sum = hn::Add(pairSums(top + 2 * x), pairSums(bottom + 2 * x));
            const auto average = hn::ShiftRight<2>(hn::Add(sum, hn::Set(words, 2)));
            hn::StoreU(hn::DemoteTo(bytes, hn::BitCast(Signed(), average)), bytes, out + x);
        }
        for (; x < to.width; ++x) {
            const int left = 2 * x;
            const int right = std::min(left + 1, from.width - 1);
            out[x] = static_cast<std::uint8_t>((top[left] + top[right] + bottom[left] + bottom[right] + 2) >> 2);
        }
    }
}

// Chroma that is as fine as the luma.
struct PlainRow {
    const std::uint8_t* row;
    [[nodiscard]] HWY_INLINE hn::Vec<Words> samples(int x) const {
        return hn::PromoteTo(Words(), hn::LoadU(HalfBytes(), row + x));
    }
};

// The colours of N samples, with the arithmetic of core/image/color.cpp: MulFixedPoint15 is (a b + 2^14) >> 15.
HWY_INLINE void storeColours(hn::Vec<Words> luma, hn::Vec<Words> cb, hn::Vec<Words> cr, std::uint32_t* out) {
    const Words words;
    const Signed signedWords;
    const auto centred = [&](hn::Vec<Words> value) {
        return hn::Sub(hn::BitCast(signedWords, value), hn::Set(signedWords, 128));
    };
    const auto times = [&](hn::Vec<Signed> value, double factor) {
        const auto fixed = static_cast<std::int16_t>(factor * 32768 + (factor < 0 ? -0.5 : 0.5));
        return hn::MulFixedPoint15(value, hn::Set(signedWords, fixed));
    };
    const auto y = hn::BitCast(signedWords, luma);
    const auto b = centred(cb);
    const auto r = centred(cr);
    const auto red = hn::Add(hn::Add(y, r), times(r, 0.402));
    const auto greenFine = hn::Add(times(hn::ShiftLeft<6>(b), -0.344136286), times(hn::ShiftLeft<6>(r), -0.714136286));
    const auto green = hn::Add(y, hn::ShiftRight<6>(hn::Add(greenFine, hn::Set(signedWords, 32))));
    const auto blue = hn::Add(hn::Add(y, hn::Add(b, b)), times(b, -0.228));
    const auto clamped = [&](hn::Vec<Signed> value) {
        return hn::BitCast(words, hn::Min(hn::Max(value, hn::Zero(signedWords)), hn::Set(signedWords, 255)));
    };
    const auto blueGreen = hn::Or(clamped(blue), hn::ShiftLeft<8>(clamped(green)));
    const auto redAlpha = hn::Or(clamped(red), hn::Set(words, 0xFF00));
    hn::StoreInterleaved2(blueGreen, redAlpha, words, reinterpret_cast<std::uint16_t*>(out));
}

template <class Chroma>
HWY_INLINE void colourRow(const std::uint8_t* luma, const Chroma& cb, const Chroma& cr, std::uint32_t* out, int count) {
    const int lanes = static_cast<int>(hn::Lanes(Words()));
    const PlainRow y{luma};
    int x = 0;
    for (; x + lanes <= count; x += lanes) {
        storeColours(y.samples(x), cb.samples(x), cr.samples(x), out + x);
    }
    if (x < count && count >= lanes) {
        const int last = count - lanes;
        storeColours(y.samples(last), cb.samples(last), cr.samples(last), out + last);
    } else if (x < count) {
        std::uint8_t samples[kMaxWords] = {};
        std::uint32_t pixels[kMaxWords];
        std::memcpy(samples, luma, static_cast<std::size_t>(count));
        storeColours(PlainRow{samples}.samples(0), cb.samples(0), cr.samples(0), pixels);
        std::memcpy(out, pixels, static_cast<std::size_t>(count) * sizeof(std::uint32_t));
    }
}

void convertToRgb32(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out) {
    const int lanes = static_cast<int>(hn::Lanes(Words()));
    for (int y = 0; y < out.height; ++y) {
        if (out.width >= lanes) {
            colourRow(luma.row(y), PlainRow{cb.row(y)}, PlainRow{cr.row(y)}, out.row(y), out.width);
            continue;
        }
        std::uint8_t chroma[2][kMaxWords] = {};
        std::memcpy(chroma[0], cb.row(y), static_cast<std::size_t>(out.width));
        std::memcpy(chroma[1], cr.row(y), static_cast<std::size_t>(out.width));
        colourRow(luma.row(y), PlainRow{chroma[0]}, PlainRow{chroma[1]}, out.row(y), out.width);
    }
}

template <class Vertical>
HWY_INLINE void convertEnlarged(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    inPieces(out.width, [&](int column, int count) {
        typename RowsOf<Vertical>::Type blueRows(cb, x + column, count);
        typename RowsOf<Vertical>::Type redRows(cr, x + column, count);
        for (int row = 0; row < out.height; ++row) {
            colourRow(luma.row(row) + column, Vertical(blueRows, y + row), Vertical(redRows, y + row),
                      out.row(row) + column, count);
        }
    });
}

void convertToRgb32Up2(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    convertEnlarged<Vertical2>(luma, cb, cr, out, x, y);
}

void convertToRgb32Up4(PlaneView luma, PlaneView cb, PlaneView cr, MutableRgb32View out, int x, int y) {
    convertEnlarged<Vertical4>(luma, cb, cr, out, x, y);
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
HWY_EXPORT(halve);
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
