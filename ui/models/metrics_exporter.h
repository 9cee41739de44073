// Gives the numbers of the overlay, and the record of what the threads did recently, to other programs: as files and on
// the clipboard. GUI thread; files are written on background threads.
#pragma once

#include "ui/models/metrics_model.h"
#include "ui/session/file_tasks.h"

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QUrl>

#include <memory>

namespace origami {

class MetricsExporter : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Belongs to the window")

public:
    // `tasks` and `metrics` outlive the exporter.
    MetricsExporter(FileTasks& tasks, std::shared_ptr<SlideEngine> engine, const MetricsModel& metrics,
                    QObject* parent = nullptr);

    // Asks for a file in the user's documents whose name begins with `what` and says the time. Answered by
    // fileSuggested; only the newest call is.
    Q_INVOKABLE void suggestFile(const QString& what, const QString& suffix);
    // Writes trace events (metrics/trace_events.h). Answered by done or failed.
    Q_INVOKABLE void saveTrace(const QUrl& file);
    // Writes CSV if the file's name ends in .csv, otherwise JSON. Answered by done or failed.
    Q_INVOKABLE void saveMetrics(const QUrl& file);
    // Puts a table whose columns are separated by tabs on the clipboard.
    Q_INVOKABLE void copyMetrics();

signals:
    void fileSuggested(const QString& what, const QUrl& file);
    void done(const QString& message);
    void failed(const QString& file, const QString& message);

private:
    FileTasks& m_tasks;
    std::shared_ptr<SlideEngine> m_engine;
    const MetricsModel& m_metrics;
    quint64 m_suggestion = 0;  // counts the questions, so that late answers to old ones are dropped
};

}  // namespace origami
