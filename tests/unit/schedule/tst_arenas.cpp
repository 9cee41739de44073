// What the system knows of the engine's threads. A program of its own, as oneTBB's threads live as long as the program.
#include "core/schedule/arenas.h"

#include <QTest>

#include <pthread.h>
#ifdef __APPLE__
#include <pthread/qos.h>
#endif

#include <array>
#include <future>
#include <stdexcept>
#include <string>

using namespace origami;

namespace {

std::string nameOfThisThread() {
    std::array<char, 64> name{};
    pthread_getname_np(pthread_self(), name.data(), name.size());
    return name.data();
}

bool givesWay() {
#ifdef __APPLE__
    return qos_class_self() == QOS_CLASS_USER_INITIATED;
#else
    return true;
#endif
}

}  // namespace

class ArenasTest : public QObject {
    Q_OBJECT
private slots:
    void threadsHaveNamesAndGiveWayToTheWindow() {
        Arenas arenas(1, 1);
        const auto check = [](const Executor& executor, const char* expected) {
            std::promise<std::string> name;
            QVERIFY(executor([&] { name.set_value(givesWay() ? nameOfThisThread() : "of the window's priority"); }));
            QCOMPARE(name.get_future().get(), std::string(expected));
        };
        check(arenas.workers(), "worker");
        check(arenas.readers(), "reader");
    }

    void aTaskThatThrowsEndsNothing() {
        Arenas arenas(1, 1);
        for (const Executor& executor : {arenas.workers(), arenas.readers()}) {
            std::promise<void> after;
            QVERIFY(executor([] { throw std::runtime_error("task"); }));
            QVERIFY(executor([&] { after.set_value(); }));
            after.get_future().wait();
        }
    }
};

QTEST_GUILESS_MAIN(ArenasTest)
#include "tst_arenas.moc"
