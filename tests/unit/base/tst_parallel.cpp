#include "core/base/machine.h"
#include "core/base/parallel.h"

#include <QTest>

#include <algorithm>
#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#ifdef __linux__
#include <sys/resource.h>
#include <unistd.h>
#endif

using namespace origami;

namespace {

// Raises `most` to the number of Inside objects that exist at once.
class Inside {
public:
    Inside(std::atomic<int>& now, std::atomic<int>& most) : m_now(now) {
        const int count = ++now;
        for (int seen = most; seen < count && !most.compare_exchange_weak(seen, count);) {
        }
    }
    ~Inside() { --m_now; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

private:
    std::atomic<int>& m_now;
};

thread_local int t_outerBodies = 0;

}  // namespace

class ParallelTest : public QObject {
    Q_OBJECT

private slots:
    void eachIndexRunsOnce_data() {
        QTest::addColumn<int>("count");
        for (const int count : {-1, 0, 1, 2, 3, 16, 1000}) {
            QTest::addRow("%d", count) << count;
        }
    }

    void eachIndexRunsOnce() {
        QFETCH(int, count);
        std::vector<std::atomic<int>> runs(static_cast<std::size_t>(std::max(count, 0)));
        std::atomic<int> total = 0;
        parallelFor(count, [&](int i) {
            ++total;
            ++runs.at(static_cast<std::size_t>(i));
        });
        QCOMPARE(total.load(), std::max(count, 0));
        QVERIFY(std::ranges::all_of(runs, [](const std::atomic<int>& n) { return n == 1; }));
    }

    void exceptionsReachTheCaller_data() {
        QTest::addColumn<int>("count");
        QTest::newRow("one body") << 1;
        QTest::newRow("many bodies") << 100;
    }

    void exceptionsReachTheCaller() {
        QFETCH(int, count);
        const auto body = [&](int i) {
            if (i == count / 2) {
                throw std::runtime_error("body");
            }
        };
        QVERIFY_THROWS_EXCEPTION(std::runtime_error, parallelFor(count, body));
    }

    // A body may hold a lock or a thread's decoder, so that a thread which waits for an inner loop must not
    // begin another body of the outer one.
    void waitingThreadsKeepToTheirLoop() {
        std::atomic<int> strangers = 0;
        std::atomic<int> inner = 0;
        constexpr int kRounds = 100;
        withThreads(4, [&] {
            for (int round = 0; round < kRounds; ++round) {
                parallelFor(16, [&](int) {
                    if (++t_outerBodies > 1) {
                        ++strangers;
                    }
                    parallelFor(4, [&](int) {
                        ++inner;
                        // Long enough for other threads to take some of these, so that this one has to wait.
                        for (int i = 0; i < 50; ++i) {
                            std::this_thread::yield();
                        }
                    });
                    --t_outerBodies;
                });
            }
        });
        QCOMPARE(inner.load(), kRounds * 16 * 4);
        QCOMPARE(strangers.load(), 0);
    }

    void arenasLimitTheirThreads_data() {
        QTest::addColumn<int>("threads");
        for (const int threads : {1, 2, 3}) {
            QTest::addRow("%d", threads) << threads;
        }
    }

    void arenasLimitTheirThreads() {
        QFETCH(int, threads);
        std::atomic<int> now = 0;
        std::atomic<int> most = 0;
        withThreads(threads, [&] {
            parallelFor(500, [&](int) {
                const Inside inside(now, most);
                std::this_thread::yield();
            });
        });
        QVERIFY(most >= 1);
        QVERIFY2(most <= threads, qPrintable(QString::number(most)));
    }

    void noNumberMeansTheMachines() {
        bool ran = false;
        withThreads(0, [&] { ran = true; });
        QVERIFY(ran);
    }

    void backgroundThreadsWorkTogether_data() {
        QTest::addColumn<int>("threads");
        for (const int threads : {1, 2, 3}) {
            QTest::addRow("%d", threads) << threads;
        }
    }

    // Each body of the first loop waits for all the others: they run at the same time or never end.
    void backgroundThreadsWorkTogether() {
        QFETCH(int, threads);
        std::latch together(threads);
        std::mutex mutex;
        std::set<std::thread::id> ids;
        withBackgroundThreads(threads, [&] {
            parallelFor(threads, [&](int) { together.arrive_and_wait(); });
            parallelFor(500, [&](int) {
                const std::lock_guard lock(mutex);
                ids.insert(std::this_thread::get_id());
            });
        });
        QVERIFY(!ids.contains(std::this_thread::get_id()));
        QVERIFY2(ids.size() <= static_cast<std::size_t>(threads), qPrintable(QString::number(ids.size())));
    }

    void backgroundThreadsComeLast() {
#ifdef __linux__
        const auto niceness = [] { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); };
        const int ordinary = niceness();
        if (ordinary == 19) {
            return;  // the test itself is run at the lowest priority there is
        }
        std::atomic<int> least = 20;
        withBackgroundThreads(2, [&] {
            std::latch together(2);
            parallelFor(2, [&](int) {
                together.arrive_and_wait();
                for (int seen = least; niceness() < seen && !least.compare_exchange_weak(seen, niceness());) {
                }
            });
        });
        QVERIFY2(least > ordinary, qPrintable(QString::number(least)));
        QCOMPARE(niceness(), ordinary);
#endif
    }

    void backgroundThreadsHandExceptionsOn() {
        QVERIFY_THROWS_EXCEPTION(std::runtime_error,
                                 withBackgroundThreads(2, [] { throw std::runtime_error("body"); }));
    }
};

QTEST_APPLESS_MAIN(ParallelTest)
#include "tst_parallel.moc"
