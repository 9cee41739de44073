#include "core/base/result.h"

#include <QTest>

#include <memory>
#include <set>
#include <string>

using namespace origami;

namespace {

Result<int> half(int value) {
    if (value % 2 != 0) {
        return Error{ErrorCode::InvalidArgument, "7 is odd"};
    }
    return value / 2;
}

Result<void> succeed() {
    return {};
}

}  // namespace

class ResultTest : public QObject {
    Q_OBJECT

private slots:
    void holdsAValueOrAnError() {
        const Result<int> good = half(8);
        QVERIFY(good.has_value());
        QVERIFY(static_cast<bool>(good));
        QCOMPARE(*good, 4);
        QCOMPARE(good.value(), 4);

        const Result<int> bad = half(7);
        QVERIFY(!bad.has_value());
        QVERIFY(!bad);
        QCOMPARE(bad.error().code, ErrorCode::InvalidArgument);
        QCOMPARE(bad.error().message, std::string("7 is odd"));
    }

    void valuesCanBeMovedOut() {
        Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
        QCOMPARE(**result, 5);
        const std::unique_ptr<int> taken = *std::move(result);
        QCOMPARE(*taken, 5);

        Result<std::string> text = std::string("abc");
        QCOMPARE(text->size(), 3U);
        text.value() += "d";
        QCOMPARE(std::move(text).value(), std::string("abcd"));
    }

    void aResultOfNothing() {
        QVERIFY(succeed().has_value());
        Result<void> bad = Error{ErrorCode::Io, "the disk is full"};
        QVERIFY(!bad);
        QCOMPARE(bad.error().code, ErrorCode::Io);
        QCOMPARE(std::move(bad).error().message, std::string("the disk is full"));
    }

    void contextComesFirst() {
        const Error inner{ErrorCode::Truncated, "the stream ends early"};
        const Error outer = inner.within("tile 3_4.jpg").within("demo.dzi");
        QCOMPARE(outer.code, ErrorCode::Truncated);
        QCOMPARE(outer.message, std::string("demo.dzi: tile 3_4.jpg: the stream ends early"));
    }

    void onlyCancelledIsCancelled() {
        QVERIFY((Error{ErrorCode::Cancelled, ""}.isCancelled()));
        QVERIFY((!Error{ErrorCode::Io, ""}.isCancelled()));
    }

    void theDiskAndMemoryMayComeBack() {
        for (const ErrorCode code : {ErrorCode::Io, ErrorCode::OutOfMemory}) {
            QVERIFY((Error{code, ""}.mayPass()));
        }
        for (const ErrorCode code : {ErrorCode::InvalidArgument, ErrorCode::NotFound, ErrorCode::Unsupported,
                                     ErrorCode::Truncated, ErrorCode::Corrupt, ErrorCode::Cancelled}) {
            QVERIFY((!Error{code, ""}.mayPass()));
        }
    }

    void everyCodeHasItsOwnName() {
        std::set<std::string_view> names;
        for (const ErrorCode code :
             {ErrorCode::InvalidArgument, ErrorCode::NotFound, ErrorCode::Unsupported, ErrorCode::Truncated,
              ErrorCode::Corrupt, ErrorCode::Io, ErrorCode::OutOfMemory, ErrorCode::Cancelled}) {
            QVERIFY(!name(code).empty());
            names.insert(name(code));
        }
        QCOMPARE(names.size(), 8U);
    }
};

QTEST_APPLESS_MAIN(ResultTest)
#include "tst_result.moc"
