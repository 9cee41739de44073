// From pixels to coefficients: colour at half resolution, padding at the edges, activity, and the prediction.
#include "core/codec/jpeg_decoder.h"
#include "core/encode/residual_coder.h"
#include "core/image/color.h"
#include "core/reconstruct/bicubic.h"
#include "core/storage/tiff_pyramid.h"
#include "tests/support/images.h"
#include "tests/unit/reconstruct/bicubic_formula.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

using namespace origami;
using namespace origami::test;

namespace {

const QuantisationTable kStep16 = flatTable(16);

// Samples by a function of component, x and y.
template <class SampleAt>
HalfChromaPlanes planesOf(int width, int height, SampleAt sampleAt) {
    HalfChromaPlanes planes(width, height, nullptr);
    for (int c = 0; c < 3; ++c) {
        const MutablePlaneView view = planes.planes[static_cast<std::size_t>(c)].view();
        for (int y = 0; y < view.height; ++y) {
            for (int x = 0; x < view.width; ++x) {
                view.row(y)[x] = static_cast<std::uint8_t>(sampleAt(c, x, y));
            }
        }
    }
    return planes;
}

int wavy(int c, int x, int y) {
    return static_cast<int>(std::lround(120 + 10 * c + 50 * std::sin(x / 3.0 + c) * std::cos(y / 4.0)));
}

// Blocks in the order in which they are coded: luma two by two.
template <class Visit>
void forEachCoded(const CoefficientImage& image, std::size_t component, Visit visit) {
    const CoefficientPlane& plane = image.planes[component];
    const int unit = component == 0 ? 2 : 1;
    for (int i = 0; i < plane.blockColumns * plane.blockRows; ++i) {
        const int unitIndex = i / (unit * unit);
        const int unitColumns = plane.blockColumns / unit;
        visit(unitIndex % unitColumns * unit + i % unit, unitIndex / unitColumns * unit + i / unit % unit);
    }
}

bool hasOnlyDc(std::span<const std::int16_t, kBlockSize> block) {
    return std::all_of(block.begin() + 1, block.end(), [](std::int16_t level) { return level == 0; });
}

}  // namespace

class TestResidualCoder : public QObject {
    Q_OBJECT

private slots:
    void chromaIsTheAverageOfFour() {
        Rgb32Image image(5, 3);
        std::mt19937 random(1);
        for (int y = 0; y < 3; ++y) {
            std::generate_n(image.view().row(y), 5, [&] {
                const auto value = static_cast<unsigned>(random());
                return rgb32(value >> 16U & 0xFFU, value >> 8U & 0xFFU, value & 0xFFU);
            });
        }
        const HalfChromaPlanes planes = toHalfChroma(std::as_const(image).view(), nullptr);
        QCOMPARE(planes.width(), 5);
        QCOMPARE(planes.height(), 3);
        QCOMPARE(planes[1].width, 3);
        QCOMPARE(planes[2].height, 2);
        // A last odd column or row counts twice.
        const auto at = [&](int x, int y) { return toYCbCr(image.view().row(std::min(y, 2))[std::min(x, 4)]); };
        for (int y = 0; y < 2; ++y) {
            for (int x = 0; x < 3; ++x) {
                const std::array four{at(2 * x, 2 * y), at(2 * x + 1, 2 * y), at(2 * x, 2 * y + 1),
                                      at(2 * x + 1, 2 * y + 1)};
                const double cb = (four[0].cb + four[1].cb + four[2].cb + four[3].cb) / 4.0;
                const double cr = (four[0].cr + four[1].cr + four[2].cr + four[3].cr) / 4.0;
                QVERIFY(std::abs(planes[1].row(y)[x] - cb) <= 0.5);
                QVERIFY(std::abs(planes[2].row(y)[x] - cr) <= 0.5);
                QCOMPARE(planes[0].row(y)[x], at(x, y).y);
            }
        }
    }

