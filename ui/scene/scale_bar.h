// The length and wording of a scale bar. Pure arithmetic.
#pragma once

#include <QString>

#include <optional>

namespace origami {

struct ScaleBar {
    double level0Pixels = 0;  // the bar's length
    QString label;            // "200 µm", "1 mm", "500 px"
};

// The longest bar of 1, 2 or 5 times a power of ten (micrometres, or level 0 pixels where the resolution is
// unknown) that is not longer than `maxLevel0Pixels`. The bar is empty if the maximum is not positive.
ScaleBar scaleBarFor(double maxLevel0Pixels, std::optional<double> micronsPerPixel);

}  // namespace origami
