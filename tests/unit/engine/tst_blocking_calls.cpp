// Who is inside, and that leaving waits for no more than it has patience.
#include "core/engine/blocking_calls.h"

#include <QTest>

using namespace origami;

namespace {

std::chrono::steady_clock::time_point now() {
    return std::chrono::steady_clock::now();
}

}  // namespace

class BlockingCallsTest : public QObject {
    Q_OBJECT

private slots:
    void waitsForNobodyWhereNobodyIs() {
        BlockingCalls calls;
        QVERIFY(calls.stop(now()));
    }

    void givesUpOnACallThatDoesNotReturn() {
        BlockingCalls calls;
        BlockingCalls::Pass first = calls.enter();
        BlockingCalls::Pass second = calls.enter();
        QVERIFY(first && second);
        first.reset();
        QVERIFY(!calls.stop(now()));
        second.reset();
        QVERIFY(calls.stop(now()));
    }

    void tellsThoseInsideThatLeavingHasBegun() {
        BlockingCalls calls;
        const StopToken leaving = calls.leaving();
        BlockingCalls::Pass pass = calls.enter();
        QVERIFY(!leaving.stop_requested());
        QVERIFY(!calls.stop(now()));
        QVERIFY(leaving.stop_requested());
        pass.reset();
        QVERIFY(calls.stop(now()));
    }

    void letsNobodyInOnceLeavingHasBegun() {
        BlockingCalls calls;
        QVERIFY(calls.stop(now()));
        QVERIFY(!calls.enter());
        QVERIFY(calls.stop(now()));
    }
};

QTEST_APPLESS_MAIN(BlockingCallsTest)
#include "tst_blocking_calls.moc"
