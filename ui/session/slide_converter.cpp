#include "ui/session/slide_converter.h"

#include "ui/session/conversion_target.h"
#include "ui/session/file_tasks.h"
#include "ui/session/guarded.h"
#include "ui/session/slide_document.h"
#include "ui/session/slide_path.h"

#include <QDesktopServices>
#include <QLocale>
#include <QProcess>

#include "core/base/log.h"
#include "core/base/machine.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace origami {
namespace {

constexpr int kLookMs = 100;
constexpr int kPaceMs = 500;
constexpr int kFirstPaceMs = 1000;  // a pace that was measured for a shorter time is a guess
constexpr int kMostDone = 3;        // finished conversions that are listed

const char* presetName(SlideConverter::Preset preset) {
    switch (preset) {
        case SlideConverter::Preset::Small: return "small";
        case SlideConverter::Preset::High: return "high";
        case SlideConverter::Preset::Default: break;
    }
    return "default";
}

QString adviceFor(ErrorCode code) {
    switch (code) {
        case ErrorCode::NotFound:
            return SlideConverter::tr(
                "Check that the slide and the folder still exist and that their drives are "
                "connected.");
        case ErrorCode::Truncated:
        case ErrorCode::Corrupt:
            return SlideConverter::tr("The slide is damaged there. Copy it again, or export it again from its source.");
        case ErrorCode::Io:
            return SlideConverter::tr(
                "Check that you may write there, that the drive has room, and that the slide's "
                "drive is connected.");
        case ErrorCode::OutOfMemory: return SlideConverter::tr("Close other slides or programs.");
        case ErrorCode::InvalidArgument: return SlideConverter::tr("Choose another name.");
        case ErrorCode::Unsupported:
        case ErrorCode::Cancelled: break;
    }
    return {};
}

QString timeLeftText(double seconds) {
    const auto minutes = static_cast<qint64>(std::ceil(seconds / 60));
    if (minutes <= 1) {
        return seconds > 10 ? SlideConverter::tr("Under 1 min left") : SlideConverter::tr("Seconds left");
    }
    return minutes < 60 ? SlideConverter::tr("%1 min left").arg(minutes)
                        : SlideConverter::tr("%1 h %2 min left").arg(minutes / 60).arg(minutes % 60);
}

}  // namespace

// --- one conversion ---

SlideConversion::SlideConversion(std::shared_ptr<Job> job, QObject* parent) : QObject(parent), m_job(std::move(job)) {}

QString SlideConversion::name() const {
    return slideNameOf(m_job->source);
}

QString SlideConversion::target() const {
    return m_job->target;
}

QString SlideConversion::targetName() const {
    return onOneLine(fileNameOf(m_job->target));
}

void SlideConversion::cancel() {
    m_job->stop.request_stop();
    if (m_state == State::Running) {
        setState(State::Stopping);
    }
}

void SlideConversion::setState(State state) {
    if (m_state != state) {
        m_state = state;
        emit stateChanged();
    }
}

void SlideConversion::look() {
    const std::int64_t total = m_job->familiesTotal;
    const std::int64_t done = std::min<std::int64_t>(m_job->familiesDone, total);
    if (total == 0 || m_state != State::Running) {
        return;
    }
    const double share = static_cast<double>(done) / static_cast<double>(total);
    if (share > m_share) {
        m_share = share;
        emit shareChanged();
    }
    takePace(done, total);
}

void SlideConversion::takePace(std::int64_t familiesDone, std::int64_t familiesTotal) {
    if (familiesDone == 0) {
        return;
    }
    if (!m_clock.isValid()) {
        m_familiesAtStart = familiesDone;
        m_clock.start();
        return;
    }
    const auto measured = static_cast<double>(familiesDone - m_familiesAtStart);
    const bool isKnown = m_clock.elapsed() >= kFirstPaceMs && measured > 0;
    if (!isKnown || (m_sincePace.isValid() && m_sincePace.elapsed() < kPaceMs)) {
        return;
    }
    m_sincePace.start();
    const double familiesPerSecond = measured / (static_cast<double>(m_clock.elapsed()) / 1000);
    const double megapixels = static_cast<double>(m_job->pixels) / 1e6 / static_cast<double>(familiesTotal);
    m_rate = tr("%1 MP/s").arg(QLocale().toString(familiesPerSecond * megapixels, 'f', 1));
    m_timeLeft = familiesDone < familiesTotal
                     ? timeLeftText(static_cast<double>(familiesTotal - familiesDone) / familiesPerSecond)
                     : tr("Finishing");
    emit paceChanged();
}

