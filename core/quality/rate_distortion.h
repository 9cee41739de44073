// How many bytes one coder needs where another gives the same quality, from a few settings of each.
#pragma once

#include <optional>
#include <span>

namespace origami {

struct RatePoint {
    double bytes = 0;
    double quality = 0;  // on an axis that grows with quality
};

// Axes on which the logarithm of bytes is nearly a straight line. PSNR is one as it is.
[[nodiscard]] double structureAxis(double meanSsim) noexcept;         // -log10(1 - SSIM)
[[nodiscard]] double colorAxis(double meanColorDifference) noexcept;  // -ln of mean CIEDE2000

// Bytes of `coder` over bytes of `reference` at matched quality: the geometric mean over the qualities that both reach.
// Each curve is log(bytes) as a function of quality, straight between its points, and the mean of the difference is
// exact. A point is left out if another has at least its quality for at most its bytes, or if its quality is
// infinite. None if no range of qualities is left that both reach.
[[nodiscard]] std::optional<double> bytesAtMatchedQuality(std::span<const RatePoint> reference,
                                                          std::span<const RatePoint> coder);

}  // namespace origami
