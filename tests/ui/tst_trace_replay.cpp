// Recording a session and replaying it: in the window, and through the program's command line.
#include "app/viewer/trace_recorder.h"
#include "app/viewer/trace_replay.h"
#include "app/viewer/viewer_window.h"
#include "core/replay/replay.h"
#include "tests/support/deep_zoom.h"
#include "tests/support/files.h"
#include "tests/support/settings.h"
#include "ui/session/slide_path.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QQuickWindow>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>

using namespace origami;

namespace {

constexpr int kWidth = 1500;
constexpr int kHeight = 1100;
constexpr int kPatienceMs = 60'000;

const char* const kJumps =
    R"({"name": "two", "kind": "jumps", "slide": {"width": 1500, "height": 1100},
        "viewport": {"width": 800, "height": 600},
        "views": [{"t_ms": 0, "x": 100, "y": 50, "width": 800}, {"t_ms": 2000, "x": 600, "y": 400, "width": 500}]})";

const char* const kPan =
    R"({"name": "across", "kind": "pan", "slide": {"width": 1500, "height": 1100},
        "viewport": {"width": 800, "height": 600},
        "views": [{"t_ms": 0, "x": 0, "y": 0, "width": 800}, {"t_ms": 400, "x": 600, "y": 400, "width": 800}]})";

struct Run {
    int code = -1;
    QByteArray err;
};

bool isNear(Level0Point a, Level0Point b) {
    return std::abs(a.x - b.x) < 0.01 && std::abs(a.y - b.y) < 0.01;
}

QJsonObject jsonIn(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

}  // namespace

class TestTraceReplay : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();

    void recordsViewsAsTheyAreSeen();
    void recordsTheWindowThatWasLast();
    void sessionWithoutASlideIsNotWritten();
    void replaysWhatWasRecorded();
    void replaysJumps();
    void replaysMotion();
    void refusesTheTraceOfAnotherSlide();
    void programReplaysAndRecords();
    void programSaysWhatIsWrong_data();
    void programSaysWhatIsWrong();

private:
    [[nodiscard]] QString at(const char* name) const { return m_folder.filePath(QLatin1String(name)); }
    [[nodiscard]] static std::unique_ptr<ViewerWindow> openViewer(const QString& slide);
    QJsonObject replay(const ViewTrace& trace);  // the report; empty after a failed check
    [[nodiscard]] Run runViewer(const QStringList& arguments) const;

    QTemporaryDir m_folder;
    QString m_slide;
};

void TestTraceReplay::initTestCase() {
    test::useOwnSettings();
    QVERIFY(m_folder.isValid());
    QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("tiles"), kWidth, kHeight));
    QVERIFY(writeDeepZoom(m_folder.path(), QStringLiteral("small"), 300, 200));
    m_slide = at("tiles.dzi");
    test::write(toPath(at("jumps.json")), kJumps);
}

std::unique_ptr<ViewerWindow> TestTraceReplay::openViewer(const QString& slide) {
    ViewerOptions options;
    options.metricsIntervalSeconds = 0;
    options.engine.threads = 2;
    options.slides = {slide};
    auto viewer = std::make_unique<ViewerWindow>(options);
    viewer->session().start();
    return viewer;
}

// The views that were set, in order and once each; a rest in between has a view at both of its ends.
void TestTraceReplay::recordsViewsAsTheyAreSeen() {
    const auto viewer = openViewer(m_slide);
    SlideView& view = *viewer->slideView();
    TraceRecorder recorder(view, at("seen.json"));
    QTRY_VERIFY_WITH_TIMEOUT(view.isSettled(), kPatienceMs);
    view.goTo(700, 500, 2.0);
    QElapsedTimer rest;
    rest.start();
    QTRY_VERIFY_WITH_TIMEOUT(rest.elapsed() > 200, kPatienceMs);
    view.goTo(800, 600, 1.0);
    QCOMPARE(recorder.write(), QString());

    const Result<ViewTrace> trace = readViewTrace(toPath(at("seen.json")));
    QVERIFY2(trace, trace ? "" : trace.error().message.c_str());
    QCOMPARE(trace->name, std::string("seen"));
    QVERIFY(trace->kind == TraceKind::Session);
    QCOMPARE(trace->slide, (LevelSize{kWidth, kHeight}));
    QCOMPARE(trace->window, view.view().size);
    QVERIFY(trace->views.size() >= 4);  // the overview, 700 500 twice, 800 600
    const std::size_t last = trace->views.size() - 1;
    QVERIFY(isNear(trace->viewport(last).centre, {800, 600}));
    QVERIFY(isNear(trace->viewport(last - 1).centre, {700, 500}));
    QVERIFY(isNear(trace->viewport(last - 2).centre, {700, 500}));
    QVERIFY(std::abs(trace->viewport(last).scale - 1.0) < 1e-4);
    QVERIFY(std::abs(trace->viewport(last - 1).scale - 2.0) < 1e-4);
    QVERIFY(trace->views[last - 1].ms - trace->views[last - 2].ms > 150);
    QVERIFY(trace->views[last].ms - trace->views[last - 1].ms < 50);
    QCOMPARE(QDir(m_folder.path()).entryList({QStringLiteral("seen*")}).size(), 1);  // nothing temporary stays
}

