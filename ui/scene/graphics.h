// Which graphics system Qt Quick draws with.
#pragma once

namespace origami {

// Takes Qt's software backend where OpenGL would be computed by the processor, or cannot be had at all: it draws a
// slide in a third of the time. Leaves alone what the user chose with QT_QUICK_BACKEND or QSG_RHI_BACKEND. Call it
// between the QGuiApplication and the first QQuickWindow.
void chooseGraphics();

}  // namespace origami
