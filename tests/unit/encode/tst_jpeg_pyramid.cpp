#include "core/codec/jpeg_decoder.h"
#include "core/codec/jpeg_encoder.h"
#include "core/encode/jpeg_pyramid.h"
#include "tests/support/images.h"

#include <QTest>

#include <random>
#include <utility>

using namespace origami;

namespace {

Rgb32Image picture(int width, int height) {
    std::mt19937 random(1);
    Rgb32Image image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const auto noise = static_cast<unsigned>(random() % 16);
            image.view().row(y)[x] =
                rgb32(static_cast<unsigned>(x) / 8 + noise, static_cast<unsigned>(y) / 8 + noise, 200 + noise);
        }
    }
    return image;
}

Bytes encoded(Rgb32View tile, int quality) {
    return JpegEncoder().encodeRgb32(tile, quality, ChromaSampling::Half420).value();
}

std::int64_t size(const Bytes& bytes) {
    return static_cast<std::int64_t>(bytes.size());
}

}  // namespace

class TestJpegPyramid : public QObject {
    Q_OBJECT

private slots:
    // 300 x 260 has four tiles, its halves 150 x 130 and 75 x 65 one each.
    void addsUpTheTilesOfThreeLevels() {
        const Rgb32Image level0 = picture(300, 260);
        Rgb32Image level1(150, 130);
        halve(level0.view(), level1.view());
        Rgb32Image level2(75, 65);
        halve(std::as_const(level1).view(), level2.view());
        const Rgb32View view = level0.view();
        const Bytes topLeft = encoded(view.sub(0, 0, 256, 256), 80);
        const Bytes corner = encoded(view.sub(256, 256, 44, 4), 80);
        const Bytes half = encoded(level1.view(), 80);
        const auto coded = codeAsJpegPyramid(view, 80);
        QVERIFY(coded);
        QCOMPARE(coded->bytes, size(topLeft) + size(encoded(view.sub(256, 0, 44, 256), 80)) +
                                   size(encoded(view.sub(0, 256, 256, 4), 80)) + size(corner) + size(half) +
                                   size(encoded(level2.view(), 80)));
        const auto decoded = [](const Bytes& bytes) { return JpegDecoder().decodeRgb32(bytes, 256).value(); };
        QVERIFY(coded->level0.width() == 300 && coded->level0.height() == 260);
        const Rgb32View result = coded->level0.view();
        QVERIFY(test::areEqual(result.sub(0, 0, 256, 256), decoded(topLeft).view()));
        QVERIFY(test::areEqual(result.sub(256, 256, 44, 4), decoded(corner).view()));
        QVERIFY(test::areEqual(coded->level1.view(), decoded(half).view()));
    }

    void onePixel() {
        const auto coded = codeAsJpegPyramid(picture(1, 1).view(), 90);
        QVERIFY(coded);
        QVERIFY(coded->level1.width() == 1 && coded->level1.height() == 1);
    }

    void nothingIsRefused() { QCOMPARE(codeAsJpegPyramid({}, 90).error().code, ErrorCode::InvalidArgument); }
};

QTEST_APPLESS_MAIN(TestJpegPyramid)
#include "tst_jpeg_pyramid.moc"
