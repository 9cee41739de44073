#include "core/quality/ssim.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace origami {
namespace {

constexpr int kWindow = 11;
constexpr double kSigma = 1.5;
constexpr float kC1 = (0.01F * 255) * (0.01F * 255);
constexpr float kC2 = (0.03F * 255) * (0.03F * 255);
constexpr std::size_t kMoments = 4;  // s, d, s^2, d^2

// The window's weights along a side of the planes.
std::vector<float> weightsAlong(int side) {
    const int length = std::min(side, kWindow);
    const auto gaussian = [length](int i) {
        const double distance = i - (length - 1) / 2.0;
        return std::exp(-distance * distance / (2 * kSigma * kSigma));
    };
    double sum = 0;
    for (int i = 0; i < length; ++i) {
        sum += gaussian(i);
    }
    std::vector<float> weights(static_cast<std::size_t>(length));
    for (int i = 0; i < length; ++i) {
        weights[static_cast<std::size_t>(i)] = static_cast<float>(gaussian(i) / sum);
    }
    return weights;
}

// With s = a + b and d = a - b: 4 cov(a, b) = var(s) - var(d), 2 (var(a) + var(b)) = var(s) + var(d), and the same for
// products and squares of the means. Equal planes have d = 0 and come out as exactly 1, whatever is rounded. `s` is
// around 0 for the sake of single precision; the means of a + b are 255 more.
float similarity(float s, float d, float ss, float dd) {
    const float sumOfMeans = s + 255;
    const float means = sumOfMeans * sumOfMeans;
    const float meansDifference = d * d;
    const float varianceS = ss - s * s;
    const float varianceD = dd - d * d;
    return ((means - meansDifference) / 2 + kC1) * ((varianceS - varianceD) / 2 + kC2) /
           (((means + meansDifference) / 2 + kC1) * ((varianceS + varianceD) / 2 + kC2));
}

// The four moments of a row of pixels, one after the other, filtered along the row.
class RowFilter {
public:
    explicit RowFilter(int width)
        : m_width(static_cast<std::size_t>(width)),
          m_weights(weightsAlong(width)),
          m_moments(kMoments * m_width),
          m_columns(m_width - m_weights.size() + 1) {}

    [[nodiscard]] std::size_t columns() const noexcept { return m_columns; }

    // `out` has kMoments * columns() values.
    void filter(const std::uint8_t* a, const std::uint8_t* b, float* out) {
        float* const moments = m_moments.data();
        for (std::size_t x = 0; x < m_width; ++x) {
            const auto s = static_cast<float>(a[x] + b[x] - 255);
            const auto d = static_cast<float>(a[x] - b[x]);
            moments[x] = s;
            moments[m_width + x] = d;
            moments[2 * m_width + x] = s * s;
            moments[3 * m_width + x] = d * d;
        }
        std::fill_n(out, kMoments * m_columns, 0.0F);
        for (std::size_t moment = 0; moment < kMoments; ++moment) {
            for (std::size_t i = 0; i < m_weights.size(); ++i) {
                const float weight = m_weights[i];
                const float* from = moments + moment * m_width + i;
                float* to = out + moment * m_columns;
                for (std::size_t x = 0; x < m_columns; ++x) {
                    to[x] += weight * from[x];
                }
            }
        }
    }

private:
    std::size_t m_width;
    std::vector<float> m_weights;
    std::vector<float> m_moments;
    std::size_t m_columns;
};

}  // namespace

void Ssim::add(PlaneView a, PlaneView b) {
    assert(a.width == b.width && a.height == b.height);
    if (a.isEmpty()) {
        return;
    }
    RowFilter rows(a.width);
    const std::vector<float> down = weightsAlong(a.height);
    const auto height = static_cast<int>(down.size());
    const std::size_t columns = rows.columns();
    const std::size_t rowSize = kMoments * columns;
    std::vector<float> ring(down.size() * rowSize);  // the last rows, row y at y % height
    std::vector<float> window(rowSize);
    const auto inRing = [&](int y) { return ring.data() + static_cast<std::size_t>(y % height) * rowSize; };
    double sum = 0;
    for (int y = 0; y < a.height; ++y) {
        rows.filter(a.row(y), b.row(y), inRing(y));
        if (y < height - 1) {
            continue;
        }
        std::ranges::fill(window, 0.0F);
        for (int i = 0; i < height; ++i) {
            const float weight = down[static_cast<std::size_t>(i)];
            const float* from = inRing(y - height + 1 + i);
            for (std::size_t x = 0; x < rowSize; ++x) {
                window[x] += weight * from[x];
            }
        }
        for (std::size_t x = 0; x < columns; ++x) {
            sum += similarity(window[x], window[columns + x], window[2 * columns + x], window[3 * columns + x]);
        }
        m_windows += static_cast<std::int64_t>(columns);
    }
    m_sum.add(sum);
}

void Ssim::add(const Ssim& other) noexcept {
    m_sum.add(other.m_sum);
    m_windows += other.m_windows;
}

double Ssim::mean() const noexcept {
    return m_windows == 0 ? 1.0 : m_sum.value() / static_cast<double>(m_windows);
}

}  // namespace origami
