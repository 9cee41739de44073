// Decoding: good streams of every shape within bounds that follow from the quantisation, and bad streams of every
// kind, which are errors and never pictures.
#include "core/codec/jpeg_decoder.h"
#include "core/codec/jpeg_encoder.h"
#include "core/image/color.h"
#include "tests/support/images.h"
#include "tests/unit/codec/jpeg_streams.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <utility>

using namespace origami;
using namespace origami::test;

namespace {

constexpr int kMaxSide = 1024;

// Where each quantisation step is 1 (quality 100) coefficients are off by at most 1/2, and so is, the transform being
// orthonormal, the root mean square of the samples; a little more for rounding at both ends.
constexpr double kMaxErrorAtQuality100 = 0.8;

Bytes must(Result<Bytes> stream) {
    return stream ? std::move(*stream) : Bytes();
}

Plane noise(int width, int height, unsigned seed) {
    std::mt19937 random(seed);
    Plane plane(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            plane.view().row(y)[x] = static_cast<std::uint8_t>(32 + random() % 192);  // away from clamping
        }
    }
    return plane;
}

template <class SampleAt>
Plane planeOf(int width, int height, SampleAt at) {
    Plane plane(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            plane.view().row(y)[x] = static_cast<std::uint8_t>(at(x, y));
        }
    }
    return plane;
}

double rootMeanSquareError(PlaneView a, PlaneView b) {
    double sum = 0;
    for (int y = 0; y < a.height; ++y) {
        for (int x = 0; x < a.width; ++x) {
            const double difference = a.row(y)[x] - b.row(y)[x];
            sum += difference * difference;
        }
    }
    return std::sqrt(sum / (static_cast<double>(a.width) * a.height));
}

bool areAll(PlaneView plane, int value) {
    for (int y = 0; y < plane.height; ++y) {
        if (!std::all_of(plane.row(y), plane.row(y) + plane.width, [=](int sample) { return sample == value; })) {
            return false;
        }
    }
    return true;
}

Bytes grayStream(int width, int height, int quality = 100) {
    return must(JpegEncoder().encodeGray(noise(width, height, 1).view(), quality));
}

Bytes colorStream(int width, int height, ChromaSampling sampling, int quality = 100) {
    return must(JpegEncoder().encodeYCbCr(noise(width, height, 1).view(), noise(width, height, 2).view(),
                                          noise(width, height, 3).view(), quality, sampling));
}

struct NamedStream {
    const char* name;
    Bytes stream;
    int width;
    int height;
};

// Small good streams, one for each way through the decoder.
std::vector<NamedStream> goodStreams() {
    std::vector<NamedStream> streams;
    streams.push_back({"gray", grayStream(13, 9), 13, 9});
    streams.push_back({"4:4:4", colorStream(13, 9, ChromaSampling::Full444), 13, 9});
    streams.push_back({"4:2:0", colorStream(21, 18, ChromaSampling::Half420), 21, 18});
    streams.push_back({"RGB", declaredAsRgb(colorStream(13, 9, ChromaSampling::Full444)), 13, 9});
    streams.push_back({"progressive", progressiveBlock(70), 8, 8});
    return streams;
}

void addSizes() {
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    for (const auto& [width, height] :
         {std::pair{1, 1}, {2, 1}, {1, 3}, {7, 5}, {8, 8}, {9, 8}, {15, 17}, {16, 16}, {17, 16}, {255, 257}}) {
        QTest::addRow("%d x %d", width, height) << width << height;
    }
}

// Every way to decode the stream fails, with a message.
QString whatDidNotFail(JpegDecoder& decoder, ByteSpan stream, int width, int height) {
    Plane luma(width, height);
    const Result<void> asLuma = decoder.decodeLuma(stream, luma.view());
    if (asLuma || asLuma.error().message.empty()) {
        return "decodeLuma";
    }
    const Result<YCbCrImage> asYCbCr = decoder.decodeYCbCr(stream, kMaxSide);
    if (asYCbCr || asYCbCr.error().message.empty()) {
        return "decodeYCbCr";
    }
    const Result<Rgb32Image> asRgb32 = decoder.decodeRgb32(stream, kMaxSide);
    if (asRgb32 || asRgb32.error().message.empty()) {
        return "decodeRgb32";
    }
    return {};
}

