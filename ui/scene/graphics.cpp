#include "ui/scene/graphics.h"

#include "core/base/log.h"

#include <QQuickWindow>
#include <QSGRendererInterface>
#include <QtGlobal>

#if QT_CONFIG(opengl) && !defined(Q_OS_DARWIN) && !defined(Q_OS_WIN)
#include <QByteArray>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>

#include <algorithm>
#include <array>
#endif

namespace origami {

#if QT_CONFIG(opengl) && !defined(Q_OS_DARWIN) && !defined(Q_OS_WIN)  // other systems do not draw with OpenGL

namespace {

// The name of the OpenGL renderer; empty if there is no OpenGL.
QByteArray openGlRenderer() {
    QOpenGLContext context;
    QOffscreenSurface surface;
    surface.create();
    if (!context.create() || !surface.isValid() || !context.makeCurrent(&surface)) {
        return {};
    }
    const QByteArray renderer(reinterpret_cast<const char*>(context.functions()->glGetString(GL_RENDERER)));
    context.doneCurrent();
    return renderer;
}

bool isSoftware(const QByteArray& renderer) {
    constexpr std::array kRasterisers{"llvmpipe", "softpipe", "swrast", "SwiftShader", "Software Rasterizer"};
    return std::any_of(kRasterisers.begin(), kRasterisers.end(),
                       [&](const char* name) { return renderer.contains(name); });
}

}  // namespace

void chooseGraphics() {
    for (const char* const choice : {"QT_QUICK_BACKEND", "QMLSCENE_DEVICE", "QSG_RHI_BACKEND"}) {
        if (!qEnvironmentVariableIsEmpty(choice)) {
            return;
        }
    }
    const QByteArray renderer = openGlRenderer();
    if (renderer.isEmpty() || isSoftware(renderer)) {
        spdlog::info("No graphics card is used ({}): drawing with the processor",
                     renderer.isEmpty() ? "there is no OpenGL" : renderer.constData());
        QQuickWindow::setGraphicsApi(QSGRendererInterface::Software);
    }
}

#else

void chooseGraphics() {}

#endif

}  // namespace origami
