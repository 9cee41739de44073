// Gives the numbers of the overlay, and what the threads did of late, to other programs: files and the clipboard.
#pragma once

#include "ui/models/metrics_model.h"

#include <QtQml/qqmlregistration.h>
#include <QObject>
#include <QThreadPool>
#include <QUrl>

#include <memory>

namespace origami {

class MetricsExporter : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Belongs to the session")

public:
    MetricsExporter(std::shared_ptr<SlideEngine> engine, const MetricsModel& metrics, QObject* parent = nullptr);
    ~MetricsExporter() override;

    // In the user's documents, with a name that says when.
    Q_INVOKABLE QUrl suggestedFile(const QString& what, const QString& suffix) const;
    // In the background: metrics/trace_events.h.
    Q_INVOKABLE void saveTrace(const QUrl& file);
    // CSV where the name ends so, else JSON.
    Q_INVOKABLE void saveMetrics(const QUrl& file);
    // As a table between tabs.
    Q_INVOKABLE void copyMetrics();

signals:
    void done(const QString& message);
    void failed(const QString& file, const QString& message);

private:
    std::shared_ptr<SlideEngine> m_engine;
    const MetricsModel& m_metrics;
    QThreadPool m_pool;
};

}  // namespace origami
