#include "app/viewer/viewer_window.h"

#include "ui/scene/slide_view.h"
#include "ui/session/slide_image_provider.h"

#include <QCoreApplication>
#include <QQuickWindow>
#include <QtPlugin>

// Links the types and compiled files of the static QML module.
Q_IMPORT_PLUGIN(OrigamiPlugin)

namespace origami {

ViewerWindow::ViewerWindow(ViewerOptions options)
    : m_fileOpenEvents(*QCoreApplication::instance()),
      m_session(std::move(options)),
      m_slides(*m_session.slides()),
      m_metrics(m_session.engine()),
      m_exporter(m_session.tasks(), m_session.engine(), m_metrics) {
    QObject::connect(&m_fileOpenEvents, &FileOpenEvents::filesWished, &m_session,
                     [this](const QList<QUrl>& urls) { openFromDesktop(urls); });
    m_engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    m_engine.addImageProvider(SlideImageProvider::providerId(), new SlideImageProvider(m_session.engine()));
    m_engine.setInitialProperties({{QStringLiteral("session"), QVariant::fromValue(&m_session)},
                                   {QStringLiteral("slides"), QVariant::fromValue(&m_slides)},
                                   {QStringLiteral("metrics"), QVariant::fromValue(&m_metrics)},
                                   {QStringLiteral("exporter"), QVariant::fromValue(&m_exporter)}});
    m_engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Origami/Main.qml")));
    if (!m_engine.rootObjects().isEmpty()) {
        m_window = qobject_cast<QQuickWindow*>(m_engine.rootObjects().constFirst());
    }
}

void ViewerWindow::start() {
    m_session.start();
    m_fileOpenEvents.start();
}

void ViewerWindow::openFromDesktop(const QList<QUrl>& urls) {
    m_session.openAll(urls);
    if (m_window) {
        m_window->setWindowStates(m_window->windowStates() & ~Qt::WindowMinimized);
        m_window->raise();
        m_window->requestActivate();
    }
}

SlideView* ViewerWindow::slideView() const {
    return m_window ? m_window->findChild<SlideView*>() : nullptr;
}

}  // namespace origami
