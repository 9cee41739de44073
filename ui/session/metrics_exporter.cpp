#include "ui/session/metrics_exporter.h"

#include "core/metrics/metrics_table.h"
#include "ui/session/slide_path.h"
#include "ui/session/text_file.h"

#include <QClipboard>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLocale>
#include <QStandardPaths>

namespace origami {
namespace {

QString withSuffix(const QUrl& file, const QString& suffix) {
    const QString path = file.toLocalFile();
    return QFileInfo(path).suffix().isEmpty() ? path + QLatin1Char('.') + suffix : path;
}

}  // namespace

MetricsExporter::MetricsExporter(std::shared_ptr<SlideEngine> engine, const MetricsModel& metrics, QObject* parent)
    : QObject(parent), m_engine(std::move(engine)), m_metrics(metrics) {
    m_pool.setMaxThreadCount(1);
}

MetricsExporter::~MetricsExporter() {
    m_pool.waitForDone();
}

QUrl MetricsExporter::suggestedFile(const QString& what, const QString& suffix) const {
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    const QString time = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HHmmss"));
    return QUrl::fromLocalFile(
        (folder.exists() ? folder : QDir::home()).filePath(QStringLiteral("%1 %2.%3").arg(what, time, suffix)));
}

void MetricsExporter::saveTrace(const QUrl& file) {
    const QString path = withSuffix(file, QStringLiteral("json"));
    m_pool.start([this, path] {
        const Result<TraceSummary> written = m_engine->writeTrace(toPath(path));
        QMetaObject::invokeMethod(
            this,
            [this, path, written] {
                if (!written) {
                    emit failed(path, QString::fromStdString(written.error().message));
                    return;
                }
                const QLocale locale;
                emit done(tr("%1: the last %2 seconds, %3 events")
                              .arg(QFileInfo(path).fileName(), locale.toString(written->seconds, 'f', 1),
                                   locale.toString(static_cast<qlonglong>(written->events))));
            },
            Qt::QueuedConnection);
    });
}

void MetricsExporter::saveMetrics(const QUrl& file) {
    const QString path = withSuffix(file, QStringLiteral("csv"));
    const MetricsSnapshot snapshot = m_metrics.current();
    const bool isTable = path.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive);
    const std::string text = isTable ? metricsTable(snapshot, ',') : metricsJson(snapshot);
    const QString problem = writeTextFile(path, QByteArray::fromStdString(text));
    if (problem.isEmpty()) {
        emit done(tr("%1 has been saved").arg(QFileInfo(path).fileName()));
    } else {
        emit failed(path, problem);
    }
}

void MetricsExporter::copyMetrics() {
    QGuiApplication::clipboard()->setText(QString::fromStdString(metricsTable(m_metrics.current(), '\t')));
    emit done(tr("The metrics are on the clipboard, as a table"));
}

}  // namespace origami
