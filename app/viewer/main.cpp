// origami-viewer: reads the command line and shows the window.
#include "app/viewer/quit_signals.h"
#include "app/viewer/screenshot.h"
#include "app/viewer/trace_recorder.h"
#include "app/viewer/trace_replay.h"
#include "app/viewer/viewer_window.h"
#include "core/base/log.h"
#include "core/base/version.h"
#include "core/metrics/timeline.h"
#include "core/replay/trace_file.h"
#include "ui/scene/graphics.h"
#include "ui/scene/slide_view.h"
#include "ui/session/slide_path.h"
#include "ui/session/text_file.h"

#include <QCommandLineParser>
#include <QGuiApplication>
#include <QIcon>
#include <QQuickWindow>
#include <QUrl>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr int kMaxThreads = 1024;
constexpr int kMaxCount = 1'000'000;
constexpr int kMaxMegabytes = 4'000'000;

void complain(const QString& sentence) {
    std::fprintf(stderr, "origami-viewer: %s\n", qPrintable(sentence));
}

struct CommandLine {
    origami::ViewerOptions viewer;
    QString logLevel;
    QString screenshot;
    QString record;  // empty: not given, as for those below
    QString replay;
    QString report;
    QString trace;
};

// Desktops and terminals may hand over URLs of files.
QStringList asPaths(QStringList arguments) {
    for (QString& argument : arguments) {
        if (const QUrl url(argument); url.isLocalFile()) {
            argument = url.toLocalFile();
        }
    }
    return arguments;
}

