#include "core/encode/residual_coder.h"

#include "core/codec/forward_transform.h"
#include "core/codec/jpeg_decoder.h"
#include "core/image/color.h"
#include "core/reconstruct/bicubic.h"
#include "core/reconstruct/kernels.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

namespace origami {
namespace {

constexpr int kMiddle = 128;

// A component of a tile: where its blocks take their samples from.
struct Component {
    PlaneView original;
    PlaneView prediction;  // empty: the middle of the range
    int x = 0;             // of the tile's first sample
    int y = 0;
};

// The block's samples less their prediction; past the picture's edge they repeat.
void takeBlock(const Component& from, int x, int y, BlockSamples& samples) {
    const bool isInside = x + kBlockSide <= from.original.width && y + kBlockSide <= from.original.height;
    for (int row = 0; row < kBlockSide; ++row) {
        const int sourceY = std::min(y + row, from.original.height - 1);
        const std::uint8_t* original = from.original.row(sourceY);
        const std::uint8_t* prediction = from.prediction.isEmpty() ? nullptr : from.prediction.row(sourceY);
        std::int16_t* to = samples.data() + static_cast<std::ptrdiff_t>(kBlockSide) * row;
        if (isInside && prediction != nullptr) {
            for (int column = 0; column < kBlockSide; ++column) {
                to[column] = static_cast<std::int16_t>(original[x + column] - prediction[x + column]);
            }
            continue;
        }
        for (int column = 0; column < kBlockSide; ++column) {
            const int sourceX = std::min(x + column, from.original.width - 1);
            const int predicted = prediction != nullptr ? prediction[sourceX] : kMiddle;
            to[column] = static_cast<std::int16_t>(original[sourceX] - predicted);
        }
    }
}

// Whether every coefficient rounds to zero: none is larger than the root of the sum of squares of all (the transform
// keeps it, Parseval).
bool isBelowHalfAStep(const BlockSamples& samples, int smallestStep) {
    const int squares = std::inner_product(samples.begin(), samples.end(), samples.begin(), 0);
    return 4 * squares < smallestStep * smallestStep;
}

// Blocks in the order in which they are coded, as DC levels are coded as differences from one to the next.
template <class LambdaAt>
void quantiseComponent(const Component& from, const QuantisationTable& table, const Trellis& trellis,
                       const LambdaAt& lambdaAt, bool isLuma, CoefficientPlane& to) {
    const int unit = isLuma ? 2 : 1;
    const int smallestStep = *std::ranges::min_element(table);
    BlockSamples samples;
    BlockSpectrum spectrum;
    int previousDc = 0;
    for (int unitRow = 0; unitRow < to.blockRows / unit; ++unitRow) {
        for (int unitColumn = 0; unitColumn < to.blockColumns / unit; ++unitColumn) {
            for (int i = 0; i < unit * unit; ++i) {
                const int column = unitColumn * unit + i % unit;
                const int row = unitRow * unit + i / unit;
                const int x = from.x + kBlockSide * column;
                const int y = from.y + kBlockSide * row;
                const std::span<std::int16_t, kBlockSize> levels = to.block(column, row);
                if (x >= from.original.width || y >= from.original.height) {
                    levels[0] = static_cast<std::int16_t>(previousDc);
                    continue;
                }
                takeBlock(from, x, y, samples);
                if (isBelowHalfAStep(samples, smallestStep) && previousDc == 0) {
                    continue;
                }
                forwardTransform(samples, spectrum);
                const double lambda = trellis.costs != nullptr ? trellis.lambda * lambdaAt(x, y) : 0;
                quantise(spectrum, table, lambda, trellis.costs, previousDc, levels);
                previousDc = levels[0];
            }
        }
    }
}

// Weights of the samples to either side of the middle of four, nearest first. They are symmetrical and add up to
// kReductionSum, so that ramps stay as they are.
constexpr std::array<int, 6> kReduction{70, 63, 7, -2, -5, -5};
constexpr int kReductionSum = 256;
constexpr int kReductionSide = static_cast<int>(kReduction.size());

// The samples at 4 i + 1.5 of a line that goes on for kReductionSide - 2 samples before `line` and after its end.
void reduceLine(const int* line, std::uint8_t* to, int count) {
    constexpr int kScale = kReductionSum * kReductionSum;
    for (int i = 0; i < count; ++i) {
        const int* right = line + static_cast<std::ptrdiff_t>(4) * i + 2;
        int sum = kScale / 2;
        for (int k = 0; k < kReductionSide; ++k) {
            sum += kReduction[static_cast<std::size_t>(k)] * (right[k] + right[-1 - k]);
        }
        to[i] = static_cast<std::uint8_t>(std::clamp(sum / kScale, 0, 255));
    }
}

// To a quarter of the width and height, rounded up.
void reduceBy4(PlaneView from, MutablePlaneView to) {
    std::vector<int> line(static_cast<std::size_t>(4) * static_cast<std::size_t>(to.width) + 2 * kReductionSide);
    int* const begin = line.data() + kReductionSide;
    for (int y = 0; y < to.height; ++y) {
        std::fill_n(begin, from.width, 0);
        for (int k = 0; k < kReductionSide; ++k) {
            const std::uint8_t* above = from.row(std::clamp(4 * y + 1 - k, 0, from.height - 1));
            const std::uint8_t* below = from.row(std::min(4 * y + 2 + k, from.height - 1));
            const int weight = kReduction[static_cast<std::size_t>(k)];
            for (int x = 0; x < from.width; ++x) {
                begin[x] += weight * (above[x] + below[x]);
            }
        }
        std::fill(line.data(), begin, begin[0]);
        std::fill(begin + from.width, line.data() + line.size(), begin[from.width - 1]);
        reduceLine(begin, to.row(y), to.width);
    }
}

PlaneView prefix(const Plane& plane, int width, int height) {
    return plane.view().sub(0, 0, width, height);
}

}  // namespace

HalfChromaPlanes::HalfChromaPlanes(int width, int height, BufferPool* pool)
    : planes{Plane(width, height, pool), Plane((width + 1) / 2, (height + 1) / 2, pool),
             Plane((width + 1) / 2, (height + 1) / 2, pool)} {}

HalfChromaPlanes toHalfChroma(Rgb32View image, BufferPool* pool) {
    HalfChromaPlanes result(image.width, image.height, pool);
    Plane cb(image.width, image.height, pool);
    Plane cr(image.width, image.height, pool);
    toYCbCr(image, result.planes[0].view(), cb.view(), cr.view());
    halve(std::as_const(cb).view(), result.planes[1].view());
    halve(std::as_const(cr).view(), result.planes[2].view());
    return result;
}

HalfChromaPlanes toLevel2(const HalfChromaPlanes& level0, Rgb32View averages, BufferPool* pool) {
    HalfChromaPlanes level2 = toHalfChroma(averages, pool);
    reduceBy4(level0[0], level2.planes[0].view());
    return level2;
}

Activity::Activity(PlaneView luma)
    : m_columns((luma.width + kBlockSide - 1) / kBlockSide), m_rows((luma.height + kBlockSide - 1) / kBlockSide) {
    m_variances.reserve(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows));
    for (int row = 0; row < m_rows; ++row) {
        const int height = std::min(kBlockSide, luma.height - row * kBlockSide);
        for (int column = 0; column < m_columns; ++column) {
            const int width = std::min(kBlockSide, luma.width - column * kBlockSide);
            int sum = 0;
            int squares = 0;
            for (int y = 0; y < height; ++y) {
                const std::uint8_t* samples = luma.row(row * kBlockSide + y) + column * kBlockSide;
                for (int x = 0; x < width; ++x) {
                    sum += samples[x];
                    squares += samples[x] * samples[x];
                }
            }
            const float count = static_cast<float>(width * height);
            const float mean = static_cast<float>(sum) / count;
            m_variances.push_back(std::max(0.0F, static_cast<float>(squares) / count - mean * mean));
        }
    }
}

