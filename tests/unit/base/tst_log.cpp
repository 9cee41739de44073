#include "core/base/log.h"

#include <QTest>

using namespace origami;

class LogTest : public QObject {
    Q_OBJECT

private slots:
    void knownLevelsAreSet() {
        QVERIFY(initialiseLogging("warn"));
        QCOMPARE(spdlog::get_level(), spdlog::level::warn);
        QVERIFY(initialiseLogging("debug"));
        QCOMPARE(spdlog::get_level(), spdlog::level::debug);
        QVERIFY(initialiseLogging("off"));
        QCOMPARE(spdlog::get_level(), spdlog::level::off);
    }

    void unknownLevelsChangeNothing() {
        QVERIFY(initialiseLogging("info"));
        for (const char* level : {"", "loud", "INFO ", "infos"}) {
            QVERIFY2(!initialiseLogging(level), level);
            QCOMPARE(spdlog::get_level(), spdlog::level::info);
        }
    }
};

QTEST_APPLESS_MAIN(LogTest)
#include "tst_log.moc"
