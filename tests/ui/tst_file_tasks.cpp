// Work that waits for disks, and what becomes of its results.
#include "tests/support/busy_tasks.h"
#include "ui/session/file_tasks.h"

#include <QTest>
#include <QThread>

#include <chrono>
#include <memory>
#include <new>
#include <optional>

using namespace origami;

namespace {
constexpr std::chrono::seconds kPatience{20};
}

class TestFileTasks : public QObject {
    Q_OBJECT

private slots:
    void worksElsewhereAndAnswersHere() {
        FileTasks tasks;
        std::optional<bool> workedHere;
        bool answeredHere = false;
        QThread* const here = QThread::currentThread();
        tasks.run(
            this, [here] { return Result<bool>(QThread::currentThread() == here); },
            [&](const Result<bool>& result) {
                workedHere = *result;
                answeredHere = QThread::currentThread() == here;
            });
        QVERIFY(!workedHere);
        QTRY_VERIFY(workedHere);
        QVERIFY(!*workedHere);
        QVERIFY(answeredHere);
    }

    void workThatThrowsIsAnError() {
        FileTasks tasks;
        std::optional<ErrorCode> code;
        tasks.run(
            this, []() -> Result<int> { throw std::bad_alloc(); },
            [&](const Result<int>& result) { code = result ? ErrorCode::Cancelled : result.error().code; });
        QTRY_VERIFY(code);
        QVERIFY(*code == ErrorCode::OutOfMemory);
    }

    void aReceiverThatIsGoneHearsNothing() {
        FileTasks tasks;
        test::BusyTasks busy(tasks);
        auto receiver = std::make_unique<QObject>();
        bool hasHeard = false;
        bool isOver = false;
        tasks.run(
            receiver.get(), [] { return Result<void>(); }, [&](const Result<void>&) { hasHeard = true; });
        tasks.run(
            this, [] { return Result<void>(); }, [&](const Result<void>&) { isOver = true; });
        receiver.reset();
        busy.release();
        QTRY_VERIFY(isOver);
        QVERIFY(tasks.stop(kPatience));
        QCoreApplication::sendPostedEvents();
        QVERIFY(!hasHeard);
    }

    void stoppingDoesNotWaitForever() {
        FileTasks tasks;
        test::BusyTasks busy(tasks);
        bool hasRun = false;
        tasks.run(
            this, [] { return Result<void>(); }, [&](const Result<void>&) { hasRun = true; });
        QVERIFY(!tasks.stop(std::chrono::milliseconds(1)));
        busy.release();
        QVERIFY(tasks.stop(kPatience));
        QCoreApplication::sendPostedEvents();
        QVERIFY(!hasRun);  // it had not begun
    }
};

QTEST_GUILESS_MAIN(TestFileTasks)
#include "tst_file_tasks.moc"
