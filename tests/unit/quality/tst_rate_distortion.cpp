#include "core/quality/rate_distortion.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

using namespace origami;

namespace {

using Curve = std::vector<RatePoint>;

bool isNear(std::optional<double> value, double expected) {
    return value && std::abs(*value - expected) < 1e-12;
}

}  // namespace

class TestRateDistortion : public QObject {
    Q_OBJECT

private slots:
    void theSameCurveIsOne() {
        const Curve curve{{1000, 30}, {1500, 33}, {4000, 40}};
        QVERIFY(isNear(bytesAtMatchedQuality(curve, curve), 1));
    }

    // The same at 0.6 times the bytes, though measured at other qualities: both lie on bytes = k e^quality.
    void aConstantShareOfTheBytes() {
        Curve reference;
        Curve coder;
        for (const double quality : {1.0, 2.0, 4.0}) {
            reference.push_back({100 * std::exp(quality), quality});
        }
        for (const double quality : {5.5, 0.5, 3.0}) {  // the order is of no matter
            coder.push_back({60 * std::exp(quality), quality});
        }
        QVERIFY(isNear(bytesAtMatchedQuality(reference, coder), 0.6));
        QVERIFY(isNear(bytesAtMatchedQuality(coder, reference), 1 / 0.6));
    }

    // From one to four times the bytes between qualities 0 and 2, twice as many on the geometric mean. Beyond 2 the
    // reference has nothing to say.
    void theMeanIsGeometricAndOfTheOverlap() {
        const Curve reference{{1000, 0}, {2000, 2}};
        const Curve coder{{1000, 0}, {8000, 2}, {4000000, 3}};
        QVERIFY(isNear(bytesAtMatchedQuality(reference, coder), 2));
    }

    // A bend of one curve between the other's points counts: reference e^q, coder e^0 at 0, e^0.5 at 1, e^2 at 2. The
    // difference of the logarithms is 0, -0.5, 0: -0.25 on the mean.
    void bendsCount() {
        const double e = std::numbers::e;
        const Curve reference{{1, 0}, {e * e, 2}};
        const Curve coder{{1, 0}, {std::sqrt(e), 1}, {e * e, 2}};
        QVERIFY(isNear(bytesAtMatchedQuality(reference, coder), std::exp(-0.25)));
    }

    // Worse for more bytes, and of infinite quality: left out, wherever they stand.
    void uselessPointsAreLeftOut() {
        const Curve reference{{100, 1}, {400, 3}, {900, 4}};
        const Curve coder{{50, 1}, {200, 3}};
        Curve littered = coder;
        littered.insert(littered.begin(), {150, 0.5});
        littered.push_back({200, 2.9});
        littered.push_back({9999, std::numeric_limits<double>::infinity()});
        QVERIFY(isNear(bytesAtMatchedQuality(reference, littered), 0.5));
    }

    void withoutOverlapThereIsNoAnswer() {
        const Curve low{{100, 1}, {200, 2}};
        const Curve high{{100, 2}, {200, 3}};
        QVERIFY(!bytesAtMatchedQuality(low, high));
        QVERIFY(!bytesAtMatchedQuality(low, {}));
        QVERIFY(!bytesAtMatchedQuality({}, low));
        QVERIFY(!bytesAtMatchedQuality(low, Curve{{100, 1.5}}));
    }

    void axesGrowWithQuality() {
        QVERIFY(std::abs(structureAxis(0.99) - 2) < 1e-12);
        QVERIFY(std::abs(structureAxis(0.999) - 3) < 1e-12);
        QVERIFY(std::abs(colorAxis(1)) < 1e-12);
        QVERIFY(std::abs(colorAxis(std::exp(-1.5)) - 1.5) < 1e-12);
        QVERIFY(std::isinf(structureAxis(1)) && std::isinf(colorAxis(0)));
    }
};

QTEST_APPLESS_MAIN(TestRateDistortion)
#include "tst_rate_distortion.moc"