// None if the command line is wrong, after a complaint that says why.
std::optional<CommandLine> parse(QCommandLineParser& parser, const QStringList& arguments) {
    const QCommandLineOption slidesRoot("slides-root", "List the slides of this folder.", "DIR");
    const QCommandLineOption packDir("residual-pack-dir", "Read residual packs from here.", "DIR");
    const QCommandLineOption residualsDir("residuals-dir", "Read loose residuals from here.", "DIR");
    const QCommandLineOption threads("threads", "Worker threads (default: from the machine).", "N");
    const QCommandLineOption ioThreads("io-threads", "Threads that read files (default: from the machine).", "N");
    const QCommandLineOption inflight("max-inflight-families", "Families rebuilt at once (default: 2 x workers).", "N");
    const QCommandLineOption pool("buffer-pool-size", "Buffers kept for reuse (default: 16 x families).", "N");
    const QCommandLineOption cache("cache-mb", "Memory for decoded tiles in MB (default: from the machine).", "N");
    const QCommandLineOption interval("metrics-interval-secs", "Seconds between metrics lines in the log; 0: none.",
                                      "N", "10");
    const QCommandLineOption logLevel("log-level", "trace, debug, info, warn, error or off.", "L", "info");
    const QCommandLineOption overlay("overlay", "Start with the metrics overlay.");
    const QCommandLineOption go("go",
                                "Show level 0 pixel X, Y in the middle, with ZOOM screen pixels to a level 0 pixel "
                                "(1 is full resolution).",
                                "X,Y,ZOOM");
    const QCommandLineOption screenshot("screenshot", "Write the window to OUT.png when all is sharp, then exit.",
                                        "OUT.png");
    const QCommandLineOption record("record", "Write where the user looks to TRACE.json, on exit.", "TRACE.json");
    const QCommandLineOption replay("replay",
                                    "Show SLIDE as recorded in TRACE.json, write to the --report what was on the "
                                    "screen, then exit.",
                                    "TRACE.json");
    const QCommandLineOption report("report", "Where --replay writes how sharp and how even the frames were.",
                                    "OUT.json");
    const QCommandLineOption timeline("trace",
                                      "Write what each thread did, and when, to FILE on exit, for Perfetto or "
                                      "speedscope.",
                                      "FILE");
    parser.addOptions({slidesRoot, packDir, residualsDir, threads, ioThreads, inflight, pool, cache, interval, logLevel,
                       overlay, go, screenshot, record, replay, report, timeline});
    parser.addPositionalArgument("SLIDE", "Slides to open: the first is shown, all are listed.", "[SLIDE ...]");
    const QCommandLineOption help({"h", "help"}, "Say what the options are, and exit.");
    parser.addOption(help);
    const QCommandLineOption version = parser.addVersionOption();
    if (!parser.parse(arguments)) {
        complain(parser.errorText());
        return std::nullopt;
    }
    if (parser.isSet(help)) {
        parser.showHelp(kOk);
    }
    if (parser.isSet(version)) {
        parser.showVersion();
    }

    bool isRight = true;
    const auto number = [&](const QCommandLineOption& option, int least, int most) {
        if (!parser.isSet(option) && option.defaultValues().isEmpty()) {
            return 0;
        }
        bool isNumber = false;
        const int value = parser.value(option).toInt(&isNumber);
        if (!isNumber || value < least || value > most) {
            complain(QStringLiteral("--%1 takes a number from %2 to %3, not \"%4\"")
                         .arg(option.names().constFirst())
                         .arg(least)
                         .arg(most)
                         .arg(parser.value(option)));
            isRight = false;
            return 0;
        }
        return value;
    };

    CommandLine line;
    line.viewer.slides = asPaths(parser.positionalArguments());
    line.viewer.slidesRoot = parser.value(slidesRoot);
    line.viewer.open.residualPackDir = origami::toPath(parser.value(packDir));
    line.viewer.open.residualsDir = origami::toPath(parser.value(residualsDir));
    line.viewer.engine.threads = number(threads, 1, kMaxThreads);
    line.viewer.engine.ioThreads = number(ioThreads, 1, kMaxThreads);
    line.viewer.engine.maxInflightFamilies = number(inflight, 1, kMaxCount);
    line.viewer.engine.bufferPoolSize = number(pool, 1, kMaxCount);
    line.viewer.engine.cacheBytes = static_cast<std::size_t>(number(cache, 1, kMaxMegabytes)) * 1'000'000U;
    line.viewer.metricsIntervalSeconds = number(interval, 0, 86'400);
    line.viewer.showOverlay = parser.isSet(overlay);
    line.logLevel = parser.value(logLevel);
    if (parser.isSet(go)) {
        const QStringList parts = parser.value(go).split(QLatin1Char(','));
        bool isPlace = parts.size() == 3;
        double values[3] = {};
        for (int i = 0; isPlace && i < 3; ++i) {
            values[i] = parts[i].toDouble(&isPlace);
            isPlace = isPlace && std::isfinite(values[i]);
        }
        if (!isPlace || !(values[2] > 0)) {
            complain(QStringLiteral("--go takes X,Y,ZOOM with ZOOM above 0, not \"%1\"").arg(parser.value(go)));
            isRight = false;
        }
        line.viewer.place = origami::Place{{values[0], values[1]}, values[2]};
    }
    const auto file = [&](const QCommandLineOption& option) {
        if (parser.isSet(option) && parser.value(option).isEmpty()) {
            complain(QStringLiteral("--%1 takes the name of a file").arg(option.names().constFirst()));
            isRight = false;
        }
        return parser.value(option);
    };
    line.screenshot = file(screenshot);
    line.record = file(record);
    line.replay = file(replay);
    line.report = file(report);
    line.trace = file(timeline);
    if (parser.isSet(replay) != parser.isSet(report)) {
        complain(QStringLiteral("--replay and --report belong together"));
        isRight = false;
    }
    if (parser.isSet(replay) && (parser.isSet(screenshot) || parser.isSet(go) || line.viewer.slides.size() != 1)) {
        complain(QStringLiteral("--replay takes one SLIDE, and neither --go nor --screenshot"));
        isRight = false;
    }
    return isRight ? std::optional(std::move(line)) : std::nullopt;
}

// Help and version must work without a display.
std::unique_ptr<QCoreApplication> makeApplication(int& argc, char* argv[]) {
    const bool onlyText = std::any_of(argv + 1, argv + argc, [](std::string_view argument) {
        return argument == "-h" || argument == "--help" || argument == "-v" || argument == "--version";
    });
    if (onlyText) {
        return std::make_unique<QCoreApplication>(argc, argv);
    }
    return std::make_unique<QGuiApplication>(argc, argv);
}

}  // namespace