    void level2KeepsFlatAndEvenlyRisingPicturesAndAveragesChroma() {
        for (const auto& size : {std::pair{1, 1}, {2, 7}, {37, 81}, {60, 120}}) {
            const int width = size.first;
            const int height = size.second;
            const int width2 = (width + 3) / 4;
            const int height2 = (height + 3) / 4;
            Rgb32Image averages(width2, height2);
            for (int y = 0; y < height2; ++y) {
                std::fill_n(averages.view().row(y), width2, rgb32(10, 100, 200));
            }
            const HalfChromaPlanes ofAverages = toHalfChroma(std::as_const(averages).view(), nullptr);
            const auto reduced = [&](auto sampleAt) {
                return toLevel2(planesOf(width, height, sampleAt), std::as_const(averages).view(), nullptr);
            };
            const HalfChromaPlanes flat = reduced([](int, int, int) { return 77; });
            const HalfChromaPlanes rising = reduced([](int, int x, int y) { return 2 * x + y; });
            for (std::size_t c = 1; c < 3; ++c) {
                QCOMPARE(flat[c].width, ofAverages[c].width);
                QCOMPARE(flat[c].row(0)[0], ofAverages[c].row(0)[0]);
            }
            QCOMPARE(flat.width(), width2);
            QCOMPARE(flat.height(), height2);
            for (int y = 0; y < height2; ++y) {
                for (int x = 0; x < width2; ++x) {
                    QCOMPARE(int{flat[0].row(y)[x]}, 77);
                    const bool isInside = x >= 2 && y >= 2 && 4 * x + 8 <= width && 4 * y + 8 <= height;
                    const double middle = 2 * (4 * x + 1.5) + 4 * y + 1.5;
                    QVERIFY(!isInside || std::abs(rising[0].row(y)[x] - middle) <= 0.5);
                }
            }
        }
    }

    void level2PredictsBetterThanAverages() {
        for (const double wavelength : {10.0, 16.0, 40.0}) {
            constexpr int kSide = 256;
            Rgb32Image image(kSide, kSide);
            for (int y = 0; y < kSide; ++y) {
                for (int x = 0; x < kSide; ++x) {
                    const auto gray = static_cast<unsigned>(
                        std::lround(128 + 60 * std::sin(x * 6.2832 / wavelength) * std::cos(y * 6.2832 / wavelength)));
                    image.view().row(y)[x] = rgb32(gray, gray, gray);
                }
            }
            const Rgb32View level0 = std::as_const(image).view();
            const HalfChromaPlanes planes = toHalfChroma(level0, nullptr);
            const Rgb32Image averages = halved(halved(level0).view());
            const auto errorOf = [&](PlaneView luma) {
                Plane prediction(kSide, kSide);
                up4Bicubic(luma, prediction.view());
                double squares = 0;
                for (int y = 0; y < kSide; ++y) {
                    for (int x = 0; x < kSide; ++x) {
                        const int error = planes[0].row(y)[x] - std::as_const(prediction).view().row(y)[x];
                        squares += error * error;
                    }
                }
                return squares / (kSide * kSide);
            };
            const double sharper = errorOf(toLevel2(planes, averages.view(), nullptr)[0]);
            const double average = errorOf(toHalfChroma(averages.view(), nullptr)[0]);
            QVERIFY2(sharper < 0.9 * average,
                     qPrintable(QString("%1: %2, %3").arg(wavelength).arg(sharper).arg(average)));
        }
    }

    // Variances: of a block of two values by halves, of a flat one, and of blocks that the edge cuts.
    void activityIsTheVarianceOfBlocks() {
        Plane luma(17, 9);
        for (int y = 0; y < 9; ++y) {
            for (int x = 0; x < 17; ++x) {
                // Block (0, 0) alternates by 20, (1, 0) is flat; column 16 alternates by 6 down the picture; row 8 is
                // flat except for its last sample.
                luma.view().row(y)[x] = static_cast<std::uint8_t>(x == 16          ? 100 + 6 * (y % 2)
                                                                  : x < 8 && y < 8 ? 90 + 20 * ((x + y) % 2)
                                                                                   : 77);
            }
        }
        const Activity activity(std::as_const(luma).view());
        QVERIFY(std::abs(activity.at(0, 0) - 100) < 0.01);
        QVERIFY(std::abs(activity.at(7, 7) - 100) < 0.01);
        QVERIFY(std::abs(activity.at(8, 0)) < 0.01);
        QVERIFY(std::abs(activity.at(16, 0) - 9) < 0.01);
        QVERIFY(std::abs(activity.at(0, 8)) < 0.01);
        QVERIFY(std::abs(activity.at(16, 8)) < 0.01);
        // Beyond the picture the last block counts.
        QCOMPARE(activity.at(40, 0), activity.at(16, 0));
        QCOMPARE(activity.at(0, 100), activity.at(0, 8));
        QVERIFY(std::abs(activity.mean() - 109.0 / 6) < 0.01);
    }

