// What Qt's software backend shows of a slide: one picture of the tiles in view, drawn by the core into memory and put
// on the window as it is. Drawing every tile through QPainter takes four times as long where pixels are interpolated.
// Render thread, which is the GUI thread with that backend.
#pragma once

#include "core/image/rgb32.h"

#include <QRect>
#include <QSGRenderNode>

#include <cstdint>
#include <vector>

class QQuickWindow;

namespace origami {

class PaintedTiles : public QSGRenderNode {
public:
    explicit PaintedTiles(QQuickWindow& window) : m_window(window) {}

    // Begins a picture for this part of the item, physical pixels, of which there are `pixelRatio` to an item unit; it
    // is to be drawn now. What is not covered afterwards shows what lies under the node; `isCovered` says that nothing
    // will be: then the picture still has arbitrary pixels. Throws std::bad_alloc; the node is empty then.
    MutableRgb32View begin(QRect part, double pixelRatio, bool isCovered);

    void render(const RenderState* state) override;
    [[nodiscard]] RenderingFlags flags() const override;
    [[nodiscard]] QRectF rect() const override;

private:
    QQuickWindow& m_window;
    std::vector<std::uint32_t> m_pixels;  // at least the picture's, rows without gaps
    QRect m_part;
    double m_pixelRatio = 1;
    bool m_isCovered = false;
};

}  // namespace origami
