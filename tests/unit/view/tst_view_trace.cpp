// Recorded sessions: what they say, the views between the recorded ones, and what is refused.
#include "core/view/view_trace.h"

#include <QTest>

#include <cmath>
#include <string>

using namespace origami;

namespace {

std::string traceOf(const std::string& views, const std::string& kind = "pan", const std::string& window = "1000") {
    return R"({"name":"t","kind":")" + kind + R"(","slide":{"width":20000,"height":16000},"viewport":{"width":)" +
           window + R"(,"height":500},"views":[)" + views + "]}";
}

const std::string kTwoViews = R"({"t_ms":0,"x":0,"y":100,"width":4000},{"t_ms":100,"x":1000,"y":300,"width":1000})";

}  // namespace

class ViewTraceTest : public QObject {
    Q_OBJECT
private slots:
    void viewsAreInterpolated() {
        const Result<ViewTrace> trace = parseViewTrace(traceOf(kTwoViews), "a.json");
        QVERIFY(trace);
        QCOMPARE(trace->durationMs(), 100.0);
        QCOMPARE(trace->lastMotionMs(), 100.0);
        const Viewport middle = trace->at(50);  // x 500, y 200, the width half way by ratio: 2000
        QVERIFY(std::abs(middle.area().x - 500) < 1e-9 && std::abs(middle.area().y - 200) < 1e-9);
        QVERIFY(std::abs(middle.area().width - 2000) < 1e-9 && std::abs(middle.area().height - 1000) < 1e-9);
        QCOMPARE(trace->at(-5), trace->viewport(0));
        QCOMPARE(trace->at(1e9), trace->viewport(1));
        QCOMPARE(trace->viewport(1).scale, 1.0);
    }

    void jumpsHold() {
        const Result<ViewTrace> trace = parseViewTrace(traceOf(kTwoViews, "jumps"), "a.json");
        QVERIFY(trace && trace->kind == TraceKind::Jumps);
        QCOMPARE(trace->at(99), trace->viewport(0));
    }

    void theLastMotionIsTheLastChange() {
        const Result<ViewTrace> trace =
            parseViewTrace(traceOf(kTwoViews + R"(,{"t_ms":900,"x":1000,"y":300,"width":1000})"), "a.json");
        QVERIFY(trace);
        QCOMPARE(trace->lastMotionMs(), 100.0);
        QCOMPARE(trace->durationMs(), 900.0);
    }

    void whatCannotBeMeantIsRefused_data() {
        QTest::addColumn<std::string>("json");
        QTest::addColumn<std::string>("fact");
        const auto view = [](const std::string& width) {
            return traceOf(R"({"t_ms":0,"x":0,"y":0,"width":)" + width + "}");
        };
        const std::string views = "view 0 of the trace lacks a sensible t_ms, x, y or width";
        QTest::newRow("empty") << std::string() << std::string("the trace is not a JSON object");
        QTest::newRow("cut off") << traceOf(kTwoViews).substr(0, 90) << std::string("the trace is not a JSON object");
        QTest::newRow("list") << std::string("[1]") << std::string("the trace is not a JSON object");
        QTest::newRow("kind") << traceOf(kTwoViews, "walk")
                              << std::string("the trace's kind is not jumps, pan, dive or session");
        QTest::newRow("no slide") << std::string(R"({"kind":"pan"})")
                                  << std::string("the trace does not say the slide's width and height in pixels");
        QTest::newRow("huge window") << traceOf(kTwoViews, "pan", "40000")
                                     << std::string("the trace's viewport is not between 1 and 32768 pixels a side");
        QTest::newRow("no views") << traceOf("") << std::string("the trace has no views");
        QTest::newRow("zero width") << view("0") << views;
        QTest::newRow("text") << view("\"wide\"") << views;
        QTest::newRow("endless") << view("1e308") << views;
        QTest::newRow("no number") << view("null") << views;
        QTest::newRow("number") << traceOf("7") << views;
        QTest::newRow("backwards") << traceOf(kTwoViews + R"(,{"t_ms":50,"x":0,"y":0,"width":10})")
                                   << std::string("view 2 of the trace is not later than the one before it");
    }
    void whatCannotBeMeantIsRefused() {
        QFETCH(std::string, json);
        QFETCH(std::string, fact);
        const Result<ViewTrace> trace = parseViewTrace(json, "a.json");
        QVERIFY(!trace);
        QCOMPARE(trace.error().message, "a.json: " + fact);
    }
};

QTEST_APPLESS_MAIN(ViewTraceTest)
#include "tst_view_trace.moc"
