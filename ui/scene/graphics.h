// Chooses the graphics system that Qt Quick draws with.
#pragma once

namespace origami {

// Chooses Qt's software backend where OpenGL is missing or runs on the processor, which takes three times as long to
// draw a slide. Keeps a choice that the user made with QT_QUICK_BACKEND, QMLSCENE_DEVICE or QSG_RHI_BACKEND. Call this
// after making the QGuiApplication and before making the first QQuickWindow.
void chooseGraphics();

}  // namespace origami
