#include "core/quality/squared_error.h"

#include <QTest>

#include <cmath>
#include <utility>

using namespace origami;

class TestSquaredError : public QObject {
    Q_OBJECT

private slots:
    // Every difference from -255 to 255 once: the sum is 2 (1^2 + ... + 255^2) = 255 * 256 * 511 / 3.
    void addsSquares() {
        Plane a(511, 1);
        Plane b(511, 1);
        for (int x = 0; x < 511; ++x) {
            const int difference = x - 255;
            a.view().row(0)[x] = static_cast<std::uint8_t>(std::max(difference, 0));
            b.view().row(0)[x] = static_cast<std::uint8_t>(std::max(-difference, 0));
        }
        SquaredError error;
        error.add(std::as_const(a).view(), std::as_const(b).view());
        QCOMPARE(error.sum, std::uint64_t{255 * 256 * 511 / 3});
        QCOMPARE(error.samples, std::uint64_t{511});
        QVERIFY(std::abs(error.psnr() - 10 * std::log10(65025.0 * 511 / (255 * 256 * 511 / 3))) < 1e-12);
    }

    void blackAgainstWhiteIsZeroDecibels() {
        // 3000 x 3000 squares of 255 do not fit into 32 bits.
        Plane a(3000, 3000);
        Plane b(3000, 3000);
        fill(a.view(), 0);
        fill(b.view(), 255);
        SquaredError error;
        error.add(std::as_const(a).view(), std::as_const(b).view());
        QCOMPARE(error.psnr(), 0.0);
    }

    void equalIsInfinite() {
        Plane a(7, 5);
        fill(a.view(), 9);
        SquaredError error;
        QVERIFY(std::isinf(error.psnr()));
        error.add(std::as_const(a).view(), std::as_const(a).view());
        QVERIFY(std::isinf(error.psnr()) && error.psnr() > 0);
    }

    void areasAddUp() {
        const SquaredError a{.sum = 100, .samples = 4};
        SquaredError b{.sum = 20, .samples = 8};
        b.add(a);
        QCOMPARE(b.sum, std::uint64_t{120});
        QCOMPARE(b.samples, std::uint64_t{12});
        QVERIFY(std::abs(b.psnr() - 10 * std::log10(65025.0 / 10)) < 1e-12);
    }
};

QTEST_APPLESS_MAIN(TestSquaredError)
#include "tst_squared_error.moc"
