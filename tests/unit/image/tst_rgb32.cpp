#include "core/image/rgb32.h"
#include "tests/support/images.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>

using namespace origami;
using origami::test::noise;

namespace {

constexpr std::uint32_t kUntouched = 0x01020304U;

std::array<double, 3> channels(std::uint32_t pixel) {
    return {static_cast<double>(red(pixel)), static_cast<double>(green(pixel)), static_cast<double>(blue(pixel))};
}

// The mean of the area [left, right) x [top, bottom) of the image, each pixel weighted by the part of it inside.
std::array<double, 3> meanOver(Rgb32View image, double left, double top, double right, double bottom) {
    std::array<double, 3> sum{};
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const double w = std::max(0.0, std::min(right, x + 1.0) - std::max(left, static_cast<double>(x)));
            const double h = std::max(0.0, std::min(bottom, y + 1.0) - std::max(top, static_cast<double>(y)));
            const std::array<double, 3> pixel = channels(image.row(y)[x]);
            for (std::size_t c = 0; c < 3; ++c) {
                sum[c] += w * h * pixel[c];
            }
        }
    }
    const double area = (right - left) * (bottom - top);
    for (double& value : sum) {
        value /= area;
    }
    return sum;
}

double distance(std::uint32_t pixel, const std::array<double, 3>& exact) {
    const std::array<double, 3> got = channels(pixel);
    double largest = (pixel >> 24U) == 0xFFU ? 0.0 : 1000.0;
    for (std::size_t c = 0; c < 3; ++c) {
        largest = std::max(largest, std::abs(got[c] - exact[c]));
    }
    return largest;
}

// An image of the given size with a frame of one untouched pixel around it.
struct Framed {
    Framed(int width, int height) : image(width + 2, height + 2) { fill(image.view(), kUntouched); }
    MutableRgb32View inner() { return image.view().sub(1, 1, image.width() - 2, image.height() - 2); }
    [[nodiscard]] bool frameIsUntouched() const {
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                const bool frame = x == 0 || y == 0 || x == image.width() - 1 || y == image.height() - 1;
                if (frame && image.view().row(y)[x] != kUntouched) {
                    return false;
                }
            }
        }
        return true;
    }
    Rgb32Image image;
};

}  // namespace

class Rgb32Test : public QObject {
    Q_OBJECT

private slots:
    void channelsAreWhereQImageHasThem() {
        QCOMPARE(rgb32(0x12, 0x34, 0x56), 0xFF123456U);
        QCOMPARE(red(0xFF123456U), std::uint8_t{0x12});
        QCOMPARE(green(0xFF123456U), std::uint8_t{0x34});
        QCOMPARE(blue(0xFF123456U), std::uint8_t{0x56});
    }

    void imagesHaveNoGaps() {
        const Rgb32Image image(5, 3);
        QCOMPARE(image.byteCount(), std::size_t{60});
        QCOMPARE(image.view().row(1) - image.view().row(0), std::ptrdiff_t{5});
        QVERIFY(Rgb32Image().isEmpty());
        QVERIFY(!image.isEmpty());
    }

    void copyTakesOnlyTheView() {
        const Rgb32Image from = noise(9, 7);
        Framed to(4, 3);
        copy(from.view().sub(2, 3, 4, 3), to.inner());
        for (int y = 0; y < 3; ++y) {
            for (int x = 0; x < 4; ++x) {
                QCOMPARE(to.inner().row(y)[x], from.view().row(y + 3)[x + 2]);
            }
        }
        QVERIFY(to.frameIsUntouched());
    }

    void halveAverages_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        for (const auto& [width, height] :
             {std::pair{1, 1}, {2, 1}, {1, 2}, {2, 2}, {3, 3}, {5, 4}, {4, 5}, {31, 17}, {64, 64}, {65, 33}}) {
            QTest::addRow("%d x %d", width, height) << width << height;
        }
    }

    void halveAverages() {
        QFETCH(int, width);
        QFETCH(int, height);
        const Rgb32Image from = noise(width, height);
        Framed to((width + 1) / 2, (height + 1) / 2);
        halve(from.view(), to.inner());
        for (int y = 0; y < to.inner().height; ++y) {
            for (int x = 0; x < to.inner().width; ++x) {
                // A last odd row or column averaged with itself is the mean over what there is.
                const std::array<double, 3> exact =
                    meanOver(from.view(), 2 * x, 2 * y, std::min(2 * x + 2, width), std::min(2 * y + 2, height));
                QVERIFY(distance(to.inner().row(y)[x], exact) <= 0.5);
            }
        }
        QVERIFY(to.frameIsUntouched());
    }

    void halveRoundsHalvesUp() {
        Rgb32Image from(2, 1);
        from.view().row(0)[0] = rgb32(0, 10, 255);
        from.view().row(0)[1] = rgb32(1, 11, 254);
        Rgb32Image to(1, 1);
        halve(from.view(), to.view());
        QCOMPARE(to.view().row(0)[0], rgb32(1, 11, 255));
    }

    void shrinkAverages_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("toWidth");
        QTest::addColumn<int>("toHeight");
        const auto row = [](int width, int height, int toWidth, int toHeight) {
            QTest::addRow("%d x %d to %d x %d", width, height, toWidth, toHeight)
                << width << height << toWidth << toHeight;
        };
        row(1, 1, 1, 1);
        row(7, 5, 7, 5);
        row(8, 8, 4, 4);
        row(10, 10, 3, 3);
        row(10, 7, 9, 2);
        row(37, 1, 5, 1);
        row(1, 37, 1, 36);
        row(61, 43, 1, 1);
        row(49, 49, 48, 7);
    }

    void shrinkAverages() {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(int, toWidth);
        QFETCH(int, toHeight);
        const Rgb32Image from = noise(width, height);
        Framed to(toWidth, toHeight);
        shrink(from.view(), to.inner());
        const double scaleX = static_cast<double>(width) / toWidth;
        const double scaleY = static_cast<double>(height) / toHeight;
        for (int y = 0; y < toHeight; ++y) {
            for (int x = 0; x < toWidth; ++x) {
                const std::array<double, 3> exact =
                    meanOver(from.view(), x * scaleX, y * scaleY, (x + 1) * scaleX, (y + 1) * scaleY);
                // Half a level for rounding, and single precision.
                QVERIFY(distance(to.inner().row(y)[x], exact) <= 0.51);
            }
        }
        QVERIFY(to.frameIsUntouched());
    }

    void shrinkingWhiteStaysWhite() {
        Rgb32Image from(1001, 777);
        fill(from.view(), 0xFFFFFFFFU);
        Rgb32Image to(256, 199);
        shrink(from.view(), to.view());
        for (int y = 0; y < to.height(); ++y) {
            QVERIFY(std::all_of(to.view().row(y), to.view().row(y) + to.width(),
                                [](std::uint32_t pixel) { return pixel == 0xFFFFFFFFU; }));
        }
    }
};

QTEST_APPLESS_MAIN(Rgb32Test)
#include "tst_rgb32.moc"