// The code with which every way to decode the stream fails; all the same, or the test fails.
ErrorCode errorOf(const Bytes& stream, int width = 8, int height = 8) {
    JpegDecoder decoder;
    const QString wrong = whatDidNotFail(decoder, stream, width, height);
    if (!wrong.isEmpty()) {
        QTest::qFail(qPrintable(wrong + " did not fail"), __FILE__, __LINE__);
        return ErrorCode::Cancelled;
    }
    Plane luma(width, height);
    const ErrorCode code = decoder.decodeLuma(stream, luma.view()).error().code;
    if (decoder.decodeYCbCr(stream, kMaxSide).error().code != code ||
        decoder.decodeRgb32(stream, kMaxSide).error().code != code) {
        QTest::qFail("the error depends on the way of decoding", __FILE__, __LINE__);
    }
    return code;
}

}  // namespace

class TestJpegDecoder : public QObject {
    Q_OBJECT

private slots:
    void grayIsWithinTheQuantisationsBounds_data() { addSizes(); }
    void grayIsWithinTheQuantisationsBounds() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        const Plane original = noise(width, height, 1);
        const Bytes stream = grayStream(width, height);
        Plane luma(width, height);
        QVERIFY(JpegDecoder().decodeLuma(stream, luma.view()).has_value());
        const double error = rootMeanSquareError(luma.view(), original.view());
        QVERIFY2(error <= kMaxErrorAtQuality100, qPrintable(QString::number(error)));

        const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(stream, kMaxSide);
        QVERIFY(image.has_value());
        QVERIFY(test::areEqual(image->y.view(), luma.view()));
        QVERIFY(image->cb.width() == width && image->cb.height() == height);
        QVERIFY(areAll(image->cb.view(), 128) && areAll(image->cr.view(), 128));