// A trace has one window: what was seen before it was resized keeps its middle and its scale.
void TestTraceReplay::recordsTheWindowThatWasLast() {
    const auto viewer = openViewer(m_slide);
    SlideView& view = *viewer->slideView();
    TraceRecorder recorder(view, at("resized.json"));
    QTRY_VERIFY_WITH_TIMEOUT(view.isSettled(), kPatienceMs);
    view.goTo(700, 500, 2.0);
    const double width = view.width();
    viewer->window()->resize(viewer->window()->width() - 200, viewer->window()->height());
    QTRY_VERIFY_WITH_TIMEOUT(view.width() < width, kPatienceMs);
    QCOMPARE(recorder.write(), QString());
    const Result<ViewTrace> trace = readViewTrace(toPath(at("resized.json")));
    QVERIFY(trace);
    QCOMPARE(trace->window, view.view().size);
    // The overview, and then nothing but the place.
    QVERIFY(isNear(trace->viewport(0).centre, {kWidth / 2.0, kHeight / 2.0}));
    const auto first = std::ranges::find_if(trace->views, [&](const TraceView& seen) {
        return isNear(trace->viewport(static_cast<std::size_t>(&seen - trace->views.data())).centre, {700, 500});
    });
    QVERIFY(trace->views.end() - first >= 2);
    for (auto i = static_cast<std::size_t>(first - trace->views.begin()); i < trace->views.size(); ++i) {
        QVERIFY(isNear(trace->viewport(i).centre, {700, 500}));
        QVERIFY(std::abs(trace->viewport(i).scale - 2.0) < 1e-4);
    }
}

void TestTraceReplay::sessionWithoutASlideIsNotWritten() {
    ViewerOptions options;
    options.metricsIntervalSeconds = 0;
    ViewerWindow viewer(options);
    TraceRecorder recorder(*viewer.slideView(), at("nothing.json"));
    QVERIFY(recorder.write().contains(QStringLiteral("nothing.json")));
    QVERIFY(!QFile::exists(at("nothing.json")));
}

QJsonObject TestTraceReplay::replay(const ViewTrace& trace) {
    const auto viewer = openViewer(m_slide);
    TraceReplay replay(*viewer->window(), *viewer->slideView(), viewer->session(), trace, toPath(at("trace.json")),
                       at("report.json"));
    QSignalSpy finished(&replay, &TraceReplay::finished);
    QSignalSpy failed(&replay, &TraceReplay::failed);
    if (!QTest::qWaitFor([&] { return finished.count() + failed.count() > 0; }, kPatienceMs) || finished.isEmpty()) {
        qWarning("the replay failed: %s", failed.isEmpty() ? "" : qPrintable(failed.first().first().toString()));
        return {};
    }
    const WindowSize size = viewer->slideView()->view().size;
    if (size != trace.window) {
        qWarning("the window is %g x %g", size.width, size.height);
        return {};
    }
    return jsonIn(at("report.json"));
}

void TestTraceReplay::replaysWhatWasRecorded() {
    const auto viewer = openViewer(m_slide);
    SlideView& view = *viewer->slideView();
    TraceRecorder recorder(view, at("session.json"));
    QTRY_VERIFY_WITH_TIMEOUT(view.isSettled(), kPatienceMs);
    view.zoomToScale(1.0);
    QTRY_VERIFY_WITH_TIMEOUT(view.isSettled(), kPatienceMs);
    QCOMPARE(recorder.write(), QString());
    const Result<ViewTrace> trace = readViewTrace(toPath(at("session.json")));
    QVERIFY(trace);
    const QJsonObject report = replay(*trace);
    QCOMPARE(report["kind"].toString(), QStringLiteral("session"));
    QCOMPARE(report["trace"].toString(), QStringLiteral("session"));
    QVERIFY(report["frames"].toInt() > 0);
    QVERIFY(report["settle_ms"].isDouble());
}

void TestTraceReplay::replaysJumps() {
    const Result<ViewTrace> trace = parseViewTrace(kJumps, "jumps");
    QVERIFY(trace);
    const QJsonObject report = replay(*trace);
    QCOMPARE(report["kind"].toString(), QStringLiteral("jumps"));
    QCOMPARE(report["jumps"].toInt(), 2);
    QVERIFY(report["frames"].toInt() >= 2);
    const QJsonObject ideal = report["first_ideal_ms"].toObject();
    const QJsonObject notBad = report["first_not_bad_ms"].toObject();
    QVERIFY(ideal["p50"].toDouble() > 0);
    QVERIFY(ideal["max"].toDouble() >= notBad["max"].toDouble());
    QVERIFY(report["peak_rss_bytes"].toDouble() > 0);
}

