// Spans on the timeline, and the trace events that are written from them.
#include "core/metrics/timeline.h"
#include "core/metrics/trace_events.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <functional>
#include <optional>
#include <thread>

using namespace origami;
using namespace std::chrono_literals;

namespace {

// What a thread that has only just begun leaves on the timeline.
ThreadTimeline timelineOf(const std::function<void()>& work) {
    int before = 0;
    readTimeline([&](const ThreadTimeline& thread) { before = std::max(before, thread.number); });
    std::thread(work).join();
    std::optional<ThreadTimeline> made;
    readTimeline([&](const ThreadTimeline& thread) {
        if (thread.number > before) {
            made = thread;
        }
    });
    return made.value_or(ThreadTimeline{});
}

QJsonObject traceOf(std::span<const FamilyRecord> families, std::int64_t dropped = 0, TraceSummary* summary = nullptr) {
    QByteArray text;
    const TraceSummary written = writeTraceEvents(families, dropped, [&](std::string_view piece) {
        text.append(piece.data(), static_cast<qsizetype>(piece.size()));
        return true;
    });
    if (summary != nullptr) {
        *summary = written;
    }
    return QJsonDocument::fromJson(text).object();
}

}  // namespace

class TestTimeline : public QObject {
    Q_OBJECT

private slots:
    void keepsSpansInTheOrderOfTheirStart() {
        const Instant start = std::chrono::steady_clock::now();
        const ThreadTimeline thread = timelineOf([&] {
            recordSpan(SpanKind::L0Residual, start + 2us, start + 3us, {2, 7, 9});
            recordSpan(SpanKind::Convert, start + 5us, start + 9us, {2, 7, 9});
            recordSpan(SpanKind::Family, start + 2us, start + 10us, {2, 7, 9});
        });
        QCOMPARE(thread.spans.size(), std::size_t{3});
        QCOMPARE(thread.dropped, 0);
        QCOMPARE(thread.spans[0].kind, SpanKind::Family);  // before what lies within it
        QCOMPARE(thread.spans[0].startNs, onTimeline(steadyNanoseconds(start + 2us)));
        QCOMPARE(thread.spans[0].durationNs, 8000);
        QCOMPARE(thread.spans[1].kind, SpanKind::L0Residual);
        QCOMPARE(thread.spans[2].kind, SpanKind::Convert);
        QVERIFY(thread.spans[2].id == (TileId{2, 7, 9}));
    }

    void keepsTheNewestAndCountsTheRest() {
        setTimelineCapacity(4);
        const Instant start = std::chrono::steady_clock::now();
        const ThreadTimeline thread = timelineOf([&] {
            for (int i = 0; i < 10; ++i) {
                recordSpan(SpanKind::Tile, start + i * 1us, start + i * 1us, {0, i, 0});
            }
        });
        setTimelineCapacity(kDefaultSpansPerThread);
        QCOMPARE(thread.spans.size(), std::size_t{4});
        QCOMPARE(thread.dropped, 6);
        QCOMPARE(thread.spans.front().id.x, 6);
        QCOMPARE(thread.spans.back().id.x, 9);
    }

    void rolesEndWithTheirScope() {
        const ThreadTimeline thread = timelineOf([] {
            const Instant now = std::chrono::steady_clock::now();
            const ThreadRoleScope worker(ThreadRole::Worker);
            {
                const ThreadRoleScope reader(ThreadRole::Reader);
                recordSpan(SpanKind::Read, now, now + 1us, kNoTile);
            }
            recordSpan(SpanKind::Tile, now + 1us, now + 2us, kNoTile);
            recordSpan(SpanKind::Frame, now + 2us, now + 3us, kNoTile, ThreadRole::Render);
        });
        QCOMPARE(thread.spans.size(), std::size_t{3});
        QCOMPARE(thread.spans[0].role, ThreadRole::Reader);
        QCOMPARE(thread.spans[1].role, ThreadRole::Worker);
        QCOMPARE(thread.spans[2].role, ThreadRole::Render);
    }

    void manyThreadsRecordWhileOneReads() {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([] {
                for (int n = 0; n < 5000; ++n) {
                    const Instant now = std::chrono::steady_clock::now();
                    recordSpan(SpanKind::Tile, now, now + 1us, {0, n, 0});
                }
            });
        }
        for (int i = 0; i < 20; ++i) {
            readTimeline([](const ThreadTimeline& thread) { QVERIFY(thread.spans.size() <= kDefaultSpansPerThread); });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
    }

