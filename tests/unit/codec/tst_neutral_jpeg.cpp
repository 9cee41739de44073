// Residuals of nothing, told from their bytes: never where decoding gives anything but 128.
#include "core/codec/jpeg_decoder.h"
#include "core/codec/jpeg_encoder.h"
#include "core/codec/neutral_jpeg.h"

#include <QTest>

#include <functional>
#include <utility>

using namespace origami;

namespace {

Bytes grayJpeg(int width, int height, const std::function<int(int, int)>& sample, int quality = 50) {
    Plane plane(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            plane.view().row(y)[x] = static_cast<std::uint8_t>(sample(x, y));
        }
    }
    return *JpegEncoder().encodeGray(std::as_const(plane).view(), quality);
}

bool decodesTo128(ByteSpan stream, int width, int height) {
    Plane plane(width, height);
    if (!JpegDecoder().decodeLuma(stream, plane.view())) {
        return false;
    }
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            if (plane.view().row(y)[x] != 128) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace

class TestNeutralJpeg : public QObject {
    Q_OBJECT

private slots:
    void flatGrayIsNeutral_data() {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("a tile") << 256 << 256;
        QTest::newRow("one pixel") << 1 << 1;
        QTest::newRow("parts of blocks") << 255 << 9;
        QTest::newRow("one column") << 1 << 700;
        QTest::newRow("large") << 1024 << 1024;
    }
    void flatGrayIsNeutral() {
        QFETCH(const int, width);
        QFETCH(const int, height);
        const Bytes stream = grayJpeg(width, height, [](int, int) { return 128; });
        QVERIFY(isNeutralGray(stream, width, height));
        QVERIFY(decodesTo128(stream, width, height));
        QVERIFY(!isNeutralGray(stream, width + 1, height));
        QVERIFY(!isNeutralGray(stream, width, height + 1));
    }

    // What is lost in quantisation leaves nothing either.
    void faintNoiseCanBeNeutral() {
        const Bytes stream = grayJpeg(
            64, 64, [](int x, int y) { return 128 + (x * 7 + y * 3) % 2; }, 5);
        QVERIFY(decodesTo128(stream, 64, 64));
        QVERIFY(isNeutralGray(stream, 64, 64));
    }

    void anythingElseIsNot() {
        for (const int value : {0, 120, 136, 255}) {
            QVERIFY(!isNeutralGray(grayJpeg(64, 64, [&](int, int) { return value; }), 64, 64));
        }
        for (const auto& at : {std::pair{0, 0}, {63, 63}, {31, 40}}) {
            const Bytes stream = grayJpeg(
                64, 64, [&](int x, int y) { return x / 8 == at.first / 8 && y / 8 == at.second / 8 ? 160 : 128; });
            QVERIFY(!isNeutralGray(stream, 64, 64));
        }
        YCbCrImage colour(64, 64);
        for (Plane* plane : {&colour.y, &colour.cb, &colour.cr}) {
            fill(plane->view(), 128);
        }
        const Bytes three = *JpegEncoder().encodeYCbCr(std::as_const(colour.y).view(), std::as_const(colour.cb).view(),
                                                       std::as_const(colour.cr).view(), 50, ChromaSampling::Full444);
        QVERIFY(!isNeutralGray(three, 64, 64));
    }

    void truncationsAreNot() {
        const Bytes stream = grayJpeg(64, 64, [](int, int) { return 128; });
        for (std::size_t size = 0; size < stream.size(); ++size) {
            QVERIFY(!isNeutralGray(ByteSpan(stream).subspan(0, size), 64, 64));
        }
    }

    // Every flipped bit: harmless, and where the answer is still yes, decoding agrees.
    void damageIsNeverTakenForNothing() {
        const Bytes stream = grayJpeg(64, 64, [](int, int) { return 128; });
        int stillNeutral = 0;
        for (std::size_t i = 0; i < stream.size(); ++i) {
            for (int bit = 0; bit < 8; ++bit) {
                Bytes damaged = stream;
                damaged[i] ^= std::byte{1} << bit;
                if (isNeutralGray(damaged, 64, 64)) {
                    ++stillNeutral;
                    Plane plane(64, 64);
                    QVERIFY(!JpegDecoder().decodeLuma(damaged, plane.view()) || decodesTo128(damaged, 64, 64));
                }
            }
        }
        QVERIFY(stillNeutral > 0);  // in the quantisation table, say
    }
};

QTEST_APPLESS_MAIN(TestNeutralJpeg)
#include "tst_neutral_jpeg.moc"
