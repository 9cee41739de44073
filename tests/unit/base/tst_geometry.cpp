#include "core/base/geometry.h"

#include <QTest>

#include <type_traits>

using namespace origami;

// A point of one frame cannot stand in for a point of another.
static_assert(!std::is_convertible_v<WindowPoint, Level0Point>);
static_assert(!std::is_convertible_v<WindowRect, Level0Rect>);

class GeometryTest : public QObject {
    Q_OBJECT

private slots:
    void ceilDivRoundsUp() {
        QCOMPARE(ceilDiv(0, 4), 0);
        QCOMPARE(ceilDiv(1, 4), 1);
        QCOMPARE(ceilDiv(4, 4), 1);
        QCOMPARE(ceilDiv(5, 4), 2);
        QCOMPARE(ceilDiv((std::int64_t{1} << 40) + 1, 2), (std::int64_t{1} << 39) + 1);
    }

    void emptyMeansNoArea() {
        QVERIFY(LevelSize{}.isEmpty());
        QVERIFY((LevelSize{0, 5}.isEmpty()));
        QVERIFY((LevelSize{5, -1}.isEmpty()));
        QVERIFY((!LevelSize{1, 1}.isEmpty()));
        QVERIFY((LevelRect{3, 3, 0, 9}.isEmpty()));
        QVERIFY((!LevelRect{-3, -3, 1, 1}.isEmpty()));
    }

    void intersection_data() {
        QTest::addColumn<LevelRect>("a");
        QTest::addColumn<LevelRect>("b");
        QTest::addColumn<LevelRect>("expected");
        const LevelRect rect{10, 20, 30, 40};
        QTest::newRow("itself") << rect << rect << rect;
        QTest::newRow("inside") << rect << LevelRect{15, 25, 5, 5} << LevelRect{15, 25, 5, 5};
        QTest::newRow("corner") << rect << LevelRect{0, 0, 12, 23} << LevelRect{10, 20, 2, 3};
        QTest::newRow("other corner") << rect << LevelRect{39, 59, 100, 100} << LevelRect{39, 59, 1, 1};
        QTest::newRow("band") << rect << LevelRect{-100, 30, 1000, 1} << LevelRect{10, 30, 30, 1};
    }

    void intersection() {
        QFETCH(LevelRect, a);
        QFETCH(LevelRect, b);
        QFETCH(LevelRect, expected);
        QCOMPARE(a.intersected(b), expected);
        QCOMPARE(b.intersected(a), expected);
        QVERIFY(a.intersects(b));
        QVERIFY(b.intersects(a));
    }

    void touchingRectsDoNotIntersect() {
        const LevelRect rect{10, 20, 30, 40};
        for (const LevelRect& other : {LevelRect{40, 20, 5, 5}, LevelRect{5, 20, 5, 5}, LevelRect{10, 60, 5, 5},
                                       LevelRect{10, 15, 5, 5}, LevelRect{1000, 1000, 5, 5}, LevelRect{15, 25, 0, 5}}) {
            QVERIFY(!rect.intersects(other));
            QVERIFY(!other.intersects(rect));
            QVERIFY(rect.intersected(other).isEmpty());
            QVERIFY(other.intersected(rect).isEmpty());
        }
    }

    void rectsAreHalfOpen() {
        const Level0Rect rect{1.5, 2.0, 3.0, 4.25};
        QCOMPARE(rect.right(), 4.5);
        QCOMPARE(rect.bottom(), 6.25);
    }
};

QTEST_APPLESS_MAIN(GeometryTest)
#include "tst_geometry.moc"
