// Scale bars have round lengths and never exceed the room they are given.
#include "ui/scene/scale_bar.h"

#include <QTest>

using origami::ScaleBar;
using origami::scaleBarFor;

class TestScaleBar : public QObject {
    Q_OBJECT

private slots:
    void lengths_data() {
        QTest::addColumn<double>("room");
        QTest::addColumn<double>("micronsPerPixel");
        QTest::addColumn<QString>("label");
        QTest::addColumn<double>("length");
        QTest::newRow("exactly two") << 400.0 << 0.5 << QStringLiteral("200 µm") << 400.0;
        QTest::newRow("just below two") << 399.0 << 0.5 << QStringLiteral("100 µm") << 200.0;
        QTest::newRow("just below ten") << 1990.0 << 0.5 << QStringLiteral("500 µm") << 1000.0;
        QTest::newRow("millimetres") << 2000.0 << 0.5 << QStringLiteral("1 mm") << 2000.0;
        QTest::newRow("below one micron") << 1.0 << 0.25 << QStringLiteral("0.2 µm") << 0.8;
    }

    void lengths() {
        QFETCH(double, room);
        QFETCH(double, micronsPerPixel);
        const ScaleBar bar = scaleBarFor(room, micronsPerPixel);
        QTEST(bar.label, "label");
        QFETCH(double, length);
        QVERIFY(qAbs(bar.level0Pixels - length) < 1e-9);
    }

    void pixelsWithoutResolution() {
        const ScaleBar bar = scaleBarFor(730, std::nullopt);
        QCOMPARE(bar.label, QStringLiteral("500 px"));
        QCOMPARE(bar.level0Pixels, 500.0);
    }

    void emptyWithoutRoom() {
        QVERIFY(scaleBarFor(0, 0.5).label.isEmpty());
        QVERIFY(scaleBarFor(-3, 0.5).label.isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestScaleBar)
#include "tst_scale_bar.moc"