void TestTraceReplay::replaysMotion() {
    const Result<ViewTrace> trace = parseViewTrace(kPan, "pan");
    QVERIFY(trace);
    const QJsonObject report = replay(*trace);
    QCOMPARE(report["kind"].toString(), QStringLiteral("pan"));
    QVERIFY(report["frames"].toInt() >= 1);
    const auto isShare = [&](const char* name) {
        const QJsonValue value = report[QLatin1String(name)];
        return value.isDouble() && value.toDouble() >= 0 && value.toDouble() <= 1;
    };
    QVERIFY(isShare("frames_ideal") && isShare("frames_bad") && isShare("area_ideal") && isShare("area_bad"));
    QVERIFY(report["area_ideal"].toDouble() >= report["frames_ideal"].toDouble());
    QVERIFY(report["settle_ms"].isDouble());
    const double tilesMs = report["frame_tiles_ms"].toObject()["max"].toDouble();
    QVERIFY(tilesMs > 0);
    QVERIFY(report["frame_work_ms"].toObject()["max"].toDouble() > tilesMs);  // which is a part of it
}

void TestTraceReplay::refusesTheTraceOfAnotherSlide() {
    const Result<ViewTrace> trace = parseViewTrace(kJumps, "jumps");
    QVERIFY(trace);
    const auto viewer = openViewer(at("small.dzi"));
    TraceReplay replay(*viewer->window(), *viewer->slideView(), viewer->session(), *trace, toPath(at("jumps.json")),
                       at("none.json"));
    QSignalSpy failed(&replay, &TraceReplay::failed);
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, kPatienceMs);
    const QString sentence = failed.first().first().toString();
    QVERIFY(sentence.contains(at("jumps.json")) && sentence.contains(at("small.dzi")));
    QVERIFY(sentence.contains(QStringLiteral("1500 x 1100")) && sentence.contains(QStringLiteral("300 x 200")));
    QVERIFY(!QFile::exists(at("none.json")));
}

Run TestTraceReplay::runViewer(const QStringList& arguments) const {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), at("config"));
    environment.insert(QStringLiteral("HOME"), m_folder.path());
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(ORIGAMI_VIEWER), QStringList{"--log-level", "off"} + arguments);
    if (!process.waitForFinished(kPatienceMs) || process.exitStatus() != QProcess::NormalExit) {
        qFatal("origami-viewer %s crashed or hung", qPrintable(arguments.join(' ')));
    }
    return {process.exitCode(), process.readAllStandardError()};
}

void TestTraceReplay::programReplaysAndRecords() {
    const Run run = runViewer(
        {m_slide, "--replay", at("jumps.json"), "--report", at("program.json"), "--record", at("program-trace.json")});
    QVERIFY2(run.code == 0, run.err.constData());
    const QJsonObject report = jsonIn(at("program.json"));
    QCOMPARE(report["jumps"].toInt(), 2);
    const Result<ViewTrace> trace = readViewTrace(toPath(at("program-trace.json")));
    QVERIFY(trace);
    QCOMPARE(trace->window, (WindowSize{800, 600}));
    QCOMPARE(trace->views.back().topLeft, (Level0Point{600, 400}));
    QCOMPARE(trace->views.back().width, 500.0);
}

void TestTraceReplay::programSaysWhatIsWrong_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("named");
    test::write(toPath(at("bad.json")), R"({"kind": "jumps", "views": []})");
    const QStringList report{"--report", at("wrong.json")};
    QTest::newRow("no such trace") << QStringList{m_slide, "--replay", at("missing.json")} + report << 1
                                   << "missing.json";
    QTest::newRow("bad trace") << QStringList{m_slide, "--replay", at("bad.json")} + report << 1 << "bad.json";
    QTest::newRow("other slide") << QStringList{at("small.dzi"), "--replay", at("jumps.json")} + report << 1
                                 << "jumps.json";
    QTest::newRow("no such slide") << QStringList{at("gone.dzi"), "--replay", at("jumps.json")} + report << 1
                                   << "gone.dzi";
    QTest::newRow("report cannot be written")
        << QStringList{m_slide, "--replay", at("jumps.json"), "--report", at("no folder/out.json")} << 1
        << "no folder/out.json";
    QTest::newRow("record cannot be written")
        << QStringList{m_slide, "--record", at("no folder/trace.json")} << 1 << "no folder/trace.json";
    QTest::newRow("no report") << QStringList{m_slide, "--replay", at("jumps.json")} << 2 << "--report";
    QTest::newRow("no slide") << QStringList{"--replay", at("jumps.json")} + report << 2 << "SLIDE";
}

void TestTraceReplay::programSaysWhatIsWrong() {
    QFETCH(QStringList, arguments);
    QFETCH(int, code);
    QFETCH(QString, named);
    const Run run = runViewer(arguments);
    QVERIFY2(run.code == code, run.err.constData());
    QCOMPARE(run.err.count("origami-viewer:"), 1);
    QVERIFY2(QString::fromUtf8(run.err).contains(named), run.err.constData());
    QVERIFY(!QFile::exists(at("wrong.json")));
}

QTEST_MAIN(TestTraceReplay)
#include "tst_trace_replay.moc"
