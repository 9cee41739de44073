// Memory and processor use against what the operating system reports by other ways.
#include "core/metrics/process_use.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTest>

#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <ctime>
#include <thread>
#include <vector>

using namespace origami;

namespace {

// 0 if the system does not say.
double residentBytesFromSystem() {
#if defined(__APPLE__)
    QProcess ps;
    ps.start("/bin/ps", {"-o", "rss=", "-p", QString::number(getpid())});
    return ps.waitForFinished() ? 1024.0 * ps.readAllStandardOutput().trimmed().toDouble() : 0;
#else
    QFile status("/proc/self/status");
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : status.readAll().split('\n')) {
            if (line.startsWith("VmRSS:") && line.endsWith(" kB")) {
                return 1024.0 * line.mid(6).chopped(3).trimmed().toDouble();
            }
        }
    }
    return 0;
#endif
}

struct Clocks {
    std::chrono::steady_clock::time_point wall = std::chrono::steady_clock::now();
    double cpuSeconds = processCpuSeconds();

    static double processCpuSeconds() {
        timespec time{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
    }
    [[nodiscard]] double cpuPercentSince(const Clocks& start) const {
        return 100 * (cpuSeconds - start.cpuSeconds) / std::chrono::duration<double>(wall - start.wall).count();
    }
};

// Keeps this many threads computing until the process has used so many seconds of processor time.
void compute(int threads, double cpuSeconds) {
    const double end = Clocks::processCpuSeconds() + cpuSeconds;
    std::vector<std::thread> workers;
    for (int i = 0; i < threads; ++i) {
        workers.emplace_back([end] {
            while (Clocks::processCpuSeconds() < end) {
            }
        });
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
}

}  // namespace

class TestProcessUse : public QObject {
    Q_OBJECT

private slots:
    void residentMemoryIsWhatTheSystemSays() {
        ProcessUseMeter meter;
        const double measured = static_cast<double>(meter.measure().rssBytes);
        const double expected = residentBytesFromSystem();
        QVERIFY(expected > 0);
        QVERIFY2(std::abs(measured - expected) < 0.1 * expected,
                 qPrintable(QString("%1 bytes measured, %2 expected").arg(measured).arg(expected)));
    }

    void residentMemoryGrowsByWhatIsTouched() {
        constexpr std::size_t kBytes = std::size_t{64} << 20U;
        ProcessUseMeter meter;
        void* const memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        QVERIFY(memory != MAP_FAILED);
        const std::int64_t before = meter.measure().rssBytes;
        std::memset(memory, 1, kBytes);
        const std::int64_t grown = meter.measure().rssBytes - before;
        munmap(memory, kBytes);
        const std::int64_t left = meter.measure().rssBytes - before;
        const double expected = kBytes;
        QVERIFY2(std::abs(static_cast<double>(grown) - expected) < 0.1 * expected, qPrintable(QString::number(grown)));
        QVERIFY2(static_cast<double>(left) < 0.1 * expected, qPrintable(QString::number(left)));
    }

    // How many cores these threads get is up to the machine, so that the clocks say what is right: near 100 for one
    // thread and near 200 for two where nothing else runs.
    void processorUseIsThatOfAllThreads_data() {
        QTest::addColumn<int>("threads");
        QTest::newRow("one thread") << 1;
        QTest::newRow("two threads") << 2;
    }
    void processorUseIsThatOfAllThreads() {
        QFETCH(const int, threads);
        ProcessUseMeter meter;
        static_cast<void>(meter.measure());
        const Clocks start;
        compute(threads, 0.2);
        const Clocks end;
        const double measured = meter.measure().cpuPercent;
        const double expected = end.cpuPercentSince(start);
        QVERIFY(measured > 0);
        QVERIFY2(std::abs(measured - expected) < 0.1 * expected,
                 qPrintable(QString("%1 % measured, %2 % expected").arg(measured).arg(expected)));
    }

    // While a child process computes, this one waits: it neither works nor is charged for the child.
    void processorUseIsLowWhileWaiting() {
        QProcess child;
        child.start(QCoreApplication::applicationFilePath(), {kComputeArgument});
        QVERIFY(child.waitForStarted());
        ProcessUseMeter meter;
        const Clocks start;
        QVERIFY(child.waitForFinished());
        const Clocks end;
        const double measured = meter.measure().cpuPercent;
        const double expected = end.cpuPercentSince(start);
        QCOMPARE(child.exitCode(), 0);
        QVERIFY2(std::abs(measured - expected) < 5 && measured < 20,
                 qPrintable(QString("%1 % measured, %2 % expected").arg(measured).arg(expected)));
    }

    void eachMeasurementCoversTheTimeSinceThePreviousOne() {
        ProcessUseMeter meter;
        const Clocks start;
        compute(2, 0.2);
        const Clocks middle;
        const double first = meter.measure().cpuPercent;
        compute(1, 0.2);
        const Clocks end;
        const double second = meter.measure().cpuPercent;
        QVERIFY(std::abs(first - middle.cpuPercentSince(start)) < 0.1 * first);
        QVERIFY(std::abs(second - end.cpuPercentSince(middle)) < 0.1 * second);
    }

public:
    static constexpr const char* kComputeArgument = "--compute";
};

int main(int argc, char* argv[]) {
    if (argc == 2 && std::strcmp(argv[1], TestProcessUse::kComputeArgument) == 0) {
        compute(1, 0.2);
        return 0;
    }
    const QCoreApplication application(argc, argv);
    TestProcessUse test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_process_use.moc"
