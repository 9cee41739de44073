#include "core/base/stop_token.h"

#include <QTest>

#include <optional>
#include <thread>

using namespace origami;

class StopTokenTest : public QObject {
    Q_OBJECT

private slots:
    void aTokenWithoutASourceNeverStops() { QVERIFY(!StopToken().stop_requested()); }

    void everyTokenOfASourceStops() {
        const StopSource source;
        const StopToken early = source.token();
        QVERIFY(!early.stop_requested());
        QVERIFY(!source.stop_requested());
        source.request_stop();
        QVERIFY(early.stop_requested());
        QVERIFY(source.token().stop_requested());
        QVERIFY(source.stop_requested());
    }

    void sourcesAreIndependent() {
        const StopSource one;
        const StopSource other;
        one.request_stop();
        QVERIFY(!other.token().stop_requested());
    }

    void aTokenOutlivesItsSource() {
        std::optional<StopSource> source(std::in_place);
        const StopToken token = source->token();
        source->request_stop();
        source.reset();
        QVERIFY(token.stop_requested());
    }

    void eitherOfTwoStops() {
        const StopSource one;
        const StopSource other;
        const StopToken never = either(StopToken(), StopToken());
        const StopToken both = either(one.token(), other.token());
        const StopToken turned = either(other.token(), one.token());
        const StopToken lone = either(StopToken(), other.token());
        QVERIFY(!both.stop_requested() && !turned.stop_requested());
        one.request_stop();
        QVERIFY(both.stop_requested() && turned.stop_requested());
        QVERIFY(!lone.stop_requested());
        other.request_stop();
        QVERIFY(lone.stop_requested());
        QVERIFY(!never.stop_requested());
    }

    void otherThreadsNotice() {
        const StopSource source;
        std::thread waiting([token = source.token()] {
            while (!token.stop_requested()) {
                std::this_thread::yield();
            }
        });
        source.request_stop();
        waiting.join();
    }
};

QTEST_APPLESS_MAIN(StopTokenTest)
#include "tst_stop_token.moc"
