// Puts a window together: session, models, QML engine, Main.qml. The application and the tests start from it.
#pragma once

#include "ui/models/metrics_exporter.h"
#include "ui/models/metrics_model.h"
#include "ui/models/slide_list_model.h"
#include "ui/session/file_open_events.h"
#include "ui/session/viewer_session.h"

#include <QQmlApplicationEngine>

class QQuickWindow;

namespace origami {

class SlideView;

class ViewerWindow {
public:
    explicit ViewerWindow(ViewerOptions options);

    // Opens the slides of the command line, then those that the desktop has asked for meanwhile or asks for later.
    void start();

    // Null if the QML module is broken. Qt then writes the reason to stderr.
    [[nodiscard]] QQuickWindow* window() const { return m_window; }
    [[nodiscard]] SlideView* slideView() const;
    [[nodiscard]] ViewerSession& session() { return m_session; }
    [[nodiscard]] SlideListModel& slides() { return m_slides; }
    [[nodiscard]] MetricsModel& metrics() { return m_metrics; }

private:
    void openFromDesktop(const QList<QUrl>& urls);

    FileOpenEvents m_fileOpenEvents;
    ViewerSession m_session;
    SlideListModel m_slides;
    MetricsModel m_metrics;
    MetricsExporter m_exporter;
    QQmlApplicationEngine m_engine;  // destroyed first, because its objects use those above
    QQuickWindow* m_window = nullptr;
};

}  // namespace origami