void SlideConversion::finish(const Outcome& outcome) {
    const auto bytes = static_cast<double>(outcome.report.bytes);
    m_saving =
        outcome.sourceBytes > 0 ? formatSaving(static_cast<double>(outcome.sourceBytes), bytes) : formatBytes(bytes);
    m_share = 1;
    emit shareChanged();
    setState(State::Done);
}

Result<SlideConversion::Outcome> SlideConversion::convert(Job& job) {
    const Result<std::shared_ptr<const Slide>> source = openSlide(toPath(job.source), job.open);
    if (!source) {
        return source.error();
    }
    const std::filesystem::path target = toPath(job.target);
    std::error_code ignored;
    if (std::filesystem::equivalent((*source)->info().path, target, ignored)) {
        return Error{ErrorCode::InvalidArgument, target.string() + " is the slide itself and is not replaced"};
    }
    const LevelSize size = (*source)->pyramid().levelSize(0);
    job.pixels = size.width * size.height;
    const auto takeProgress = [&job](const EncodeProgress& progress) {
        job.familiesDone = progress.familiesDone;
        job.familiesTotal = progress.familiesTotal;
    };
    Result<EncodeReport> report = encodeTiff(**source, target, job.options, takeProgress, job.stop.token());
    if (!report) {
        return std::move(report).error();
    }
    return Outcome{*std::move(report), (*source)->info().fileBytes};
}

// --- all of them ---

SlideConverter::SlideConverter(FileTasks& tasks, OpenOptions open, QObject* parent)
    : QObject(parent), m_tasks(tasks), m_open(std::move(open)) {
    m_pool.setMaxThreadCount(1);
    m_look.setInterval(kLookMs);
    connect(&m_look, &QTimer::timeout, this, [this] {
        for (SlideConversion* conversion : std::as_const(m_all)) {
            conversion->look();
        }
    });
}

SlideConverter::~SlideConverter() {
    cancelAll();
    m_pool.waitForDone();
}

QObjectList SlideConverter::conversions() const {
    QObjectList shown;
    for (SlideConversion* conversion : m_all) {
        if (conversion->state() != SlideConversion::State::Waiting) {
            shown << conversion;
        }
    }
    return shown;
}

int SlideConverter::waiting() const {
    return static_cast<int>(std::ranges::count(m_all, SlideConversion::State::Waiting, &SlideConversion::state));
}

bool SlideConverter::isBusy() const {
    return std::ranges::any_of(
        m_all, [](const SlideConversion* conversion) { return conversion->state() != SlideConversion::State::Done; });
}

QStringList SlideConverter::plannedTargets() const {
    QStringList targets;
    for (const SlideConversion* conversion : m_all) {
        if (conversion->state() != SlideConversion::State::Done) {
            targets << conversion->target();
        }
    }
    return targets;
}

void SlideConverter::suggestTarget(const QString& source) {
    const quint64 suggestion = ++m_suggestion;
    m_tasks.run(
        this, [source, planned = plannedTargets()] { return Result<QString>(suggestedTarget(source, planned)); },
        [this, suggestion, source](const Result<QString>& target) {
            if (suggestion == m_suggestion && target) {
                emit targetSuggested(source, *target);
            }
        });
}

QString SlideConverter::targetPath(const QUrl& chosen) const {
    const QString path = chosen.toLocalFile();
    const bool isTiff = path.endsWith(QLatin1String(".tif"), Qt::CaseInsensitive) ||
                        path.endsWith(QLatin1String(".tiff"), Qt::CaseInsensitive);
    return isTiff ? path : path + QLatin1String(kConversionSuffix);
}

QUrl SlideConverter::urlOf(const QString& path) const {
    return QUrl::fromLocalFile(path);
}

