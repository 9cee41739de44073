// Settings: kept between starts, within bounds, and never above the command line.
#include "ui/session/engine_settings.h"

#include <QCoreApplication>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>

using namespace origami;

namespace {

// 4 performance and 6 efficiency cores, 16 GB.
constexpr Machine kMachine{.performanceCores = 4, .efficiencyCores = 6, .memoryBytes = 16'000'000'000};

QVariant valueOf(const EngineSettings& settings, EngineSettings::Number number, const char* name = "value") {
    return settings.numbers()[number].toMap()[QLatin1String(name)];
}

}  // namespace

class TestEngineSettings : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("Origami Viewer settings tests"));
    }
    void init() { QSettings().clear(); }

    void beginsWithTheMachinesOwn() {
        const EngineSettings settings({}, kMachine);
        QCOMPARE(valueOf(settings, EngineSettings::Threads), 8);
        QCOMPARE(valueOf(settings, EngineSettings::IoThreads), 40);
        QCOMPARE(valueOf(settings, EngineSettings::Inflight), 16);
        QCOMPARE(valueOf(settings, EngineSettings::Pool), 256);
        QCOMPARE(valueOf(settings, EngineSettings::Cache), 2000);
        QVERIFY(settings.prefetch());
        QVERIFY(!settings.wheelMoves());
        QVERIFY(!settings.anyKept());
        QCOMPARE(settings.engineOptions().threads, 8);
        QCOMPARE(settings.engineOptions().cacheBytes, std::size_t{2'000'000'000});
    }

    void keepsWhatIsChosen() {
        {
            EngineSettings settings({}, kMachine);
            settings.set(EngineSettings::Threads, 5);
            settings.set(EngineSettings::Cache, 512);
            settings.setPrefetch(false);
            settings.setWheelMoves(true);
            // Threads cannot change under a running engine.
            QCOMPARE(valueOf(settings, EngineSettings::Threads), 5);
            QCOMPARE(valueOf(settings, EngineSettings::Threads, "running"), 8);
            QCOMPARE(valueOf(settings, EngineSettings::Cache, "running"), 512);
        }
        const EngineSettings next({}, kMachine);
        QCOMPARE(next.engineOptions().threads, 5);
        QCOMPARE(next.engineOptions().ioThreads, 40);  // whatever the number of workers
        QCOMPARE(next.engineOptions().cacheBytes, std::size_t{512'000'000});
        QVERIFY(!next.prefetch() && next.wheelMoves() && next.anyKept());
        QCOMPARE(valueOf(next, EngineSettings::Threads, "running"), 5);
        QCOMPARE(valueOf(next, EngineSettings::Threads, "standard"), 8);
    }

    void theCommandLineWins() {
        EngineSettings({}, kMachine).set(EngineSettings::Threads, 3);
        EngineSettings settings({.threads = 5, .cacheBytes = 300'000'000}, kMachine);
        QCOMPARE(settings.engineOptions().threads, 5);
        QCOMPARE(valueOf(settings, EngineSettings::Threads), 5);
        QCOMPARE(valueOf(settings, EngineSettings::Threads, "option"), "--threads");
        QCOMPARE(valueOf(settings, EngineSettings::Cache), 300);
        QCOMPARE(valueOf(settings, EngineSettings::IoThreads, "option"), "");
        settings.set(EngineSettings::Threads, 4);  // for other starts
        QCOMPARE(settings.engineOptions().threads, 5);
        QCOMPARE(EngineSettings({}, kMachine).engineOptions().threads, 4);
    }

    void goesBackToTheDefault() {
        EngineSettings settings({}, kMachine);
        QSignalSpy changed(&settings, &EngineSettings::changed);
        settings.set(EngineSettings::Pool, 32);
        QVERIFY(valueOf(settings, EngineSettings::Pool, "isKept").toBool());
        settings.reset(EngineSettings::Pool);
        QCOMPARE(valueOf(settings, EngineSettings::Pool), 256);
        QVERIFY(!settings.anyKept());
        settings.set(EngineSettings::Textures, 100);
        settings.setWheelMoves(true);
        settings.resetAll();
        QVERIFY(!settings.anyKept());
        QCOMPARE(changed.count(), 5);
        QVERIFY(!EngineSettings({}, kMachine).anyKept());
    }

    void staysWithinBounds() {
        EngineSettings settings({}, kMachine);
        settings.set(EngineSettings::Threads, -7);
        QCOMPARE(valueOf(settings, EngineSettings::Threads), 1);
        settings.set(EngineSettings::Cache, 2'000'000'000);
        QCOMPARE(valueOf(settings, EngineSettings::Cache), 1'000'000);
        settings.set(99, 1);
        settings.set(-1, 1);
        settings.reset(99);
        QSettings().setValue("engine/threads", "many");
        QSettings().setValue("engine/pool", -5);
        const EngineSettings next({}, kMachine);
        QCOMPARE(next.engineOptions().threads, 8);
        QCOMPARE(next.engineOptions().bufferPoolSize, 1);
    }

    void changesTheEngineWhileItRuns() {
        EngineSettings settings({.threads = 1, .ioThreads = 1}, kMachine);
        const auto engine = std::make_shared<SlideEngine>(settings.engineOptions());
        settings.setEngine(engine);
        settings.set(EngineSettings::Cache, 128);
        settings.set(EngineSettings::Inflight, 7);
        settings.set(EngineSettings::Pool, 48);
        const Gauges gauges = engine->metrics().gauges;
        QCOMPARE(gauges.cacheLimitBytes, std::size_t{128'000'000});
        QCOMPARE(gauges.inflightLimit, 7);
        QCOMPARE(gauges.poolTotal, std::size_t{48});
    }
};

QTEST_GUILESS_MAIN(TestEngineSettings)
#include "tst_engine_settings.moc"
