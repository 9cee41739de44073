// Encoding: what comes out is the picture that went in, and only pictures that fit into a JPEG are taken.
#include "core/codec/jpeg_decoder.h"
#include "core/codec/jpeg_encoder.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>

using namespace origami;

namespace {

constexpr int kMaxSide = 1024;

Plane waves(int width, int height, double period) {
    Plane plane(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            plane.view().row(y)[x] =
                static_cast<std::uint8_t>(std::lround(128 + 60 * std::sin(x / period) + 50 * std::cos(y / period)));
        }
    }
    return plane;
}

int largestDifference(PlaneView a, PlaneView b) {
    int largest = 0;
    for (int y = 0; y < a.height; ++y) {
        for (int x = 0; x < a.width; ++x) {
            largest = std::max(largest, std::abs(a.row(y)[x] - b.row(y)[x]));
        }
    }
    return largest;
}

Rgb32Image filled(int width, int height, std::uint32_t pixel) {
    Rgb32Image image(width, height);
    fill(image.view(), pixel);
    return image;
}

}  // namespace

class TestJpegEncoder : public QObject {
    Q_OBJECT

private slots:
    void planesSurvive_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        for (const auto& [width, height] : {std::pair{1, 1}, {7, 5}, {64, 64}, {255, 257}}) {
            QTest::addRow("%d x %d", width, height) << width << height;
        }
    }
    void planesSurvive() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        // Parts of larger planes, so that a stride that is taken for the width would show.
        const Plane outerY = waves(width + 9, height + 4, 9);
        const Plane outerCb = waves(width + 9, height + 4, 13);
        const Plane outerCr = waves(width + 9, height + 4, 17);
        const PlaneView y = outerY.view().sub(6, 3, width, height);
        const PlaneView cb = outerCb.view().sub(6, 3, width, height);
        const PlaneView cr = outerCr.view().sub(6, 3, width, height);
        JpegEncoder encoder;

        const Result<Bytes> gray = encoder.encodeGray(y, 100);
        QVERIFY(gray.has_value());
        Plane luma(width, height);
        QVERIFY(JpegDecoder().decodeLuma(*gray, luma.view()).has_value());
        QVERIFY(largestDifference(luma.view(), y) <= 2);

        const Result<Bytes> full = encoder.encodeYCbCr(y, cb, cr, 100, ChromaSampling::Full444);
        QVERIFY(full.has_value());
        const Result<YCbCrImage> image = JpegDecoder().decodeYCbCr(*full, kMaxSide);
        QVERIFY(image.has_value());
        QVERIFY(largestDifference(image->y.view(), y) <= 2);
        QVERIFY(largestDifference(image->cb.view(), cb) <= 2);
        QVERIFY(largestDifference(image->cr.view(), cr) <= 2);
    }

    void rgbSurvives_data() {
        QTest::addColumn<quint32>("pixel");
        QTest::newRow("red") << quint32{0xFFFF0000};
        QTest::newRow("green") << quint32{0xFF00FF00};
        QTest::newRow("blue") << quint32{0xFF0000FF};
        QTest::newRow("eosin") << quint32{0xFFE27DA8};
        QTest::newRow("white") << quint32{0xFFFFFFFF};
    }
    void rgbSurvives() {
        QFETCH(const quint32, pixel);
        for (const ChromaSampling sampling : {ChromaSampling::Full444, ChromaSampling::Half420}) {
            const Result<Bytes> stream = JpegEncoder().encodeRgb32(filled(19, 10, pixel).view(), 100, sampling);
            QVERIFY(stream.has_value());
            const Result<Rgb32Image> image = JpegDecoder().decodeRgb32(*stream, kMaxSide);
            QVERIFY(image.has_value());
            QVERIFY(image->width() == 19 && image->height() == 10);
            for (const std::uint32_t decoded : {image->view().row(0)[0], image->view().row(9)[18]}) {
                QVERIFY(std::abs(red(decoded) - red(pixel)) <= 2);
                QVERIFY(std::abs(green(decoded) - green(pixel)) <= 2);
                QVERIFY(std::abs(blue(decoded) - blue(pixel)) <= 2);
            }
        }
    }

    void samplingIsAsAsked() {
        const Plane plane = waves(32, 32, 5);
        JpegEncoder encoder;
        JpegDecoder decoder;
        for (const bool isHalf : {true, false, true}) {
            const ChromaSampling sampling = isHalf ? ChromaSampling::Half420 : ChromaSampling::Full444;
            const Result<Bytes> planes = encoder.encodeYCbCr(plane.view(), plane.view(), plane.view(), 80, sampling);
            QVERIFY(planes.has_value());
            QCOMPARE(decoder.readHeader(*planes)->subsampled, isHalf);
            const Result<Bytes> rgb = encoder.encodeRgb32(filled(32, 32, 0xFF336699).view(), 80, sampling);
            QVERIFY(rgb.has_value());
            QCOMPARE(decoder.readHeader(*rgb)->subsampled, isHalf);
            const Result<Bytes> gray = encoder.encodeGray(plane.view(), 80);
            QVERIFY(gray.has_value());
            QCOMPARE(decoder.readHeader(*gray)->components, 1);
        }
    }

    void moreQualityIsMoreBytesAndLessError() {
        const Plane plane = waves(128, 128, 3);
        std::size_t bytes = 0;
        int error = 256;
        for (const int quality : {10, 50, 90, 100}) {
            const Result<Bytes> stream = JpegEncoder().encodeGray(plane.view(), quality);
            QVERIFY(stream.has_value());
            Plane decoded(128, 128);
            QVERIFY(JpegDecoder().decodeLuma(*stream, decoded.view()).has_value());
            QVERIFY(stream->size() > bytes);
            QVERIFY(largestDifference(decoded.view(), plane.view()) < error);
            bytes = stream->size();
            error = largestDifference(decoded.view(), plane.view());
        }
    }

    void onlySizesThatFitAreTaken() {
        JpegEncoder encoder;
        const Plane line(65501, 1);
        const PlaneView view = line.view();
        for (const PlaneView bad :
             {PlaneView{}, view.sub(0, 0, 0, 1), view.sub(0, 0, 1, 0), view, PlaneView{view.data, 1, 65501, 0}}) {
            QCOMPARE(encoder.encodeGray(bad, 90).error().code, ErrorCode::InvalidArgument);
            QCOMPARE(encoder.encodeYCbCr(bad, bad, bad, 90, ChromaSampling::Half420).error().code,
                     ErrorCode::InvalidArgument);
        }
        const Rgb32Image pixels = filled(65501, 1, 0xFFFFFFFF);
        QCOMPARE(encoder.encodeRgb32(pixels.view(), 90, ChromaSampling::Full444).error().code,
                 ErrorCode::InvalidArgument);

        const Result<Bytes> longest =
            encoder.encodeRgb32(pixels.view().sub(0, 0, 65500, 1), 90, ChromaSampling::Full444);
        QVERIFY(longest.has_value());
        QCOMPARE(JpegDecoder().readHeader(*longest)->width, 65500);
    }
};

QTEST_APPLESS_MAIN(TestJpegEncoder)
#include "tst_jpeg_encoder.moc"
