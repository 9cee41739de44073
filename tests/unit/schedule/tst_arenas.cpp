// What the system knows of the engine's threads. On its own: oneTBB's threads live as long as the program.
#include "core/schedule/arenas.h"

#include <QTest>

#if defined(__APPLE__)
#include <pthread/qos.h>
#else
#include <sched.h>
#include <sys/resource.h>
#endif

#include <condition_variable>
#include <future>
#include <iterator>
#include <memory>
#include <mutex>
#include <set>

using namespace origami;

class ArenasTest : public QObject {
    Q_OBJECT
private slots:
    // Else two workers would sooner or later wait for the same one.
    void whereWorkersAreAsManyAsCoresEachHasOne() {
#ifdef __linux__
        const auto coresOfThisThread = [] {
            cpu_set_t set;
            std::set<int> cores;
            for (std::size_t core = 0; sched_getaffinity(0, sizeof set, &set) == 0 && core < CPU_SETSIZE; ++core) {
                if (CPU_ISSET(core, &set)) {
                    cores.insert(static_cast<int>(core));
                }
            }
            return cores;
        };
        const std::set<int> all = coresOfThisThread();
        const auto count = static_cast<int>(all.size());
        // As many tasks at once as there are workers: each waits for all others.
        struct Meeting {
            std::mutex mutex;
            std::condition_variable everybody;
            std::multiset<std::set<int>> cores;
            void wait(std::unique_lock<std::mutex>& lock, int workers) {
                everybody.wait(lock, [&] { return std::ssize(cores) == workers; });
            }
        };
        const auto coresOfWorkers = [&](int workers) {
            Arenas arenas(workers, 1);
            const auto meeting = std::make_shared<Meeting>();
            for (int i = 0; i < workers; ++i) {
                arenas.workers()([meeting, workers, coresOfThisThread] {
                    std::unique_lock lock(meeting->mutex);
                    meeting->cores.insert(coresOfThisThread());
                    meeting->everybody.notify_all();
                    meeting->wait(lock, workers);
                });
            }
            std::unique_lock lock(meeting->mutex);
            meeting->wait(lock, workers);
            return meeting->cores;
        };
        // A thread for reading that a worker starts does not take after it.
        const auto coresOfReader = [&] {
            Arenas arenas(count, 1);
            const auto cores = std::make_shared<std::promise<std::set<int>>>();
            const auto hasCalled = std::make_shared<std::promise<void>>();
            arenas.workers()([cores, hasCalled, coresOfThisThread, readers = arenas.readers()] {
                readers([cores, coresOfThisThread] { cores->set_value(coresOfThisThread()); });
                hasCalled->set_value();
            });
            hasCalled->get_future().wait();
            return cores->get_future().get();
        };
        std::multiset<std::set<int>> oneEach;
        for (const int core : all) {
            oneEach.insert({core});
        }
        QVERIFY(coresOfWorkers(count) == oneEach);
        if (count > 1) {
            QVERIFY(coresOfWorkers(1) == std::multiset<std::set<int>>{all});
        }
        QVERIFY(coresOfReader() == all);
        QVERIFY(coresOfThisThread() == all);
#else
        QSKIP("only Linux binds threads to cores");
#endif
    }

    void threadsGiveWayToTheWindow() {
#if defined(__APPLE__)
        const auto givesWay = [] { return qos_class_self() == QOS_CLASS_USER_INITIATED; };
#else
        const auto givesWay = [mine = getpriority(PRIO_PROCESS, 0)] {
            return getpriority(PRIO_PROCESS, 0) > mine && sched_getscheduler(0) == SCHED_BATCH;
        };
#endif
        const bool before = givesWay();
        Arenas arenas(1, 1);
        for (const Executor& executor : {arenas.workers(), arenas.readers()}) {
            std::promise<bool> theirs;
            executor([&] { theirs.set_value(givesWay()); });
            QVERIFY(theirs.get_future().get());
        }
        QCOMPARE(givesWay(), before);
    }
};

QTEST_GUILESS_MAIN(ArenasTest)
#include "tst_arenas.moc"
