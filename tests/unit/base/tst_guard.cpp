#include "core/base/guard.h"

#include <QTest>

#include <new>
#include <stdexcept>
#include <string>

using namespace origami;

class GuardTest : public QObject {
    Q_OBJECT

private slots:
    void exceptionsBecomeErrors() {
        const auto errorOf = [](auto thrower) {
            try {
                thrower();
            } catch (...) {
                return currentException();
            }
            return Error{ErrorCode::Cancelled, "nothing was thrown"};
        };
        const Error memory = errorOf([] { throw std::bad_alloc(); });
        QCOMPARE(memory.code, ErrorCode::OutOfMemory);
        QVERIFY(memory.mayPass());
        const Error other = errorOf([] { throw std::runtime_error("the disk is full"); });
        QCOMPARE(other.code, ErrorCode::Io);
        QCOMPARE(other.message, std::string("the disk is full"));
        QCOMPARE(errorOf([] { throw 5; }).message, std::string("unknown error"));
    }

    void whatATaskThrowsStaysInside() {
        bool wentOn = false;
        runGuarded([] { throw std::bad_alloc(); });
        runGuarded([&] { wentOn = true; });
        QVERIFY(wentOn);
    }

    void onlyDamageIsFinal() {
        QVERIFY((Error{ErrorCode::Io, ""}).mayPass());
        for (const ErrorCode code : {ErrorCode::InvalidArgument, ErrorCode::NotFound, ErrorCode::Unsupported,
                                     ErrorCode::Truncated, ErrorCode::Corrupt, ErrorCode::Cancelled}) {
            QVERIFY(!(Error{code, ""}).mayPass());
        }
    }
};

QTEST_APPLESS_MAIN(GuardTest)
#include "tst_guard.moc"