    void flatPicturesAreDcAlone() {
        const HalfChromaPlanes picture = planesOf(256, 256, [](int c, int, int) { return 128 + 16 * (c + 1); });
        const CoefficientImage image = quantisePicture(picture, kStep16, flatTable(8), {});
        for (std::size_t c = 0; c < 3; ++c) {
            // A level is 8 x difference / step.
            const int expected = c == 0 ? 8 : static_cast<int>(16 * (c + 1));
            forEachCoded(image, c, [&](int column, int row) {
                QCOMPARE(int{image.planes[c].block(column, row)[0]}, expected);
                QVERIFY(hasOnlyDc(image.planes[c].block(column, row)));
            });
        }
    }

    // What lies beyond a picture in its last blocks repeats its edge; blocks beyond cost as little as can be: no AC,
    // and a DC difference of zero.
    void edgesRepeatAndTheRestCostsNothing_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        for (const auto& [width, height] : {std::pair{1, 1}, {2, 2}, {9, 17}, {100, 50}, {255, 256}, {256, 1}}) {
            QTest::addRow("%d x %d", width, height) << width << height;
        }
    }
    void edgesRepeatAndTheRestCostsNothing() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        const HalfChromaPlanes picture = planesOf(width, height, wavy);
        const HalfChromaPlanes padded = planesOf(256, 256, [&](int c, int x, int y) {
            const PlaneView plane = picture[static_cast<std::size_t>(c)];
            return int{plane.row(std::min(y, plane.height - 1))[std::min(x, plane.width - 1)]};
        });
        const CoefficientImage image = quantisePicture(picture, kStep16, kStep16, {});
        const CoefficientImage whole = quantisePicture(padded, kStep16, kStep16, {});
        for (std::size_t c = 0; c < 3; ++c) {
            int previousDc = 0;
            forEachCoded(image, c, [&](int column, int row) {
                const auto block = image.planes[c].block(column, row);
                if (8 * column < picture[c].width && 8 * row < picture[c].height) {
                    QVERIFY(std::ranges::equal(block, whole.planes[c].block(column, row)));
                } else {
                    QVERIFY(hasOnlyDc(block));
                    QCOMPARE(int{block[0]}, previousDc);
                }
                previousDc = block[0];
            });
        }
    }

    void equalPlanesLeaveNothing() {
        const HalfChromaPlanes original = planesOf(700, 300, wavy);
        const HalfChromaPlanes prediction = planesOf(700, 300, wavy);
        CodeLengths bits;
        bits.ac.fill(3);
        bits.dc.fill(3);
        const LevelCosts costs(bits);
        const Activity activity(original[0]);
        for (const bool weighs : {false, true}) {
            const Trellis trellis{.lambda = 0.1, .costs = weighs ? &costs : nullptr};
            for (const auto& [x, y] : {std::pair{0, 0}, {256, 256}, {512, 0}}) {
                QVERIFY(quantiseResidual(original, prediction, x, y, kStep16, kStep16, {trellis, trellis, trellis},
                                         {.activity = &activity, .mean = activity.mean(), .exponent = 0.25})
                            .isZero());
            }
        }
    }

    // One block of luma and one of chroma differ, in the middle of a family: only their tile has them, at their place.
    void aResidualIsThatOfItsTile() {
        const HalfChromaPlanes prediction = planesOf(700, 520, [](int, int, int) { return 100; });
        const HalfChromaPlanes original = planesOf(700, 520, [](int c, int x, int y) {
            const bool isInLuma = c == 0 && x / 8 == 40 && y / 8 == 33;   // tile (1, 1), its block (8, 1)
            const bool isInChroma = c == 2 && x / 8 == 80 / 2 && y == 0;  // tile (2, 0), its block (8, 0), one row
            return isInLuma ? 106 : isInChroma ? 52 : 100;
        });
        for (int y = 0; y < 520; y += 256) {
            for (int x = 0; x < 700; x += 256) {
                CoefficientImage image = quantiseResidual(original, prediction, x, y, kStep16, kStep16, {}, {});
                if (x == 256 && y == 256) {
                    QCOMPARE(int{image.planes[0].block(8, 1)[0]}, 3);  // 8 x 6 / 16
                    image.planes[0].block(8, 1)[0] = 0;
                } else if (x == 512 && y == 0) {
                    QCOMPARE(int{image.planes[2].block(8, 0)[0]}, -3);  // 8 x -48 / 8 / 16
                    std::ranges::fill(image.planes[2].block(8, 0), std::int16_t{0});
                }
                QVERIFY2(image.isZero(), qPrintable(QString("tile at %1, %2").arg(x).arg(y)));
            }
        }
    }

    // The power of a ratio that is one everywhere, or of an exponent of zero, changes nothing; a busy half is coded in
    // less detail than a quiet one with the same residual.
    void busyAreasAreWeighedLess() {
        CodeLengths bits;
        bits.ac.fill(4);
        bits.dc.fill(4);
        const LevelCosts costs(bits);
        const Trellis trellis{.lambda = 0.1, .costs = &costs};
        std::mt19937 random(3);
        std::vector<int> noise(64);
        std::ranges::generate(noise, [&] { return static_cast<int>(random() % 41) - 20; });
        const HalfChromaPlanes prediction = planesOf(256, 256, [](int, int, int) { return 128; });
        const HalfChromaPlanes original = planesOf(256, 256, [&](int c, int x, int y) {
            return c == 0 ? 128 + noise[static_cast<std::size_t>(8 * (y % 8) + x % 8)] : 128;
        });
        const auto code = [&](const Masking& masking) {
            return quantiseResidual(original, prediction, 0, 0, kStep16, kStep16, {trellis, trellis, trellis}, masking);
        };
        const CoefficientImage plain = code({});
        const Activity same(original[0]);
        QVERIFY(code({.activity = &same, .mean = same.mean(), .exponent = 0.5}).planes[0].values ==
                plain.planes[0].values);

        const HalfChromaPlanes busyRight =
            planesOf(256, 256, [&](int, int x, int y) { return x < 128 ? 128 : 128 + 100 * ((x / 2 + y / 2) % 2); });
        const Activity activity(busyRight[0]);
        QVERIFY(code({.activity = &activity, .mean = activity.mean(), .exponent = 0}).planes[0].values ==
                plain.planes[0].values);
        const CoefficientImage masked = code({.activity = &activity, .mean = activity.mean(), .exponent = 0.25});
        const auto detail = [&](int column) {
            const auto block = masked.planes[0].block(column, 10);
            return std::count_if(block.begin(), block.end(), [](std::int16_t level) { return level != 0; });
        };
        QVERIFY(detail(4) > detail(20));
    }

    void thePredictionIsThatOfTheFormat_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        for (const auto& [width, height] : {std::pair{1, 1}, {2, 2}, {37, 81}, {1001, 777}, {1024, 1024}}) {
            QTest::addRow("%d x %d", width, height) << width << height;
        }
    }
    void thePredictionIsThatOfTheFormat() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        const int width2 = (width + 3) / 4;
        const int height2 = (height + 3) / 4;
        const Result<JpegTileCoder> coder = JpegTileCoder::create(kStep16, kStep16, {});
        QVERIFY(coder);
        Bytes stream;
        QVERIFY(appendJpeg(*coder->tables(),
                           *coder->encode(quantisePicture(planesOf(width2, height2, wavy), kStep16, kStep16, {})),
                           false, stream));
        const Result<HalfChromaPlanes> prediction = predictFamily(stream, width2, height2, width, height, nullptr);
        QVERIFY(prediction);
        std::array decoded{Plane(256, 256), Plane(128, 128), Plane(128, 128)};
        QVERIFY(JpegDecoder().decodeComponents(stream,
                                               std::array{decoded[0].view(), decoded[1].view(), decoded[2].view()}));
        for (std::size_t c = 0; c < 3; ++c) {
            const int sourceWidth = c == 0 ? width2 : (width2 + 1) / 2;
            const int sourceHeight = c == 0 ? height2 : (height2 + 1) / 2;
            const PlaneView plane = (*prediction)[c];
            QCOMPARE(plane.width, c == 0 ? width : (width + 1) / 2);
            QCOMPARE(plane.height, c == 0 ? height : (height + 1) / 2);
            const auto clampedSample = [&](int x, int y) {
                return int{std::as_const(decoded[c])
                               .view()
                               .row(std::clamp(y, 0, sourceHeight - 1))[std::clamp(x, 0, sourceWidth - 1)]};
            };
            for (int y = 0; y < plane.height; ++y) {
                for (int x = 0; x < plane.width; ++x) {
                    QCOMPARE(int{plane.row(y)[x]}, bicubicSample(clampedSample, x, y));
                }
            }
        }
    }

    void aDamagedSeedIsAnError() {
        const Bytes nonsense(100, std::byte{0x55});
        QVERIFY(!predictFamily(nonsense, 256, 256, 1024, 1024, nullptr));
    }
};

QTEST_APPLESS_MAIN(TestResidualCoder)
#include "tst_residual_coder.moc"
