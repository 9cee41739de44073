// What the overlay says, and when.
#include "ui/models/metrics_model.h"

#include <QSignalSpy>
#include <QTest>

using namespace origami;

namespace {

MetricsSnapshot withMemory(std::int64_t available, std::int64_t all) {
    MetricsSnapshot snapshot;
    snapshot.process.memoryBytes = all;
    snapshot.process.memoryAvailableBytes = available;
    snapshot.gauges.threads = 8;
    return snapshot;
}

}  // namespace

class TestMetricsModel : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void saysNothingWhereAllIsWell() {
        QVERIFY(limitsInWords(withMemory(8'000'000'000, 16'000'000'000), 0, true).isEmpty());
        QVERIFY(limitsInWords(withMemory(800'000'000, 16'000'000'000), 2.9, true).isEmpty());  // a twentieth
        QVERIFY(limitsInWords(withMemory(0, 16'000'000'000), 0, true).isEmpty());              // not known
    }

    void saysThatABuildIsSlow() {
        const QStringList words = limitsInWords(withMemory(8'000'000'000, 16'000'000'000), 0, false);
        QCOMPARE(words.size(), 1);
        QVERIFY(words[0].contains("unoptimised"));
    }

    void saysThatMemoryIsShort() {
        const QStringList words = limitsInWords(withMemory(700'000'000, 16'000'000'000), 0, true);
        QCOMPARE(words.size(), 1);
        QVERIFY2(words[0].contains("700.0 MB of 16.0 GB"), qPrintable(words[0]));
    }

    void saysThatAllWorkersAreBusy() {
        MetricsSnapshot snapshot = withMemory(8'000'000'000, 16'000'000'000);
        QVERIFY(limitsInWords(snapshot, 4.2, true)[0].startsWith("All 8 workers have been busy for 4 s"));
        snapshot.gauges.threads = 1;
        QVERIFY(limitsInWords(snapshot, 3, true)[0].startsWith("The only worker has been busy for 3 s"));
    }

    void takesNumbersOnlyWhileSomeoneLooks() {
        const auto engine = std::make_shared<SlideEngine>(EngineOptions{.threads = 1, .ioThreads = 1});
        MetricsModel model(engine);
        QSignalSpy figures(&model, &MetricsModel::figuresUpdated);
        engine->recordFrame(5);
        QCOMPARE(model.frameMax(), 0.0);
        model.setActive(true);
        QCOMPARE(figures.count(), 1);
        QCOMPARE(model.frameMax(), 5.0);
        QCOMPARE(model.frames(), QList<double>{5.0});
        QCOMPARE(model.current().recentFrameMs.size(), std::size_t{1});
        // Graphs four times, figures twice a second.
        QSignalSpy graphs(&model, &MetricsModel::updated);
        figures.clear();
        QTRY_COMPARE(graphs.count(), 4);
        QCOMPARE(figures.count(), 2);
        model.setActive(false);
        QVERIFY(!model.isActive());
    }

    void threadsAndLimitsAreThoseOfTheEngine() {
        const auto engine = std::make_shared<SlideEngine>(
            EngineOptions{.threads = 3, .ioThreads = 5, .maxInflightFamilies = 7, .cacheBytes = 300'000'000});
        engine->recordTextureBytes(10'000'000, 200'000'000);
        MetricsModel model(engine);
        model.update();
        QHash<QString, QVariantMap> gauges;
        for (const QVariant& gauge : model.gauges()) {
            gauges.insert(gauge.toMap()["name"].toString(), gauge.toMap());
        }
        QCOMPARE(gauges["Workers"]["limit"].toDouble(), 3.0);
        QCOMPARE(gauges["I/O"]["limit"].toDouble(), 5.0);
        QCOMPARE(gauges["In flight"]["limit"].toDouble(), 7.0);
        QCOMPARE(gauges["Cache"]["limit"].toDouble(), 300.0);
        QCOMPARE(gauges["Textures"]["value"].toDouble(), 10.0);
        QCOMPARE(gauges["Textures"]["limit"].toDouble(), 200.0);
        QCOMPARE(gauges["Textures"]["text"].toString(), QStringLiteral("10 / 200"));
        QCOMPARE(gauges["Prefetch hits"]["text"].toString(), QStringLiteral("–"));  // nothing has been made ahead
        QCOMPARE(gauges["Queue"]["text"].toString(), QStringLiteral("0"));
    }
};

QTEST_GUILESS_MAIN(TestMetricsModel)
#include "tst_metrics_model.moc"