        const Result<Rgb32Image> rgb = JpegDecoder().decodeRgb32(stream, kMaxSide);
        QVERIFY(rgb.has_value());
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                const unsigned value = luma.view().row(y)[x];
                QCOMPARE(rgb->view().row(y)[x], rgb32(value, value, value));
            }
        }
    }

    void fullChromaIsWithinTheQuantisationsBounds_data() { addSizes(); }
    void fullChromaIsWithinTheQuantisationsBounds() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        const Bytes stream = colorStream(width, height, ChromaSampling::Full444);
        const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(stream, kMaxSide);
        QVERIFY(image.has_value());
        QVERIFY(image->width() == width && image->height() == height);
        QVERIFY(rootMeanSquareError(image->y.view(), noise(width, height, 1).view()) <= kMaxErrorAtQuality100);
        QVERIFY(rootMeanSquareError(image->cb.view(), noise(width, height, 2).view()) <= kMaxErrorAtQuality100);
        QVERIFY(rootMeanSquareError(image->cr.view(), noise(width, height, 3).view()) <= kMaxErrorAtQuality100);
    }

    void lumaIsTheSameWithAndWithoutItsChroma_data() { addSizes(); }
    void lumaIsTheSameWithAndWithoutItsChroma() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        const Plane original = noise(width, height, 1);
        for (const ChromaSampling sampling : {ChromaSampling::Full444, ChromaSampling::Half420}) {
            const Bytes stream = colorStream(width, height, sampling);
            Plane luma(width, height);
            QVERIFY(JpegDecoder().decodeLuma(stream, luma.view()).has_value());
            QVERIFY(rootMeanSquareError(luma.view(), original.view()) <= kMaxErrorAtQuality100);
            const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(stream, kMaxSide);
            QVERIFY(image.has_value());
            QVERIFY(test::areEqual(image->y.view(), luma.view()));
        }
    }

    // Chroma that rises evenly: the triangle filter gives the ramp back between the first and the last chroma sample
    // and repeats these two outside; repeating every sample would be wrong by 1/2 of the slope everywhere.
    void subsampledChromaIsInterpolated_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("48 x 48") << 48 << 48;
        QTest::newRow("40 x 36") << 40 << 36;
    }
    void subsampledChromaIsInterpolated() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        constexpr double kSlope = 4;
        const Plane gray = planeOf(width, height, [](int, int) { return 128; });
        const Plane cb = planeOf(width, height, [](int x, int) { return 20 + kSlope * x; });
        const Plane cr = planeOf(width, height, [](int, int y) { return 20 + kSlope * y; });
        const Bytes stream =
            must(JpegEncoder().encodeYCbCr(gray.view(), cb.view(), cr.view(), 100, ChromaSampling::Half420));
        const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(stream, kMaxSide);
        QVERIFY(image.has_value());
        double worst = 0;
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                const double expectedCb = 20 + kSlope * std::clamp(x + 0.0, 0.5, width - 1.5);
                const double expectedCr = 20 + kSlope * std::clamp(y + 0.0, 0.5, height - 1.5);
                worst = std::max({worst, std::abs(image->cb.view().row(y)[x] - expectedCb),
                                  std::abs(image->cr.view().row(y)[x] - expectedCr)});
            }
        }
        QVERIFY2(worst < kSlope / 2 - 0.4, qPrintable(QString::number(worst)));
    }

    void rgbHasTheColoursOfJfif_data() { addSizes(); }
    void rgbHasTheColoursOfJfif() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        const Bytes stream = colorStream(width, height, ChromaSampling::Full444);
        const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(stream, kMaxSide);
        const Result<Rgb32Image> rgb = JpegDecoder().decodeRgb32(stream, kMaxSide);
        QVERIFY(image.has_value() && rgb.has_value());
        QVERIFY(rgb->width() == width && rgb->height() == height);
        for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
                const std::uint32_t pixel = rgb->view().row(y)[x];
                const double luma = image->y.view().row(y)[x];
                const double cb = image->cb.view().row(y)[x] - 128.0;
                const double cr = image->cr.view().row(y)[x] - 128.0;
                QCOMPARE(pixel >> 24U, 0xFFU);
                QVERIFY(std::abs(red(pixel) - std::clamp(luma + 1.402 * cr, 0.0, 255.0)) <= 1);
                QVERIFY(std::abs(green(pixel) - std::clamp(luma - 0.344136 * cb - 0.714136 * cr, 0.0, 255.0)) <= 1);
                QVERIFY(std::abs(blue(pixel) - std::clamp(luma + 1.772 * cb, 0.0, 255.0)) <= 1);
            }
        }
    }

    // Components that an Adobe marker declares to be R, G and B are converted, not taken for Y, Cb and Cr.
    void rgbColourspaceIsConverted() {
        const Plane r = planeOf(16, 16, [](int, int) { return 200; });
        const Plane g = planeOf(16, 16, [](int, int) { return 40; });
        const Plane b = planeOf(16, 16, [](int, int) { return 90; });
        const Bytes stream =
            declaredAsRgb(must(JpegEncoder().encodeYCbCr(r.view(), g.view(), b.view(), 100, ChromaSampling::Full444)));
        const double luma = 0.299 * 200 + 0.587 * 40 + 0.114 * 90;
        const double cb = 128 + (90 - luma) / 1.772;
        const double cr = 128 + (200 - luma) / 1.402;

        const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(stream, kMaxSide);
        const Result<Rgb32Image> rgb = JpegDecoder().decodeRgb32(stream, kMaxSide);
        Plane alone(16, 16);
        QVERIFY(image.has_value() && rgb.has_value());
        QVERIFY(JpegDecoder().decodeLuma(stream, alone.view()).has_value());
        for (int y = 0; y < 16; ++y) {
            for (int x = 0; x < 16; ++x) {
                QVERIFY(std::abs(image->y.view().row(y)[x] - luma) <= 1);
                QVERIFY(std::abs(image->cb.view().row(y)[x] - cb) <= 1);
                QVERIFY(std::abs(image->cr.view().row(y)[x] - cr) <= 1);
                QVERIFY(std::abs(alone.view().row(y)[x] - luma) <= 1);
                QCOMPARE(rgb->view().row(y)[x], rgb32(200, 40, 90));
            }
        }
    }

    void lumaGoesIntoAPartOfAMosaic_data() { addSizes(); }
    void lumaGoesIntoAPartOfAMosaic() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        for (const Bytes& stream : {grayStream(width, height), colorStream(width, height, ChromaSampling::Half420)}) {
            Plane expected(width, height);
            QVERIFY(JpegDecoder().decodeLuma(stream, expected.view()).has_value());
            Plane mosaic(width + 11, height + 7);
            fill(mosaic.view(), 77);
            const MutablePlaneView part = mosaic.view().sub(5, 3, width, height);
            QVERIFY(JpegDecoder().decodeLuma(stream, part).has_value());
            QVERIFY(test::areEqual(part, expected.view()));
            const MutablePlaneView all = mosaic.view();
            QVERIFY(areAll(all.sub(0, 0, all.width, 3), 77));
            QVERIFY(areAll(all.sub(0, 3 + height, all.width, 4), 77));
            QVERIFY(areAll(all.sub(0, 3, 5, height), 77));
            QVERIFY(areAll(all.sub(5 + width, 3, 6, height), 77));
        }
    }

    // Chroma in squares of 2 x 2 equal samples: halving it for 4:2:0 loses nothing.
    void componentsComeAsTheyAreStored_data() {
        addSizes();
        QTest::newRow("256 x 256") << 256 << 256;
    }
    void componentsComeAsTheyAreStored() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        const int halfWidth = (width + 1) / 2;
        const int halfHeight = (height + 1) / 2;
        const Plane luma = noise(width, height, 1);
        const Plane blue = noise(halfWidth, halfHeight, 2);
        const Plane red = noise(halfWidth, halfHeight, 3);
        const auto doubled = [&](const Plane& half) {
            return planeOf(width, height, [&](int x, int y) { return half.view().row(y / 2)[x / 2]; });
        };
        const Bytes half = must(JpegEncoder().encodeYCbCr(luma.view(), doubled(blue).view(), doubled(red).view(), 100,
                                                          ChromaSampling::Half420));
        Plane planes[] = {Plane(width, height), Plane(halfWidth, halfHeight), Plane(halfWidth, halfHeight)};
        const MutablePlaneView views[] = {planes[0].view(), planes[1].view(), planes[2].view()};
        QVERIFY(JpegDecoder().decodeComponents(half, views));
        QVERIFY(rootMeanSquareError(views[0], luma.view()) < kMaxErrorAtQuality100);
        QVERIFY(rootMeanSquareError(views[1], blue.view()) < kMaxErrorAtQuality100);
        QVERIFY(rootMeanSquareError(views[2], red.view()) < kMaxErrorAtQuality100);

        const Bytes full = must(JpegEncoder().encodeYCbCr(luma.view(), doubled(blue).view(), doubled(red).view(), 100,
                                                          ChromaSampling::Full444));
        Plane wide(width, height);
        const MutablePlaneView fullViews[] = {planes[0].view(), wide.view(), wide.view()};
        QVERIFY(JpegDecoder().decodeComponents(full, fullViews));
        QVERIFY(rootMeanSquareError(wide.view(), doubled(red).view()) < kMaxErrorAtQuality100);

        const Bytes gray = must(JpegEncoder().encodeGray(luma.view(), 100));
        QVERIFY(JpegDecoder().decodeComponents(gray, std::span(views, 1)));
        QVERIFY(rootMeanSquareError(views[0], luma.view()) < kMaxErrorAtQuality100);
    }

    // Of every shape, and of samples that no transform keeps in range: noise from end to end, at low quality.
    void bothTransformsGiveTheSameSamples_data() {
        addSizes();
        QTest::newRow("256 x 256") << 256 << 256;
        QTest::newRow("1030 x 20") << 1030 << 20;
    }
    void bothTransformsGiveTheSameSamples() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        std::mt19937 random(7);
        JpegDecoder own;
        JpegDecoder libjpeg(DecodedBy::Libjpeg);
        const auto components = [&](ChromaSampling sampling) {
            const bool isHalf = sampling == ChromaSampling::Half420;
            const int chromaWidth = isHalf ? (width + 1) / 2 : width;
            const int chromaHeight = isHalf ? (height + 1) / 2 : height;
            return std::array{Plane(width, height), Plane(chromaWidth, chromaHeight), Plane(chromaWidth, chromaHeight)};
        };
        for (const int range : {0, 9, 256}) {  // of samples, around the middle
            const auto content = [&](int, int) {
                return range == 0 ? 128 : 128 - range / 2 + static_cast<int>(random() % static_cast<unsigned>(range));
            };
            const Plane planes[] = {planeOf(width, height, content), planeOf(width, height, content),
                                    planeOf(width, height, content)};
            for (const int quality : {1, 10, 45, 90, 100}) {
                for (const ChromaSampling sampling : {ChromaSampling::Full444, ChromaSampling::Half420}) {
                    const Bytes stream = must(JpegEncoder().encodeYCbCr(planes[0].view(), planes[1].view(),
                                                                        planes[2].view(), quality, sampling));
                    std::array<Plane, 3> a = components(sampling);
                    std::array<Plane, 3> b = components(sampling);
                    QVERIFY(own.decodeComponents(stream, std::array{a[0].view(), a[1].view(), a[2].view()}));
                    QVERIFY(libjpeg.decodeComponents(stream, std::array{b[0].view(), b[1].view(), b[2].view()}));
                    for (std::size_t i = 0; i < a.size(); ++i) {
                        QVERIFY(test::areEqual(a[i].view(), b[i].view()));
                    }
                }
                const Bytes gray = must(JpegEncoder().encodeGray(planes[0].view(), quality));
                Plane a(width, height);
                Plane b(width, height);
                QVERIFY(own.decodeLuma(gray, a.view()));
                QVERIFY(libjpeg.decodeLuma(gray, b.view()));
                QVERIFY(test::areEqual(a.view(), b.view()));
            }
        }
    }

    // A stream that ends or goes wrong anywhere leaves a decoder that decodes the next one, in whatever way.
    void anErrorInTheMiddleLeavesNothingBehind() {
        const Bytes good = colorStream(64, 64, ChromaSampling::Half420, 90);
        JpegDecoder decoder;
        Plane planes[] = {Plane(64, 64), Plane(32, 32), Plane(32, 32)};
        const MutablePlaneView views[] = {planes[0].view(), planes[1].view(), planes[2].view()};
        QVERIFY(JpegDecoder(DecodedBy::Libjpeg).decodeComponents(good, views));
        Plane expected(64, 64);
        copy(views[0], expected.view());
        const Result<YCbCrImage> expectedImage = JpegDecoder().decodeYCbCr(good, kMaxSide);
        QVERIFY(expectedImage.has_value());
        const Bytes progressive = progressiveBlock(70);
        for (std::size_t length = 0; length < good.size(); length += 13) {
            QVERIFY(!decoder.decodeComponents(ByteSpan(good).first(length), views));
            Plane block(8, 8);
            QVERIFY(decoder.decodeLuma(progressive, block.view()));  // all of whose coefficients libjpeg has to keep
            QVERIFY(areAll(block.view(), 168));
            const Result<YCbCrImage> image = decoder.decodeYCbCr(good, kMaxSide);
            QVERIFY(image && test::areEqual(image->cb.view(), expectedImage->cb.view()));
            fill(views[0], 0);
            QVERIFY(decoder.decodeComponents(good, views));
            QVERIFY(test::areEqual(views[0], expected.view()));
        }
    }

    // Rows end where the next multiple of 8 ends, and nothing is written below the last.
    void componentsStayInTheirPlaces() {
        constexpr int kSide = 20;
        const Plane luma = noise(kSide, kSide, 1);
        const Bytes stream =
            must(JpegEncoder().encodeYCbCr(luma.view(), luma.view(), luma.view(), 90, ChromaSampling::Half420));
        Plane mosaic(64, 64);
        fill(mosaic.view(), 7);
        const MutablePlaneView views[] = {mosaic.view().sub(3, 5, kSide, kSide), mosaic.view().sub(33, 5, 10, 10),
                                          mosaic.view().sub(33, 30, 10, 10)};
        QVERIFY(JpegDecoder().decodeComponents(stream, views));
        const auto isInside = [](int x, int y, int left, int top, int width, int height) {
            return x >= left && x < left + (width + 7) / 8 * 8 && y >= top && y < top + height;
        };
        for (int y = 0; y < 64; ++y) {
            for (int x = 0; x < 64; ++x) {
                const bool isOurs = isInside(x, y, 3, 5, kSide, kSide) || isInside(x, y, 33, 5, 10, 10) ||
                                    isInside(x, y, 33, 30, 10, 10);
                QVERIFY(isOurs || mosaic.view().row(y)[x] == 7);
            }
        }
    }

    void otherComponentsAreCorrupt() {
        const Plane luma = noise(32, 32, 1);
        const auto coloured = [&](ChromaSampling sampling) {
            return must(JpegEncoder().encodeYCbCr(luma.view(), luma.view(), luma.view(), 90, sampling));
        };
        const Bytes half = coloured(ChromaSampling::Half420);
        const Bytes full = coloured(ChromaSampling::Full444);
        const Bytes gray = must(JpegEncoder().encodeGray(luma.view(), 90));
        Plane target(64, 64);
        const auto decoded = [&](const Bytes& stream, int lumaSide, int chromaSide) {
            const MutablePlaneView chroma = target.view().sub(0, 0, chromaSide, chromaSide);
            const MutablePlaneView views[] = {target.view().sub(0, 0, lumaSide, lumaSide), chroma, chroma};
            return JpegDecoder().decodeComponents(stream, views);
        };
        QVERIFY(decoded(half, 32, 16));
        const auto isCorrupt = [](const Result<void>& result) {
            return !result && result.error().code == ErrorCode::Corrupt && !result.error().message.empty();
        };
        QVERIFY(isCorrupt(decoded(full, 32, 16)));
        QVERIFY(isCorrupt(decoded(half, 32, 32)));
        QVERIFY(isCorrupt(decoded(half, 31, 16)));
        QVERIFY(isCorrupt(decoded(half, 33, 17)));
        QVERIFY(isCorrupt(decoded(gray, 32, 16)));
        QVERIFY(decoded(full, 32, 32));
        QVERIFY(isCorrupt(decoded(declaredAsRgb(full), 32, 32)));
        const MutablePlaneView one[] = {target.view().sub(0, 0, 32, 32)};
        QVERIFY(isCorrupt(JpegDecoder().decodeComponents(half, one)));
        QVERIFY(!JpegDecoder().decodeComponents(ByteSpan(half).first(half.size() / 2), one));
        const auto cut = ByteSpan(half).first(half.size() / 2);
        const MutablePlaneView views[] = {target.view().sub(0, 0, 32, 32), target.view().sub(32, 0, 16, 16),
                                          target.view().sub(32, 32, 16, 16)};
        QVERIFY(!JpegDecoder().decodeComponents(cut, views));
    }

    void headerTellsSizeAndSampling() {
        JpegDecoder decoder;
        const Result<JpegHeader> gray = decoder.readHeader(grayStream(255, 3));
        QVERIFY(gray.has_value());
        QVERIFY(gray->width == 255 && gray->height == 3 && gray->components == 1 && !gray->subsampled);
        const Result<JpegHeader> full = decoder.readHeader(colorStream(7, 5, ChromaSampling::Full444));
        QVERIFY(full.has_value());
        QVERIFY(full->width == 7 && full->height == 5 && full->components == 3 && !full->subsampled);
        const Result<JpegHeader> half = decoder.readHeader(colorStream(7, 5, ChromaSampling::Half420));
        QVERIFY(half.has_value());
        QVERIFY(half->width == 7 && half->height == 5 && half->components == 3 && half->subsampled);
        // Nothing after the header is read.
        QVERIFY(decoder.readHeader(headerOnly(0xC0, 65500, 1, 3)).has_value());
    }

    void lumaOfAnotherSizeIsCorrupt_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("narrower") << 15 << 16;
        QTest::newRow("wider") << 17 << 16;
        QTest::newRow("lower") << 16 << 15;
        QTest::newRow("higher") << 16 << 17;
        QTest::newRow("turned") << 32 << 8;
    }
    void lumaOfAnotherSizeIsCorrupt() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        Plane luma(width, height);
        fill(luma.view(), 77);
        JpegDecoder decoder;
        const Result<void> result = decoder.decodeLuma(grayStream(16, 16), luma.view());
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Corrupt);
        QVERIFY(result.error().message.find("16 x 16") != std::string::npos);
        QVERIFY(areAll(luma.view(), 77));
    }

    void sizesUpToTheLimitAreDecoded() {
        JpegDecoder decoder;
        const Bytes stream = colorStream(20, 10, ChromaSampling::Full444);
        QVERIFY(decoder.decodeYCbCr(stream, 20).has_value());
        QVERIFY(decoder.decodeRgb32(stream, 20).has_value());
        QCOMPARE(decoder.decodeYCbCr(stream, 19).error().code, ErrorCode::Corrupt);
        QCOMPARE(decoder.decodeRgb32(stream, 19).error().code, ErrorCode::Corrupt);
        const Bytes high = colorStream(10, 20, ChromaSampling::Full444);
        QCOMPARE(decoder.decodeYCbCr(high, 19).error().code, ErrorCode::Corrupt);
        QCOMPARE(decoder.decodeRgb32(high, 19).error().code, ErrorCode::Corrupt);
    }

    void hugeClaimsAreRefusedBeforeMemoryIsTaken() {
        const std::shared_ptr<BufferPool> pool = BufferPool::create(4);
        for (const int marker : {0xC0, 0xC2}) {
            const Bytes stream = headerOnly(marker, 65500, 65500, 3);
            const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(stream, kMaxSide, pool.get());
            QVERIFY(!image);
            QCOMPARE(image.error().code, ErrorCode::Corrupt);
            QVERIFY(image.error().message.find("65500 x 65500") != std::string::npos);
            QCOMPARE(errorOf(stream), ErrorCode::Corrupt);
        }
        QCOMPARE(pool->use().inUseMax, std::size_t{0});
    }

    void unsupportedKinds_data() {
        QTest::addColumn<QByteArray>("stream");
        const auto add = [](const char* kind, const Bytes& stream) {
            QTest::newRow(kind) << QByteArray(reinterpret_cast<const char*>(stream.data()),
                                              static_cast<qsizetype>(stream.size()));
        };
        add("four components (CMYK)", headerOnly(0xC0, 8, 8, 4));
        add("two components", headerOnly(0xC0, 8, 8, 2));
        add("12 bits", headerOnly(0xC1, 8, 8, 3, 12));
        add("lossless", headerOnly(0xC3, 8, 8, 1));
        add("hierarchical", headerOnly(0xC5, 8, 8, 1));
    }
    void unsupportedKinds() {
        QFETCH(const QByteArray, stream);
        const auto* begin = reinterpret_cast<const std::byte*>(stream.constData());
        QCOMPARE(errorOf(Bytes(begin, begin + stream.size())), ErrorCode::Unsupported);
    }

    void notAJpeg() {
        Bytes text;
        append(text, {'G', 'I', 'F', '8', '9', 'a', 0, 0});
        QCOMPARE(errorOf(text), ErrorCode::Corrupt);
        QCOMPARE(errorOf({}), ErrorCode::Truncated);
        QCOMPARE(errorOf(headerOnly(0xC0, 8, 0, 1)), ErrorCode::Corrupt);
        QCOMPARE(errorOf(headerOnly(0xC0, 0, 8, 1)), ErrorCode::Corrupt);
        Bytes noImage = startOfImage();
        append(noImage, endOfImage());
        QVERIFY(whatDidNotFail(JpegDecoder::forThisThread(), noImage, 8, 8).isEmpty());
    }

    void progressiveIsDecoded() {
        for (const int scans : {1, 2, 64, 100}) {
            const Bytes stream = progressiveBlock(scans);
            Plane luma(8, 8);
            QVERIFY(JpegDecoder().decodeLuma(stream, luma.view()).has_value());
            QVERIFY(areAll(luma.view(), 168));  // 128 + 8 * 40 / 8
            const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(stream, 8);
            QVERIFY(image.has_value());
            QVERIFY(areAll(image->y.view(), 168));
        }
    }

    void scansAreLimited() {
        for (const int scans : {101, 127}) {
            const Bytes stream = progressiveBlock(scans);
            QCOMPARE(errorOf(stream), ErrorCode::Corrupt);
            const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(stream, 8);
            QVERIFY(image.error().message.find("too many scans") != std::string::npos);
        }
    }

    void everyTruncationIsAnError() {
        JpegDecoder decoder;
        for (const NamedStream& good : goodStreams()) {
            const ByteSpan stream(good.stream);
            for (std::size_t length = 0; length < stream.size(); ++length) {
                const QString wrong = whatDidNotFail(decoder, stream.first(length), good.width, good.height);
                QVERIFY2(wrong.isEmpty(), qPrintable(QString("%1 took the first %2 bytes of a %3 stream of %4")
                                                         .arg(wrong)
                                                         .arg(length)
                                                         .arg(good.name)
                                                         .arg(stream.size())));
            }
        }
    }

    // The entropy-coded data end early, but an end marker follows: libjpeg alone would fill the rest with gray.
    void closedTruncationsAreErrors() {
        JpegDecoder decoder;
        for (const Bytes& whole : {grayStream(64, 64), colorStream(64, 64, ChromaSampling::Full444),
                                   colorStream(64, 64, ChromaSampling::Half420)}) {
            Bytes stream(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(whole.size() * 3 / 4));
            if (stream.back() == std::byte{0xFF}) {
                stream.pop_back();
            }
            append(stream, endOfImage());
            const QString wrong = whatDidNotFail(decoder, stream, 64, 64);
            QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
        }
    }

    void flippedBitsNeverCrash() {
        std::mt19937 random(4711);
        JpegDecoder decoder;
        const std::vector<NamedStream> streams = goodStreams();
        int errors = 0;
        int pictures = 0;
        for (int round = 0; round < 3000; ++round) {
            const NamedStream& good = streams[random() % streams.size()];
            Bytes stream = good.stream;
            for (unsigned flips = 1 + random() % 4; flips > 0; --flips) {
                stream[random() % stream.size()] ^= static_cast<std::byte>(1U << (random() % 8));
            }
            static_cast<void>(decoder.readHeader(stream));
            Plane luma(good.width, good.height);
            const Result<void> asLuma = decoder.decodeLuma(stream, luma.view());
            const Result<YCbCrImage> asYCbCr = decoder.decodeYCbCr(stream, 64);
            const Result<Rgb32Image> asRgb32 = decoder.decodeRgb32(stream, 64);
            QVERIFY(asLuma || !asLuma.error().message.empty());
            QVERIFY(asYCbCr ? asYCbCr->width() <= 64 && asYCbCr->height() <= 64 : !asYCbCr.error().message.empty());
            QVERIFY(asRgb32 ? asRgb32->width() <= 64 && asRgb32->height() <= 64 : !asRgb32.error().message.empty());
            (asYCbCr ? pictures : errors) += 1;
        }
        // Both happened, or the flips tested nothing.
        QVERIFY(errors > 300 && pictures > 300);
    }

    void strayBytesAreTolerated() {
        for (const NamedStream& good : goodStreams()) {
            const Result<YCbCrImage> expected = JpegDecoder().decodeYCbCr(good.stream, kMaxSide);
            QVERIFY(expected.has_value());
            Bytes stray;
            append(stray, {0x00, 0x12, 0x34});
            Bytes after = good.stream;
            append(after, stray);
            append(after, startOfImage());
            for (const Bytes& stream : {after, withInserted(good.stream, offsetOf(good.stream, 0xDB), stray),
                                        withInserted(good.stream, good.stream.size() - 2, stray)}) {
                const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(stream, kMaxSide);
                QVERIFY2(image.has_value(), good.name);
                QVERIFY(test::areEqual(image->y.view(), expected->y.view()));
                QVERIFY(test::areEqual(image->cb.view(), expected->cb.view()));
                QVERIFY(test::areEqual(image->cr.view(), expected->cr.view()));
            }
        }
    }

    // One decoder through all kinds of streams and failures gives what a fresh one gives.
    void isUsableAgainAfterAnything() {
        JpegDecoder decoder;
        const std::vector<NamedStream> streams = goodStreams();
        for (const NamedStream& failing : streams) {
            for (const NamedStream& good : streams) {
                const ByteSpan broken = ByteSpan(failing.stream).first(failing.stream.size() - 3);
                QVERIFY(whatDidNotFail(decoder, broken, failing.width, failing.height).isEmpty());
                QVERIFY(!decoder.decodeYCbCr(failing.stream, 4));
                QVERIFY(!decoder.readHeader(broken.first(20)));
                const Result<YCbCrImage> image = decoder.decodeYCbCr(good.stream, kMaxSide);
                const Result<YCbCrImage> expected = JpegDecoder().decodeYCbCr(good.stream, kMaxSide);
                QVERIFY(image.has_value() && expected.has_value());
                QVERIFY(test::areEqual(image->y.view(), expected->y.view()));
                QVERIFY(test::areEqual(image->cb.view(), expected->cb.view()));
                QVERIFY(test::areEqual(image->cr.view(), expected->cr.view()));
                Plane luma(good.width, good.height);
                QVERIFY(!decoder.decodeYCbCr(broken, kMaxSide));
                QVERIFY(decoder.decodeLuma(good.stream, luma.view()).has_value());
                QVERIFY(test::areEqual(luma.view(), expected->y.view()));
            }
        }
    }

    // A stream without a table does not get it from the one before: it is what it is to a new decoder.
    void tablesAreForgotten() {
        JpegDecoder decoder;
        const std::vector<NamedStream> streams = goodStreams();
        int failed = 0;
        for (const NamedStream& whole : streams) {
            for (const int marker : {0xDB, 0xC4}) {
                const Bytes stream = withoutSegments(whole.stream, marker);
                QVERIFY(stream.size() < whole.stream.size());
                for (const NamedStream& before : streams) {
                    QVERIFY(decoder.decodeYCbCr(before.stream, kMaxSide));
                    const Result<YCbCrImage> image = decoder.decodeYCbCr(stream, kMaxSide);
                    const Result<YCbCrImage> expected = JpegDecoder().decodeYCbCr(stream, kMaxSide);
                    QCOMPARE(image.has_value(), expected.has_value());
                    if (expected) {
                        QVERIFY(test::areEqual(image->y.view(), expected->y.view()));
                        QVERIFY(test::areEqual(image->cb.view(), expected->cb.view()));
                        QVERIFY(test::areEqual(image->cr.view(), expected->cr.view()));
                    } else {
                        QCOMPARE(image.error().message, expected.error().message);
                        ++failed;
                    }
                }
            }
        }
        // At least all that have no steps; libjpeg has Huffman tables of its own for streams without.
        QVERIFY(failed >= static_cast<int>(streams.size() * streams.size()));
    }

    void planesComeFromThePool() {
        const std::shared_ptr<BufferPool> pool = BufferPool::create(16);
        {
            const Result<YCbCrImage> image =
                JpegDecoder().decodeYCbCr(colorStream(16, 16, ChromaSampling::Half420), 16, pool.get());
            QVERIFY(image.has_value());
            QCOMPARE(pool->use().available, std::size_t{13});
        }
        QCOMPARE(pool->use().available, std::size_t{16});
    }
};

QTEST_APPLESS_MAIN(TestJpegDecoder)
#include "tst_jpeg_decoder.moc"