    void threadsThatEndedDoNotAddUp() {
        for (int i = 0; i < 200; ++i) {
            std::thread([] {
                const Instant now = std::chrono::steady_clock::now();
                recordSpan(SpanKind::Tile, now, now, kNoTile);
            }).join();
        }
        int rings = 0;
        std::int64_t dropped = 0;
        readTimeline([&](const ThreadTimeline& thread) {
            ++rings;
            dropped += thread.dropped;
        });
        QVERIFY2(rings < 100, qPrintable(QString::number(rings)));
        QVERIFY(dropped >= 100);
    }

    // "Trace Event Format": name, cat, ph, ts, pid and tid; dur of complete events, id of asynchronous ones.
    void traceEventsHaveTheirFields() {
        const Instant start = std::chrono::steady_clock::now();
        std::thread([&] {
            const ThreadRoleScope worker(ThreadRole::Worker);
            recordSpan(SpanKind::L2Decode, start, start + 1500ns, {2, 3, 4});
            recordSpan(SpanKind::Queue, start, start + 2us, {2, 3, 4});
            recordSpan(SpanKind::Upload, start + 3us, start + 4us, {0, 12, 13});
        }).join();
        FamilyRecord family;
        family.slideId = "a \"slide\"\n\xff";  // no valid UTF-8
        family.id = {3, 4};
        family.queueMs = 2;
        family.readMs = 1;
        family.totalMs = 5;
        family.requestedNs = steadyNanoseconds(start);
        family.madeNs = steadyNanoseconds(start + 7ms);
        TraceSummary summary;
        const QJsonObject trace = traceOf({&family, 1}, 11, &summary);
        const QJsonArray events = trace["traceEvents"].toArray();
        QCOMPARE(events.size(), summary.events);
        QVERIFY(summary.dropped >= 11);
        QCOMPARE(trace["otherData"].toObject()["dropped_events"].toInteger(), summary.dropped);

        QSet<int> named;
        QHash<QString, int> open;
        QJsonObject decode;
        QJsonObject breakdown;
        double queueUs = 0;
        for (const QJsonValue& value : events) {
            const QJsonObject event = value.toObject();
            const QString phase = event["ph"].toString();
            for (const char* const number : {"ts", "pid", "tid"}) {
                QVERIFY2(event[number].isDouble(), number);
            }
            QVERIFY(!event["name"].toString().isEmpty());
            QVERIFY(event["ts"].toDouble() >= 0);
            if (phase == "M") {
                if (event["name"] == "thread_name") {
                    QVERIFY(!event["args"].toObject()["name"].toString().isEmpty());
                    named.insert(event["tid"].toInt());
                }
            } else if (phase == "X") {
                QVERIFY(event["dur"].isDouble() && event["dur"].toDouble() >= 0);
                QVERIFY(!event["cat"].toString().isEmpty());
                QVERIFY(named.contains(event["tid"].toInt()));
                if (event["name"] == "l2_decode") {
                    decode = event;
                }
            } else if (phase == "b" || phase == "e") {
                const QString key = event["cat"].toString() + event["name"].toString() + event["id"].toString();
                open[key] += phase == "b" ? 1 : -1;
                QVERIFY(open[key] == 0 || open[key] == 1);
                QVERIFY(event["id"].isString());
                if (event["name"] == "queue") {
                    queueUs += (phase == "b" ? -1 : 1) * event["ts"].toDouble();
                } else if (phase == "b") {
                    breakdown = event;
                }
            } else {
                QFAIL(qPrintable("phase " + phase));
            }
        }
        for (const int count : open) {
            QCOMPARE(count, 0);
        }
        QCOMPARE(decode["dur"].toDouble(), 1.5);
        QCOMPARE(decode["args"].toObject()["x2"].toInt(), 3);
        QCOMPARE(decode["args"].toObject()["y2"].toInt(), 4);
        QVERIFY(qAbs(queueUs - 2) < 0.001);
        QCOMPARE(breakdown["name"].toString(), "family_breakdown");
        QCOMPARE(breakdown["args"].toObject()["total_ms"].toDouble(), 5.0);
        QVERIFY(breakdown["args"].toObject()["slide_id"].toString().startsWith("a \"slide\"\n"));
        // From being wanted.
        const auto askedUs = static_cast<double>(onTimeline(steadyNanoseconds(start))) / 1000;
        QVERIFY(qAbs(breakdown["ts"].toDouble() - askedUs) < 0.01);
    }

    void stopsWhenTheSinkDoes() {
        std::thread([] {
            const Instant now = std::chrono::steady_clock::now();
            for (int i = 0; i < 5000; ++i) {
                recordSpan(SpanKind::Tile, now, now, {0, i, 0});
            }
        }).join();
        int pieces = 0;
        (void)writeTraceEvents({}, 0, [&](std::string_view) { return ++pieces < 2; });
        QCOMPARE(pieces, 2);
    }
};

QTEST_APPLESS_MAIN(TestTimeline)
#include "tst_timeline.moc"
