#include "tests/support/each_instruction_set.h"
#include "tests/support/images.h"
#include "ui/scene/painted/draw_scaled.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

using namespace origami;
using origami::test::noise;

namespace {

constexpr std::uint32_t kUntouched = 0x01020304U;

SurroundedPicture alone(Rgb32View picture) {
    SurroundedPicture picked;
    picked.pictures[SurroundedPicture::kMiddle] = picture;
    return picked;
}

unsigned channel(std::uint32_t pixel, unsigned which) {
    return pixel >> (8 * which) & 0xFFU;
}

// The bilinear interpolation of a channel, from its definition.
double exact(Rgb32View image, double x, double y, unsigned which) {
    const auto at = [&](int column, int row) {
        return static_cast<double>(
            channel(image.row(std::clamp(row, 0, image.height - 1))[std::clamp(column, 0, image.width - 1)], which));
    };
    const double left = std::floor(x);
    const double top = std::floor(y);
    const int column = static_cast<int>(left);
    const int row = static_cast<int>(top);
    const auto along = [&](int line) { return std::lerp(at(column, line), at(column + 1, line), x - left); };
    return std::lerp(along(row), along(row + 1), y - top);
}

// The same as drawScaled() with nothing but between().
std::uint32_t plain(Rgb32View image, double x, double y) {
    const auto place = [](double position, int length) {
        const double inside = std::clamp(position, 0.0, length - 1.0);
        const int index = std::clamp(static_cast<int>(inside), 0, std::max(length - 2, 0));
        return std::pair(index, static_cast<unsigned>(std::lround((inside - index) * kWholeWeight)));
    };
    const auto [column, right] = place(x, image.width);
    const auto [row, below] = place(y, image.height);
    const int nextRow = std::min(row + 1, image.height - 1);
    const int nextColumn = std::min(column + 1, image.width - 1);
    return between(between(image.row(row)[column], image.row(nextRow)[column], below),
                   between(image.row(row)[nextColumn], image.row(nextRow)[nextColumn], below), right);
}

}  // namespace

class DrawScaledTest : public QObject {
    Q_OBJECT

private slots:
    void aPixelBetweenTwo() {
        for (unsigned weight = 0; weight <= kWholeWeight; ++weight) {
            const std::uint32_t pixel = between(0x00FF10E0U, 0xFF00F0E0U, weight);
            const double share = weight / 256.0;
            const std::array<double, 4> wanted{224, std::lerp(16.0, 240.0, share), std::lerp(255.0, 0.0, share),
                                               std::lerp(0.0, 255.0, share)};
            for (unsigned which = 0; which < 4; ++which) {
                QVERIFY(std::abs(channel(pixel, which) - wanted[which]) <= 0.5);
            }
        }
    }

