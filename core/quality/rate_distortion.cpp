#include "core/quality/rate_distortion.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace origami {
namespace {

// log(bytes) as a function of quality.
class Curve {
public:
    explicit Curve(std::span<const RatePoint> points) {
        std::vector<RatePoint> sorted(points.begin(), points.end());
        // Cheapest first, of equal price the best first.
        std::ranges::sort(sorted, [](const RatePoint& a, const RatePoint& b) {
            return a.bytes < b.bytes || (a.bytes == b.bytes && a.quality > b.quality);
        });
        for (const RatePoint& point : sorted) {
            if (std::isfinite(point.quality) && point.bytes > 0 &&
                (m_knots.empty() || point.quality > m_knots.back().quality)) {
                m_knots.push_back({point.quality, std::log(point.bytes)});
            }
        }
    }

    struct Knot {
        double quality;
        double logBytes;
    };
    [[nodiscard]] const std::vector<Knot>& knots() const noexcept { return m_knots; }

    // For qualities from the first knot's to the last's; at least two knots.
    [[nodiscard]] double logBytesAt(double quality) const noexcept {
        const auto right =
            std::ranges::lower_bound(m_knots.begin() + 1, m_knots.end() - 1, quality, {}, &Knot::quality);
        const auto left = right - 1;
        const double share = (quality - left->quality) / (right->quality - left->quality);
        return left->logBytes + share * (right->logBytes - left->logBytes);
    }

private:
    std::vector<Knot> m_knots;  // quality ascending
};

}  // namespace

double structureAxis(double meanSsim) noexcept {
    return -std::log10(1 - meanSsim);
}

double colorAxis(double meanColorDifference) noexcept {
    return -std::log(meanColorDifference);
}

std::optional<double> bytesAtMatchedQuality(std::span<const RatePoint> reference, std::span<const RatePoint> coder) {
    const Curve from(reference);
    const Curve to(coder);
    if (from.knots().empty() || to.knots().empty()) {
        return std::nullopt;
    }
    const double low = std::max(from.knots().front().quality, to.knots().front().quality);
    const double high = std::min(from.knots().back().quality, to.knots().back().quality);
    if (!(low < high)) {
        return std::nullopt;
    }
    // Between neighbouring knots of either curve the difference is a straight line: its mean is that of its ends.
    std::vector<double> qualities{low, high};
    for (const Curve* const curve : {&from, &to}) {
        for (const Curve::Knot& knot : curve->knots()) {
            if (knot.quality > low && knot.quality < high) {
                qualities.push_back(knot.quality);
            }
        }
    }
    std::ranges::sort(qualities);
    double area = 0;
    for (std::size_t i = 1; i < qualities.size(); ++i) {
        const auto difference = [&](double quality) { return to.logBytesAt(quality) - from.logBytesAt(quality); };
        area += (qualities[i] - qualities[i - 1]) * (difference(qualities[i - 1]) + difference(qualities[i])) / 2;
    }
    return std::exp(area / (high - low));
}

}  // namespace origami
