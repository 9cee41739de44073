// Puts the window together: session, QML engine, Main.qml. What the application and the tests start from.
#pragma once

#include "ui/session/file_open_events.h"
#include "ui/session/viewer_session.h"

#include <QQmlApplicationEngine>

class QQuickWindow;

namespace origami {

class SlideView;

class ViewerWindow {
public:
    explicit ViewerWindow(ViewerOptions options);

    // Opens what the command line names, then what the desktop has asked for meanwhile and will ask for.
    void start();

    // Null if the QML module is broken; what is wrong is on stderr then.
    [[nodiscard]] QQuickWindow* window() const { return m_window; }
    [[nodiscard]] SlideView* slideView() const;
    [[nodiscard]] ViewerSession& session() { return m_session; }

private:
    void openFromDesktop(const QList<QUrl>& urls);

    FileOpenEvents m_fileOpenEvents;
    ViewerSession m_session;
    QQmlApplicationEngine m_engine;  // goes first: its objects look at the session
    QQuickWindow* m_window = nullptr;
};

}  // namespace origami
