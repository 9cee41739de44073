#include "core/quality/picture_difference.h"

#include <QTest>

#include <cmath>
#include <utility>

using namespace origami;

namespace {

Rgb32Image flat(std::uint32_t pixel) {
    Rgb32Image image(16, 16);
    fill(image.view(), pixel);
    return image;
}

PictureDifference difference(std::uint32_t a, std::uint32_t b) {
    PictureDifference result;
    const Rgb32Image pictureA = flat(a);
    const Rgb32Image pictureB = flat(b);
    result.add(pictureA.view(), pictureB.view());
    return result;
}

}  // namespace

class TestPictureDifference : public QObject {
    Q_OBJECT

private slots:
    void grayDiffersInLumaAlone() {
        const PictureDifference gray = difference(rgb32(100, 100, 100), rgb32(110, 110, 110));
        QCOMPARE(gray.luma.sum, std::uint64_t{256 * 100});
        QCOMPARE(gray.luma.samples, std::uint64_t{256});
        QVERIFY(std::isinf(gray.chroma.psnr()));
        QVERIFY(gray.structure.mean() < 1);
        QVERIFY(gray.color.mean() > 0);
    }

    // Blue of full strength, by JFIF: Y = 0.114 * 255 = 29, Cb = 255 (255.5), Cr = 128 - 0.081312 * 255 = 107.
    void chromaIsBothPlanes() {
        const PictureDifference blue = difference(rgb32(0, 0, 0), rgb32(0, 0, 255));
        QCOMPARE(blue.luma.sum, std::uint64_t{256 * 29 * 29});
        QCOMPARE(blue.chroma.samples, std::uint64_t{512});
        QCOMPARE(blue.chroma.sum, std::uint64_t{256 * (127 * 127 + 21 * 21)});
    }

    void areasAddUp() {
        PictureDifference sum = difference(rgb32(0, 0, 0), rgb32(0, 0, 255));
        sum.add(difference(rgb32(9, 9, 9), rgb32(9, 9, 9)));
        QCOMPARE(sum.luma.samples, std::uint64_t{512});
        QCOMPARE(sum.luma.sum, std::uint64_t{256 * 29 * 29});
        QCOMPARE(sum.chroma.samples, std::uint64_t{1024});
        const PictureDifference blue = difference(rgb32(0, 0, 0), rgb32(0, 0, 255));
        QVERIFY(std::abs(sum.color.mean() - blue.color.mean() / 2) < 1e-4);
        QVERIFY(std::abs(sum.structure.mean() - (1 + blue.structure.mean()) / 2) < 1e-4);
    }
};

QTEST_APPLESS_MAIN(TestPictureDifference)
#include "tst_picture_difference.moc"
