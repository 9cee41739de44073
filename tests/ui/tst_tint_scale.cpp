// The numbers and colours of the map of families.
#include "ui/scene/tint_scale.h"

#include "core/make/color_scale.h"

#include <QLocale>
#include <QTest>

#include <array>
#include <set>

using namespace origami;

namespace {

FamilySummary family(double ms, std::int64_t bytes, std::int64_t madeNs, std::initializer_list<TileKind> kinds) {
    FamilySummary summary{.id = {0, 0}, .totalMs = ms, .bytes = bytes, .madeNs = madeNs, .tiles = {}};
    for (const TileKind kind : kinds) {
        ++summary.tiles[static_cast<std::size_t>(kind)];
    }
    return summary;
}

constexpr std::int64_t kSecond = 1'000'000'000;

}  // namespace

class TestTintScale : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void limitsAreRound_data() {
        QTest::addColumn<double>("value");
        QTest::addColumn<double>("limit");
        QTest::newRow("nothing") << 0.0 << 1.0;
        QTest::newRow("negative") << -4.0 << 1.0;
        QTest::newRow("one") << 1.0 << 1.0;
        QTest::newRow("between") << 1.01 << 2.0;
        QTest::newRow("two") << 2.0 << 2.0;
        QTest::newRow("large") << 2100.0 << 5000.0;
        QTest::newRow("next power") << 51.0 << 100.0;
        QTest::newRow("small") << 0.03 << 0.05;
    }
    void limitsAreRound() {
        QFETCH(double, value);
        QFETCH(double, limit);
        QVERIFY(qAbs(roundedUp(value) - limit) < 1e-9 * limit);
    }

    void timeAndItsColour() {
        const Pyramid pyramid = *Pyramid::create({4096, 4096});
        const std::array families{family(2, 0, 0, {}), family(7.5, 0, 0, {})};
        const TintScale scale(Tint::Time, pyramid, families, 0);
        QVERIFY(qAbs(scale.limit() - 10) < 1e-9);
        QCOMPARE(scale.labelOf(families[1]), QStringLiteral("7.5 ms"));
        QCOMPARE(scale.colorOf(families[0]), QColor::fromRgb(sequentialColor(0.2)));
        QCOMPARE(scale.patternOf(families[0]), Qt::SolidPattern);
        const QVariantList ticks = scale.legend().value(QStringLiteral("ticks")).toList();
        QCOMPARE(ticks.size(), 3);
        QCOMPARE(ticks[1].toMap().value(QStringLiteral("label")).toString(), QStringLiteral("5.0 ms"));
        QCOMPARE(ticks[2].toMap().value(QStringLiteral("label")).toString(), QStringLiteral("10 ms"));
    }

    // 16 tiles in a whole family, 2 x 1 of them where 300 x 200 pixels are left.
    void bytesAreThoseOfATile() {
        const Pyramid pyramid = *Pyramid::create({1024 + 300, 1024 + 200});
        FamilySummary whole = family(0, 32'000, 0, {});
        FamilySummary corner = whole;
        corner.id = {1, 1};
        const TintScale scale(Tint::BytesPerTile, pyramid, std::array{whole, corner}, 0);
        QCOMPARE(scale.valueOf(whole), 2000.0);
        QCOMPARE(scale.valueOf(corner), 16'000.0);
        QCOMPARE(scale.labelOf(whole), QStringLiteral("2.0 kB"));
        QVERIFY(qAbs(scale.limit() - 20'000) < 1e-6);
    }

    void ageIsSinceItWasMade() {
        const Pyramid pyramid = *Pyramid::create({4096, 4096});
        const std::array families{family(0, 0, 90 * kSecond, {}), family(0, 0, 99 * kSecond, {})};
        const TintScale scale(Tint::Age, pyramid, families, 100 * kSecond);
        QCOMPARE(scale.labelOf(families[0]), QStringLiteral("10 s"));
        QCOMPARE(scale.labelOf(families[1]), QStringLiteral("1.0 s"));
        QVERIFY(qAbs(scale.limit() - 10) < 1e-9);
    }

    // The worst tile counts; kinds differ in colour, in pattern and in words.
    void kindIsThatOfTheWorstTile() {
        const Pyramid pyramid = *Pyramid::create({4096, 4096});
        const FamilySummary good = family(0, 0, 0, {TileKind::Generated, TileKind::Generated});
        const FamilySummary mixed = family(0, 0, 0, {TileKind::Generated, TileKind::Predicted, TileKind::Fallback});
        const FamilySummary fallback = family(0, 0, 0, {TileKind::Fallback, TileKind::Fallback});
        const std::array families{good, mixed, fallback};
        const TintScale scale(Tint::Kind, pyramid, families, 0);
        QCOMPARE(scale.labelOf(good), QStringLiteral("generated 2"));
        QCOMPARE(scale.labelOf(mixed), QStringLiteral("predicted 1"));
        QCOMPARE(scale.labelOf(fallback), QStringLiteral("fallback 2"));
        std::set<QRgb> colours;
        std::set<Qt::BrushStyle> patterns;
        for (const FamilySummary& each : families) {
            colours.insert(scale.colorOf(each).rgb());
            patterns.insert(scale.patternOf(each));
        }
        QCOMPARE(colours.size(), families.size());
        QCOMPARE(patterns.size(), families.size());
        QVERIFY(scale.legend().value(QStringLiteral("swatches")).toList().size() >= 4);
    }
};

QTEST_APPLESS_MAIN(TestTintScale)
#include "tst_tint_scale.moc"