double Activity::mean() const noexcept {
    return std::reduce(m_variances.begin(), m_variances.end(), 0.0) / static_cast<double>(m_variances.size());
}

double Activity::at(int x, int y) const noexcept {
    const int column = std::min(x / kBlockSide, m_columns - 1);
    const int row = std::min(y / kBlockSide, m_rows - 1);
    return m_variances[static_cast<std::size_t>(row * m_columns + column)];
}

CoefficientImage quantisePicture(const HalfChromaPlanes& picture, const QuantisationTable& luma,
                                 const QuantisationTable& chroma, const std::array<Trellis, 3>& trellis) {
    CoefficientImage image = CoefficientImage::ofSize420(kOrigamiTileSide, kOrigamiTileSide);
    for (std::size_t c = 0; c < image.planes.size(); ++c) {
        quantiseComponent(
            {.original = picture[c], .prediction = {}}, c == 0 ? luma : chroma, trellis[c],
            [](int, int) { return 1.0; }, c == 0, image.planes[c]);
    }
    return image;
}

CoefficientImage quantiseResidual(const HalfChromaPlanes& original, const HalfChromaPlanes& prediction, int x, int y,
                                  const QuantisationTable& luma, const QuantisationTable& chroma,
                                  const std::array<Trellis, 3>& trellis, const Masking& masking) {
    CoefficientImage image = CoefficientImage::ofSize420(kOrigamiTileSide, kOrigamiTileSide);
    for (std::size_t c = 0; c < image.planes.size(); ++c) {
        const int scale = c == 0 ? 1 : 2;  // a block of chroma lies over four of luma
        const auto lambdaAt = [&](int blockX, int blockY) {
            if (masking.activity == nullptr) {
                return 1.0;
            }
            double activity = 0;
            for (int i = 0; i < scale * scale; ++i) {
                activity += masking.activity->at(scale * blockX + kBlockSide * (i % scale),
                                                 scale * blockY + kBlockSide * (i / scale));
            }
            // One more, for noise that is in every picture.
            return std::pow((activity / (scale * scale) + 1) / (masking.mean + 1), masking.exponent);
        };
        quantiseComponent({.original = original[c], .prediction = prediction[c], .x = x / scale, .y = y / scale},
                          c == 0 ? luma : chroma, trellis[c], lambdaAt, c == 0, image.planes[c]);
    }
    return image;
}

Result<HalfChromaPlanes> predictFamily(ByteSpan level2Stream, int width, int height, int level0Width, int level0Height,
                                       BufferPool* pool) {
    HalfChromaPlanes decoded(kOrigamiTileSide, kOrigamiTileSide, pool);
    const std::array views{decoded.planes[0].view(), decoded.planes[1].view(), decoded.planes[2].view()};
    if (Result<void> done = JpegDecoder::forThisThread().decodeComponents(level2Stream, views); !done) {
        return std::move(done).error();
    }
    HalfChromaPlanes prediction(level0Width, level0Height, pool);
    up4Bicubic(prefix(decoded.planes[0], width, height), prediction.planes[0].view());
    for (std::size_t c = 1; c < 3; ++c) {
        up4Bicubic(prefix(decoded.planes[c], (width + 1) / 2, (height + 1) / 2), prediction.planes[c].view());
    }
    return prediction;
}

}  // namespace origami
