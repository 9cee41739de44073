#include "ui/models/metrics_exporter.h"

#include "core/metrics/metrics_table.h"
#include "ui/session/slide_path.h"
#include "ui/session/text_file.h"

#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QLocale>

#include <utility>

namespace origami {
namespace {

QString withSuffix(const QUrl& file, const QString& suffix) {
    const QString path = file.toLocalFile();
    return fileNameOf(path).contains(u'.') ? path : path + QLatin1Char('.') + suffix;
}

}  // namespace

MetricsExporter::MetricsExporter(FileTasks& tasks, std::shared_ptr<SlideEngine> engine, const MetricsModel& metrics,
                                 QObject* parent)
    : QObject(parent), m_tasks(tasks), m_engine(std::move(engine)), m_metrics(metrics) {}

void MetricsExporter::suggestFile(const QString& what, const QString& suffix) {
    const quint64 suggestion = ++m_suggestion;
    const QString time = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HHmmss"));
    const QString name = QStringLiteral("%1 %2.%3").arg(what, time, suffix);
    m_tasks.run(
        this, [name] { return Result<QString>(documentsFolder() + QLatin1Char('/') + name); },
        [this, suggestion, what, name](const Result<QString>& path) {
            if (suggestion == m_suggestion) {
                emit fileSuggested(what, QUrl::fromLocalFile(path ? *path : name));
            }
        });
}

void MetricsExporter::saveTrace(const QUrl& file) {
    const QString path = withSuffix(file, QStringLiteral("json"));
    m_tasks.run(
        this, [engine = m_engine, path] { return engine->writeTrace(toPath(path)); },
        [this, path](const Result<TraceSummary>& written) {
            if (!written) {
                emit failed(path, QString::fromStdString(written.error().message));
                return;
            }
            const QLocale locale;
            emit done(tr("%1: the last %2 seconds, %3 events")
                          .arg(fileNameOf(path), locale.toString(written->seconds, 'f', 1),
                               locale.toString(static_cast<qlonglong>(written->events))));
        });
}

void MetricsExporter::saveMetrics(const QUrl& file) {
    const QString path = withSuffix(file, QStringLiteral("csv"));
    const MetricsSnapshot snapshot = m_metrics.current();
    const bool isTable = path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive);
    const std::string text = isTable ? metricsTable(snapshot, ',') : metricsJson(snapshot);
    m_tasks.run(
        this,
        [path, bytes = QByteArray::fromStdString(text)]() -> Result<void> {
            const QString problem = writeTextFile(path, bytes);
            return problem.isEmpty() ? Result<void>() : Error{ErrorCode::Io, problem.toStdString()};
        },
        [this, path](const Result<void>& written) {
            if (written) {
                emit done(tr("%1 has been saved").arg(fileNameOf(path)));
            } else {
                emit failed(path, QString::fromStdString(written.error().message));
            }
        });
}

void MetricsExporter::copyMetrics() {
    QGuiApplication::clipboard()->setText(QString::fromStdString(metricsTable(m_metrics.current(), '\t')));
    emit done(tr("The metrics are on the clipboard, as a table"));
}

}  // namespace origami
