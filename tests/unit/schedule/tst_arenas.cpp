// What the system knows of the engine's threads. On its own: oneTBB's threads live as long as the program.
#include "core/schedule/arenas.h"

#include <QTest>

#if defined(__APPLE__)
#include <pthread/qos.h>
#else
#include <sched.h>
#include <sys/resource.h>
#endif

#include <barrier>
#include <future>
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
        const auto coresOfWorkers = [&](int workers) {
            Arenas arenas(workers, 1);
            std::barrier everybody(workers + 1);
            std::mutex mutex;
            std::multiset<std::set<int>> cores;
            for (int i = 0; i < workers; ++i) {
                arenas.workers()([&] {
                    everybody.arrive_and_wait();
                    {
                        const std::lock_guard lock(mutex);
                        cores.insert(coresOfThisThread());
                    }
                    everybody.arrive_and_wait();
                });
            }
            everybody.arrive_and_wait();
            everybody.arrive_and_wait();
            // A thread for reading that a worker starts does not take after it.
            std::promise<std::set<int>> reader;
            arenas.workers()([&] { arenas.readers()([&] { reader.set_value(coresOfThisThread()); }); });
            if (reader.get_future().get() != all) {
                cores.clear();
            }
            return cores;
        };
        std::multiset<std::set<int>> oneEach;
        for (const int core : all) {
            oneEach.insert({core});
        }
        QVERIFY(coresOfWorkers(count) == oneEach);
        if (count > 1) {
            QVERIFY(coresOfWorkers(1) == std::multiset<std::set<int>>{all});
        }
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