    void everyPixelIsBetweenItsNeighbours_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("y");
        QTest::addColumn<double>("step");
        QTest::addRow("enlarged") << 37 << 29 << 3.3 << 2.7 << 0.37;
        QTest::addRow("reduced") << 258 << 258 << 1.21 << 0.4 << 1.87;
        QTest::addRow("beyond all edges") << 20 << 20 << -3.5 << -2.25 << 0.5;
        QTest::addRow("far beyond") << 20 << 20 << -300.0 << 40.0 << 0.5;
        QTest::addRow("moved by half a pixel") << 100 << 90 << 0.5 << 0.5 << 1.0;
        QTest::addRow("up to the last pixel") << 64 << 64 << 0.0 << 0.0 << 1.0;
        QTest::addRow("one for one beyond the edge") << 30 << 30 << -2.0 << 5.0 << 1.0;
        QTest::addRow("much enlarged") << 5 << 5 << 1.0 << 1.0 << 1.0 / 128;
        QTest::addRow("one pixel") << 1 << 1 << 0.0 << 0.0 << 0.3;
        QTest::addRow("one row") << 9 << 1 << 0.2 << 0.0 << 0.3;
    }
    void everyPixelIsBetweenItsNeighbours() {
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(double, x);
        QFETCH(double, y);
        QFETCH(double, step);
        const Rgb32Image from = noise(width, height);
        for (const int columns : {1, 3, 64, 77}) {
            const int rows = 50;
            Rgb32Image canvas(columns + 2, rows + 2);
            fill(canvas.view(), kUntouched);
            drawScaled(alone(from.view()), {x, y, step}, canvas.view().sub(1, 1, columns, rows));
            for (int j = -1; j <= rows; ++j) {
                for (int i = -1; i <= columns; ++i) {
                    const std::uint32_t pixel = std::as_const(canvas).view().row(j + 1)[i + 1];
                    if (i < 0 || j < 0 || i == columns || j == rows) {
                        QCOMPARE(pixel, kUntouched);
                        continue;
                    }
                    QCOMPARE(pixel, plain(from.view(), x + i * step, y + j * step));
                    for (unsigned which = 0; which < 4; ++which) {
                        // Twice rounded, and each weight off by half a 256th of up to 255.
                        const double wanted = exact(from.view(), x + i * step, y + j * step, which);
                        QVERIFY(std::abs(channel(pixel, which) - wanted) <= 2.0);
                    }
                }
            }
        }
    }

    // At its edges a picture runs on into those around it, as if all were one.
    void picturesAroundItAreNextToIt_data() {
        QTest::addColumn<double>("step");
        for (const double step : {0.3, 1.0, 1.7, 9.0}) {
            QTest::addRow("%g", step) << step;
        }
    }
    void picturesAroundItAreNextToIt() {
        QFETCH(double, step);
        constexpr int kSide = 20;
        const Rgb32Image whole = noise(3 * kSide, 3 * kSide);
        SurroundedPicture from;
        for (int i = 0; i < SurroundedPicture::kCount; ++i) {
            from.pictures[static_cast<std::size_t>(i)] = whole.view().sub(i % 3 * kSide, i / 3 * kSide, kSide, kSide);
        }
        const int count = static_cast<int>(kSide / step) + 1;
        for (const double first : {-0.5, -0.25, 0.0, 0.125}) {
            Rgb32Image canvas(count, count);
            drawScaled(from, {first, first, step}, canvas.view());
            for (int j = 0; j < count; ++j) {
                for (int i = 0; i < count; ++i) {
                    const double x = std::min(first + i * step, static_cast<double>(kSide));
                    const double y = std::min(first + j * step, static_cast<double>(kSide));
                    QCOMPARE(std::as_const(canvas).view().row(j)[i], plain(whole.view(), x + kSide, y + kSide));
                }
            }
        }
    }

    void opacityMixesWithWhatIsThere_data() {
        QTest::addColumn<double>("opacity");
        QTest::addColumn<double>("step");
        for (const double opacity : {0.0, 0.3, 0.75, 1.0}) {
            QTest::addRow("%g", opacity) << opacity << 0.8;
            QTest::addRow("%g, one for one", opacity) << opacity << 1.0;
        }
    }
    void opacityMixesWithWhatIsThere() {
        QFETCH(double, opacity);
        QFETCH(double, step);
        const Rgb32Image from = noise(90, 90);
        const Rgb32Image before = noise(70, 40);
        Rgb32Image canvas(70, 40);
        copy(before.view(), canvas.view());
        drawScaled(alone(from.view()), {2, 3, step}, canvas.view(), opacity);
        const auto share = static_cast<unsigned>(std::lround(opacity * kWholeWeight));
        for (int j = 0; j < 40; ++j) {
            for (int i = 0; i < 70; ++i) {
                QCOMPARE(std::as_const(canvas).view().row(j)[i],
                         between(before.view().row(j)[i], plain(from.view(), 2 + i * step, 3 + j * step), share));
            }
        }
    }

    void nothingIsDrawnOfNothing() {
        Rgb32Image canvas(4, 4);
        fill(canvas.view(), kUntouched);
        drawScaled({}, {}, canvas.view());
        drawScaled(alone(noise(3, 3).view()), {}, canvas.view().sub(1, 1, 0, 2));
        QVERIFY(std::all_of(canvas.view().data, canvas.view().data + 16,
                            [](std::uint32_t pixel) { return pixel == kUntouched; }));
    }
};

int main(int argc, char* argv[]) {
    return origami::test::runForEachInstructionSet<DrawScaledTest>(argc, argv);
}

#include "tst_draw_scaled.moc"