void SlideConverter::checkTarget(const QString& path) {
    const quint64 check = ++m_check;
    const bool isPlanned = plannedTargets().contains(path);
    m_tasks.run(
        this, [path, isPlanned] { return Result<bool>(isPlanned || isTaken(path)); },
        [this, check, path](const Result<bool>& exists) {
            if (check == m_check) {
                emit targetChecked(path, exists && *exists);
            }
        });
}

void SlideConverter::start(const QString& source, const QString& target, Preset preset, bool replace) {
    auto job = std::make_shared<SlideConversion::Job>();
    job->source = source;
    job->target = target;
    job->open = m_open;
    job->options = tiffPreset(presetName(preset)).value_or(TiffEncodeOptions());
    job->options.overwrite = replace;
    job->threads = std::max(1, hardwareThreads() / 2);
    auto* const conversion = new SlideConversion(job, this);
    connect(conversion, &SlideConversion::stateChanged, this, &SlideConverter::conversionsChanged);
    m_all << conversion;
    emit conversionsChanged();
    m_pool.start([this, conversion, job] {
        // The converter outlives its threads, and deletes a conversion only after settle().
        const auto tell = [this](auto what) { QMetaObject::invokeMethod(this, std::move(what), Qt::QueuedConnection); };
        std::optional<Result<SlideConversion::Outcome>> result;
        if (!job->stop.stop_requested()) {
            tell([this, conversion] { run(conversion); });
            result = guarded(
                [&job] {
                    auto outcome = Result<SlideConversion::Outcome>(SlideConversion::Outcome());
                    withBackgroundThreads(job->threads, [&] { outcome = SlideConversion::convert(*job); });
                    return outcome;
                },
                job->source.toStdString());
        }
        tell([this, conversion,
              settled =
                  result ? *std::move(result) : Result<SlideConversion::Outcome>(Error{ErrorCode::Cancelled, {}})] {
            settle(conversion, settled);
        });
    });
}

void SlideConverter::run(SlideConversion* conversion) {
    if (conversion->state() == SlideConversion::State::Waiting) {
        conversion->setState(SlideConversion::State::Running);
    }
    m_look.start();
}

void SlideConverter::settle(SlideConversion* conversion, const Result<SlideConversion::Outcome>& result) {
    if (result) {
        const auto isDone = [](const SlideConversion* other) { return other->state() == SlideConversion::State::Done; };
        const auto isReplaced = std::ranges::find_if(m_all, [&](const SlideConversion* other) {
            return isDone(other) && other->target() == conversion->target();
        });
        if (isReplaced != m_all.end()) {
            forget(*isReplaced);
        }
        conversion->finish(*result);
        if (std::ranges::count_if(m_all, isDone) > kMostDone) {
            forget(*std::ranges::find_if(m_all, isDone));
        }
        emit finished(conversion->target());
    } else {
        const Error& error = result.error();
        const QString source = conversion->m_job->source;
        const QString target = conversion->target();
        forget(conversion);
        if (!error.isCancelled()) {
            spdlog::error("{}", error.message);
            emit failed(source, target, onOneLine(QString::fromStdString(error.message)) + QLatin1Char('.'),
                        adviceFor(error.code));
        }
    }
    if (!isBusy()) {
        m_look.stop();
    }
}

void SlideConverter::cancelAll() {
    for (SlideConversion* conversion : std::as_const(m_all)) {
        conversion->cancel();
    }
}

void SlideConverter::dismiss(SlideConversion* conversion) {
    if (conversion && conversion->state() == SlideConversion::State::Done) {
        forget(conversion);
    }
}

void SlideConverter::forget(SlideConversion* conversion) {
    if (m_all.removeOne(conversion)) {
        emit conversionsChanged();
        conversion->deleteLater();
    }
}

void SlideConverter::showInFolder(const QString& path) const {
#ifdef Q_OS_MACOS
    QProcess::startDetached(QStringLiteral("open"), {QStringLiteral("-R"), path});
#else
    QDesktopServices::openUrl(QUrl::fromLocalFile(folderOf(path)));
#endif
}

}  // namespace origami
