#include "core/image/plane.h"

#include <QTest>

#include <cstdint>

using namespace origami;

class PlaneTest : public QObject {
    Q_OBJECT

private slots:
    void rowsAreAligned_data() {
        QTest::addColumn<int>("width");
        for (const int width : {1, 63, 64, 65, 256, 1000}) {
            QTest::addRow("%d", width) << width;
        }
    }

    void rowsAreAligned() {
        QFETCH(int, width);
        const auto pool = BufferPool::create(2);
        for (BufferPool* from : {static_cast<BufferPool*>(nullptr), pool.get()}) {
            Plane plane(width, 3, from);
            const MutablePlaneView view = plane.view();
            QCOMPARE(view.width, width);
            QCOMPARE(view.height, 3);
            QVERIFY(view.stride >= width);
            QVERIFY(view.stride < width + static_cast<int>(kPixelAlignment));
            for (int y = 0; y < 3; ++y) {
                QCOMPARE(reinterpret_cast<std::uintptr_t>(view.row(y)) % kPixelAlignment, std::uintptr_t{0});
            }
        }
    }

    void subViewsShareThePixels() {
        Plane plane(10, 8);
        fill(plane.view(), 1);
        const MutablePlaneView part = plane.view().sub(3, 2, 4, 5);
        QCOMPARE(part.width, 4);
        QCOMPARE(part.height, 5);
        fill(part, 9);
        for (int y = 0; y < 8; ++y) {
            for (int x = 0; x < 10; ++x) {
                const bool inside = x >= 3 && x < 7 && y >= 2 && y < 7;
                QCOMPARE(plane.view().row(y)[x], std::uint8_t{inside ? std::uint8_t{9} : std::uint8_t{1}});
            }
        }
        // The whole of a view, and nothing at its far corner.
        QCOMPARE(part.sub(0, 0, 4, 5).data, part.data);
        QVERIFY(part.sub(4, 5, 0, 0).isEmpty());
    }

    void copyTakesOnlyTheView() {
        Plane from(20, 4);
        for (int y = 0; y < 4; ++y) {
            for (int x = 0; x < 20; ++x) {
                from.view().row(y)[x] = static_cast<std::uint8_t>(20 * y + x);
            }
        }
        Plane to(7, 5);
        fill(to.view(), 200);
        copy(from.view().sub(5, 1, 3, 2), to.view().sub(2, 2, 3, 2));
        for (int y = 0; y < 5; ++y) {
            for (int x = 0; x < 7; ++x) {
                const bool inside = x >= 2 && x < 5 && y >= 2 && y < 4;
                const int expected = inside ? 20 * (y - 2 + 1) + (x - 2 + 5) : 200;
                QCOMPARE(static_cast<int>(to.view().row(y)[x]), expected);
            }
        }
    }

    void imagesHaveThreePlanesOfOneSize() {
        const auto pool = BufferPool::create(3);
        {
            const YCbCrImage image(33, 17, pool.get());
            QCOMPARE(image.width(), 33);
            QCOMPARE(image.height(), 17);
            for (const Plane* plane : {&image.y, &image.cb, &image.cr}) {
                QCOMPARE(plane->width(), 33);
                QCOMPARE(plane->height(), 17);
            }
            QCOMPARE(pool->use().available, std::size_t{0});
        }
        QCOMPARE(pool->use().available, std::size_t{3});
    }

    void nothingIsEmpty() {
        QVERIFY(Plane().view().isEmpty());
        QVERIFY(!Plane(1, 1).view().isEmpty());
    }
};

QTEST_APPLESS_MAIN(PlaneTest)
#include "tst_plane.moc"
