#include "ui/session/viewer_window.h"

#include "ui/scene/slide_view.h"
#include "ui/session/slide_image_provider.h"

#include <QQuickWindow>
#include <QtPlugin>

// Brings in the types and compiled files of the static module.
Q_IMPORT_PLUGIN(OrigamiPlugin)

namespace origami {

ViewerWindow::ViewerWindow(ViewerOptions options) : m_session(std::move(options)) {
    m_engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    m_engine.addImageProvider(SlideImageProvider::providerId(), new SlideImageProvider(m_session.engine()));
    m_engine.setInitialProperties({{QStringLiteral("session"), QVariant::fromValue(&m_session)}});
    m_engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Origami/Main.qml")));
    if (!m_engine.rootObjects().isEmpty()) {
        m_window = qobject_cast<QQuickWindow*>(m_engine.rootObjects().constFirst());
    }
}

SlideView* ViewerWindow::slideView() const {
    return m_window ? m_window->findChild<SlideView*>() : nullptr;
}

}  // namespace origami
