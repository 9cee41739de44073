// A picture's pixels and, one pixel beyond its edges, those of the pictures around it.
#include "tests/support/images.h"
#include "ui/scene/surrounded_picture.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

using namespace origami;
using origami::test::noise;

namespace {

// Cuts a picture of 24 x 21 pixels into nine parts. The middle one has 10 x 9.
SurroundedPicture cut(Rgb32View whole) {
    constexpr std::array<std::pair<int, int>, 3> kColumns{{{0, 8}, {8, 10}, {18, 6}}};
    constexpr std::array<std::pair<int, int>, 3> kRows{{{0, 5}, {5, 9}, {14, 7}}};
    SurroundedPicture cut;
    for (std::size_t i = 0; i < SurroundedPicture::kCount; ++i) {
        const auto [x, width] = kColumns[i % 3];
        const auto [y, height] = kRows[i / 3];
        cut.pictures[i] = whole.sub(x, y, width, height);
    }
    return cut;
}

Rgb32Image bordered(const SurroundedPicture& picture) {
    Rgb32Image image(picture.picture().width + 2, picture.picture().height + 2);
    copyBordered(picture, image.view());
    return image;
}

}  // namespace

class SurroundedPictureTest : public QObject {
    Q_OBJECT

private slots:
    void theBorderIsWhatIsAround() {
        const Rgb32Image whole = noise(24, 21);
        QVERIFY(test::areEqual(bordered(cut(whole.view())).view(), whole.view().sub(7, 4, 12, 11)));
    }

    // One of the eight at a time, and all of them.
    void whatIsMissingIsThePicturesEdge() {
        const Rgb32Image whole = noise(24, 21);
        for (std::size_t missing = 0; missing <= SurroundedPicture::kCount; ++missing) {
            SurroundedPicture picture = cut(whole.view());
            for (std::size_t i = 0; i < SurroundedPicture::kCount; ++i) {
                if (i != SurroundedPicture::kMiddle && (i == missing || missing == SurroundedPicture::kCount)) {
                    picture.pictures[i] = {};
                }
            }
            const Rgb32Image image = bordered(picture);
            for (int y = -1; y <= 9; ++y) {
                for (int x = -1; x <= 10; ++x) {
                    const int column = x < 0 ? 0 : x < 10 ? 1 : 2;
                    const int row = y < 0 ? 0 : y < 9 ? 1 : 2;
                    const bool isThere = picture.pictures[static_cast<std::size_t>(3 * row + column)].width > 0;
                    const std::uint32_t wanted =
                        isThere ? whole.view().row(y + 5)[x + 8]
                                : whole.view().row(std::clamp(y, 0, 8) + 5)[std::clamp(x, 0, 9) + 8];
                    QCOMPARE(std::as_const(image).view().row(y + 1)[x + 1], wanted);
                }
            }
        }
    }

    // A damaged file can cause this beside the last row of a level.
    void whatDoesNotFitIsThePicturesEdge() {
        const Rgb32Image whole = noise(24, 21);
        SurroundedPicture picture = cut(whole.view());
        picture.pictures[1] = whole.view().sub(8, 0, 9, 5);
        picture.pictures[5] = whole.view().sub(18, 5, 6, 8);
        SurroundedPicture without = cut(whole.view());
        without.pictures[1] = {};
        without.pictures[5] = {};
        QVERIFY(test::areEqual(bordered(picture).view(), bordered(without).view()));
    }
};

QTEST_APPLESS_MAIN(SurroundedPictureTest)
#include "tst_surrounded_picture.moc"
