#include "core/schedule/io_threads.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace origami;

class IoThreadsTest : public QObject {
    Q_OBJECT

private slots:
    void oneThreadKeepsTheOrder() {
        std::vector<int> done;
        {
            IoThreads threads(1);
            for (int i = 0; i < 100; ++i) {
                threads.run([&done, i] { done.push_back(i); });
            }
        }
        QCOMPARE(done.size(), std::size_t{100});
        QVERIFY(std::ranges::is_sorted(done));
    }

    // Each waits for all others, as if for a disk.
    void asManyAtOnceAsThereMayBe() {
        constexpr int kMost = 4;
        std::latch allHere(kMost);
        {
            IoThreads threads(kMost);
            for (int i = 0; i < kMost; ++i) {
                threads.run([&] { allHere.arrive_and_wait(); });
            }
            allHere.wait();
        }
        QVERIFY(allHere.try_wait());
    }

    void noMoreAtOnce() {
        IoThreads threads(3);
        {
            std::vector<std::promise<void>> done(200);
            for (std::promise<void>& each : done) {
                threads.run([&] { each.set_value(); });
            }
            for (std::promise<void>& each : done) {
                each.get_future().wait();
            }
        }
        QVERIFY(threads.busy().maximum() >= 1);
        QVERIFY2(threads.busy().maximum() <= 3, qPrintable(QString::number(threads.busy().maximum())));
    }

    void tasksMayAddTasks() {
        std::atomic<int> done = 0;
        {
            IoThreads threads(2);
            threads.run([&] {
                for (int i = 0; i < 10; ++i) {
                    threads.run([&] { ++done; });
                }
            });
        }
        QCOMPARE(done.load(), 10);
    }

    // An exception that a task throws does not affect the others.
    void aTaskThatThrowsEndsNoThread() {
        std::promise<void> after;
        IoThreads threads(1);
        QVERIFY(threads.run([] { throw std::runtime_error("task"); }));
        QVERIFY(threads.run([&] { after.set_value(); }));
        after.get_future().wait();
        QCOMPARE(threads.busy().maximum(), 1);
    }

    void nothingToDo() {
        const IoThreads threads(2);
        QCOMPARE(threads.busy().maximum(), 0);
    }
};

QTEST_APPLESS_MAIN(IoThreadsTest)
#include "tst_io_threads.moc"