int main(int argc, char* argv[]) {
    const std::unique_ptr<QCoreApplication> application = makeApplication(argc, argv);
    QGuiApplication::setApplicationName(QStringLiteral("Origami Viewer"));
    QGuiApplication::setOrganizationName(QStringLiteral("Origami Viewer"));
    QGuiApplication::setOrganizationDomain(QStringLiteral("origamiviewer.github.io"));
    QGuiApplication::setDesktopFileName(QStringLiteral("io.github.origamiviewer.OrigamiViewer"));
    QGuiApplication::setApplicationVersion(
        QString::fromUtf8(origami::version().data(), static_cast<qsizetype>(origami::version().size())));

    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Shows whole-slide images."));
    std::optional<CommandLine> line = parse(parser, QCoreApplication::arguments());
    if (!line) {
        return kWrongUsage;
    }
    if (!origami::initialiseLogging(line->logLevel.toStdString())) {
        complain(
            QStringLiteral("--log-level takes trace, debug, info, warn, error or off, not \"%1\"").arg(line->logLevel));
        return kWrongUsage;
    }
    if (!origami::MetricsModel::isOptimisedBuild()) {
        spdlog::info("This is an unoptimised build: times are not representative");
    }

    std::optional<origami::ViewTrace> trace;
    if (!line->replay.isEmpty()) {
        origami::Result<origami::ViewTrace> read = origami::readViewTrace(origami::toPath(line->replay));
        if (!read) {
            complain(QString::fromStdString(read.error().message));
            return kFailed;
        }
        trace = std::move(*read);
    }
    for (const QString& file : {line->record, line->report}) {
        if (const QString problem = file.isEmpty() ? QString() : origami::checkWritable(file); !problem.isEmpty()) {
            complain(problem);
            return kFailed;
        }
    }

    if (!line->trace.isEmpty()) {
        if (const auto prepared = origami::prepareTrace(origami::toPath(line->trace)); !prepared) {
            complain(QString::fromStdString(prepared.error().message));
            return kFailed;
        }
    }

    const origami::ThreadRoleScope role(origami::ThreadRole::Gui);
#ifndef Q_OS_MACOS  // there the bundle has the icon, in every size
    QGuiApplication::setWindowIcon(QIcon(QStringLiteral(":/qt/qml/Origami/icons/origami-viewer.svg")));
#endif
    origami::chooseGraphics();
    const origami::QuitSignals quitSignals;
    const bool expectsSlide = !line->viewer.slides.isEmpty();
    origami::ViewerWindow viewer(std::move(line->viewer));
    if (!viewer.window() || !viewer.slideView()) {
        complain(QStringLiteral("the window could not be made; is Qt Quick Controls installed?"));
        return kFailed;
    }
    const auto giveUp = [](const QString& reason) {
        complain(reason);
        QGuiApplication::exit(kFailed);
    };
    std::unique_ptr<origami::Screenshot> screenshot;
    if (!line->screenshot.isEmpty()) {
        screenshot = std::make_unique<origami::Screenshot>(*viewer.window(), *viewer.slideView(), viewer.session(),
                                                           viewer.metrics(), line->screenshot, expectsSlide);
        QObject::connect(screenshot.get(), &origami::Screenshot::saved, application.get(),
                         [] { QGuiApplication::exit(kOk); });
        QObject::connect(screenshot.get(), &origami::Screenshot::failed, application.get(), giveUp);
    }
    std::unique_ptr<origami::TraceReplay> replay;
    bool isReplayed = !trace;
    if (trace) {
        replay = std::make_unique<origami::TraceReplay>(*viewer.window(), *viewer.slideView(), viewer.session(),
                                                        std::move(*trace), origami::toPath(line->replay), line->report);
        QObject::connect(replay.get(), &origami::TraceReplay::finished, application.get(), [&isReplayed] {
            isReplayed = true;
            QGuiApplication::exit(kOk);
        });
        QObject::connect(replay.get(), &origami::TraceReplay::failed, application.get(), giveUp);
    }
    std::unique_ptr<origami::TraceRecorder> recorder;
    if (!line->record.isEmpty()) {
        recorder = std::make_unique<origami::TraceRecorder>(*viewer.slideView(), line->record);
    }
    // Called by the event loop, because exit() works only while the loop runs.
    QMetaObject::invokeMethod(
        application.get(), [&viewer] { viewer.start(); }, Qt::QueuedConnection);
    int result = QGuiApplication::exec();
    if (result == kOk && !isReplayed) {
        complain(QStringLiteral("%1 was not written: the window was closed").arg(line->report));
        result = kFailed;
    }
    if (const QString problem = recorder ? recorder->write() : QString(); !problem.isEmpty()) {
        complain(problem);
        result = kFailed;
    }
    if (!line->trace.isEmpty()) {
        const auto written = viewer.session().engine()->writeTrace(origami::toPath(line->trace));
        if (!written) {
            complain(QString::fromStdString(written.error().message));
            result = kFailed;
        }
    }
    // A read cannot be interrupted, so the program does not wait for a disk that does not answer.
    if (constexpr std::chrono::seconds kPatience{2}; !viewer.session().stop(kPatience)) {
        spdlog::warn("A disk does not answer; the program ends without waiting for it");
        spdlog::shutdown();
        std::_Exit(result);
    }
    return result;
}
