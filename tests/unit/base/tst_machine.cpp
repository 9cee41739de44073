#include "core/base/machine.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <unistd.h>

using namespace origami;

class MachineTest : public QObject {
    Q_OBJECT

private slots:
    void coresAreNoMoreThanTheSystemSays() {
        QVERIFY(hardwareThreads() >= 1);
        QVERIFY(hardwareThreads() <= sysconf(_SC_NPROCESSORS_CONF));
    }

    void memoryIsWhatTheSystemSays() {
        const std::int64_t bytes = physicalMemoryBytes();
        QVERIFY2(bytes >= std::int64_t{64} << 20U, "less than 64 MiB");
#ifdef Q_OS_LINUX
        QFile file(QStringLiteral("/proc/meminfo"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        static const QRegularExpression kTotal(QStringLiteral("MemTotal:\\s*(\\d+) kB"));
        const auto match = kTotal.match(QString::fromLatin1(file.readAll()));
        QVERIFY(match.hasMatch());
        // The two need not count the kernel's own share alike; a wrong unit is off by far more.
        const double ratio = static_cast<double>(bytes) / (match.captured(1).toDouble() * 1024.0);
        QVERIFY2(ratio > 0.9 && ratio < 1.1, qPrintable(QString::number(ratio)));
#endif
    }
};

QTEST_APPLESS_MAIN(MachineTest)
#include "tst_machine.moc"
