#include "ui/scene/scale_bar.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>

namespace origami {
namespace {

// The largest of 1, 2, 5 times a power of ten that is at most `limit` > 0.
double niceBelow(double limit) {
    const double power = std::pow(10.0, std::floor(std::log10(limit)));
    const double digits = limit / power;
    return (digits >= 5 ? 5 : digits >= 2 ? 2 : 1) * power;
}

QString number(double value) {
    return QLocale().toString(value, 'g', 6);
}

}  // namespace

ScaleBar scaleBarFor(double maxLevel0Pixels, std::optional<double> micronsPerPixel) {
    if (!(maxLevel0Pixels > 0) || !std::isfinite(maxLevel0Pixels)) {
        return {};
    }
    if (!micronsPerPixel || !(*micronsPerPixel > 0)) {
        const double pixels = std::max(1.0, niceBelow(maxLevel0Pixels));
        return {pixels, QCoreApplication::translate("ScaleBar", "%1 px").arg(number(pixels))};
    }
    const double microns = niceBelow(maxLevel0Pixels * *micronsPerPixel);
    const QString label = microns >= 1000 ? QCoreApplication::translate("ScaleBar", "%1 mm").arg(number(microns / 1000))
                                          : QCoreApplication::translate("ScaleBar", "%1 µm").arg(number(microns));
    return {microns / *micronsPerPixel, label};
}

}  // namespace origami
