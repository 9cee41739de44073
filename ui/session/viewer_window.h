// Puts the window together: session, QML engine, Main.qml. What the application and the tests start from.
#pragma once

#include "ui/session/viewer_session.h"

#include <QQmlApplicationEngine>

class QQuickWindow;

namespace origami {

class SlideView;

class ViewerWindow {
public:
    explicit ViewerWindow(ViewerOptions options);

    // Null if the QML module is broken; what is wrong is on stderr then.
    [[nodiscard]] QQuickWindow* window() const { return m_window; }
    [[nodiscard]] SlideView* slideView() const;
    [[nodiscard]] ViewerSession& session() { return m_session; }

private:
    ViewerSession m_session;
    QQmlApplicationEngine m_engine;  // goes first: its objects look at the session
    QQuickWindow* m_window = nullptr;
};

}  // namespace origami
