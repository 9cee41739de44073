// Traces of real families: stages lie within their family, add up to it, and the file is one that viewers of trace
// events open.
#include "core/base/parallel.h"
#include "core/make/tile_maker.h"
#include "core/metrics/timeline.h"
#include "core/replay/trace_file.h"
#include "tests/support/files.h"
#include "tests/support/slides.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>
#include <vector>

using namespace origami;
using namespace origami::test;

namespace {

double stagesOf(const FamilyRecord& family) {
    return family.readMs + family.l2Decode.wallMs + family.l1Resize.wallMs + family.l1Residual.wallMs +
           family.l0Resize.wallMs + family.l0Residual.wallMs + family.convert.wallMs;
}

struct Event {
    std::string name;
    double start = 0;
    double end = 0;
    QJsonObject arguments;
};

// Complete events by thread, outer ones before those within them.
std::map<int, std::vector<Event>> completeEvents(const QJsonArray& events) {
    std::map<int, std::vector<Event>> byThread;
    for (const QJsonValue& value : events) {
        const QJsonObject event = value.toObject();
        if (event["ph"] == "X") {
            const double start = event["ts"].toDouble();
            byThread[event["tid"].toInt()].push_back({event["name"].toString().toStdString(), start,
                                                      start + event["dur"].toDouble(), event["args"].toObject()});
        }
    }
    for (auto& [thread, spans] : byThread) {
        std::ranges::stable_sort(spans, {}, [](const Event& event) { return std::pair(event.start, -event.end); });
    }
    return byThread;
}

}  // namespace

class TestTraceFile : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        if (!hasSharedSlides()) {
            QSKIP(kNoSharedSlides);
        }
        QVERIFY(m_folder.isValid());
        m_path = m_folder.filePath("trace.json").toStdString();
    }

    void stagesAddUpToTheTotal_data() {
        QTest::addColumn<QString>("slide");
        QTest::addColumn<int>("threads");
        for (const char* const slide : {"origami-packs", "origami-loose", "origami-bundle"}) {
            QTest::addRow("%s, one thread", slide) << slide << 1;
            QTest::addRow("%s, two threads", slide) << slide << 2;
        }
    }
    void stagesAddUpToTheTotal() {
        QFETCH(const QString, slide);
        QFETCH(const int, threads);
        const std::shared_ptr<const Slide> opened = test::opened(sharedSlide(qPrintable(slide)));
        const auto pool = BufferPool::create(256);
        // What others do on this machine between two stages is nobody's stage: so the best of some.
        double least = 1;
        withThreads(threads, [&] {
            for (int i = 0; i < 40; ++i) {
                const auto family = makeFamily(*opened, {i % 2, i / 2 % 2}, ViewMode::Reconstructed, pool.get());
                const double missing = std::abs(1 - stagesOf(family->record) / family->record.totalMs);
                least = std::min(least, missing);
            }
        });
        QVERIFY2(least < 0.02, qPrintable(QString::number(least)));
    }

    void stagesLieWithinTheirFamily() {
        const std::shared_ptr<const Slide> slide = test::opened(sharedSlide("origami-packs"));
        const auto pool = BufferPool::create(256);
        std::vector<FamilyRecord> records;
        withThreads(1, [&] {
            for (int i = 0; i < 40; ++i) {
                records.push_back(makeFamily(*slide, {i % 2, i / 2 % 2}, ViewMode::Reconstructed, pool.get())->record);
            }
        });
        const Result<TraceSummary> written = writeTraceFile(m_path, records);
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        const Bytes text = test::read(m_path);
        const QJsonObject trace =
            QJsonDocument::fromJson(QByteArray::fromRawData(reinterpret_cast<const char*>(text.data()),
                                                            static_cast<qsizetype>(text.size())))
                .object();
        const QJsonArray events = trace["traceEvents"].toArray();
        QCOMPARE(events.size(), written->events);

        constexpr double kRounding = 0.002;  // microseconds
        int families = 0;
        double best = 1;
        for (const auto& [thread, spans] : completeEvents(events)) {
            std::vector<const Event*> around;
            for (const Event& span : spans) {
                while (!around.empty() && around.back()->end <= span.start + kRounding) {
                    around.pop_back();
                }
                QVERIFY(around.empty() || span.end <= around.back()->end + kRounding);
                around.push_back(&span);
            }
            for (const Event& family : spans) {
                if (family.name != "family") {
                    continue;
                }
                ++families;
                double inside = 0;
                for (const Event& span : spans) {
                    if (&span != &family && span.start >= family.start && span.end <= family.end + kRounding) {
                        QCOMPARE(span.arguments, family.arguments);  // x2, y2
                        inside += span.end - span.start;
                    }
                }
                best = std::min(best, std::abs(1 - inside / (family.end - family.start)));
            }
        }
        QVERIFY(families >= 40);
        QVERIFY2(best < 0.02, qPrintable(QString::number(best)));
    }

    void replacesAFileAndNothingElse() {
        QVERIFY(prepareTrace(m_path));
        QVERIFY(writeTraceFile(m_path, {}));
        QVERIFY(writeTraceFile(m_path, {}));
        const auto missing = std::filesystem::path(m_path).replace_filename("no such folder") / "trace.json";
        QCOMPARE(prepareTrace(missing).error().code, ErrorCode::NotFound);
        QCOMPARE(writeTraceFile(missing, {}).error().code, ErrorCode::NotFound);
        QCOMPARE(writeTraceFile(m_path.parent_path(), {}).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden | QDir::NoDotAndDotDot).size(), 1);
    }

private:
    QTemporaryDir m_folder;
    std::filesystem::path m_path;
};

QTEST_APPLESS_MAIN(TestTraceFile)
#include "tst_trace_file.moc"
