// What Qt's software backend shows of a slide: one picture of the tiles in view, drawn by the core into memory and put
// on the window as it is. Drawing every tile through QPainter takes four times as long where pixels are interpolated.
// Only what differs from the picture before is drawn. Render thread, which is the GUI thread with that backend.
#pragma once

#include "core/image/draw_scaled.h"
#include "core/image/rgb32.h"
#include "ui/scene/tile_image.h"

#include <QImage>
#include <QRect>
#include <QSGRenderNode>

#include <cstdint>
#include <vector>

class QQuickWindow;

namespace origami {

// Pictures are in physical pixels of the item.
struct PaintedLayer {
    QRect pixels;
    TileBlock block;    // opaque; the tile in the middle has pixels
    Sampling sampling;  // of that tile, from the first of the pixels
    double opacity = 1;

    bool operator==(const PaintedLayer&) const = default;
};

// A part of the picture that no other overlaps.
struct PaintedCell {
    QRect pixels;
    std::vector<PaintedLayer> layers;  // within the cell, drawn over each other

    bool operator==(const PaintedCell&) const = default;
};

class PaintedTiles : public QSGRenderNode {
public:
    explicit PaintedTiles(QQuickWindow& window) : m_window(window) {}

    // Makes room for pictures of up to that size at once: they grow as a view zooms in, and fresh memory is dear.
    // Throws std::bad_alloc.
    void reserve(QSize largest);

    // Shows these cells, which together fill this part of the item, with `pixelRatio` physical pixels to an item unit.
    // What a cell's layers leave free shows what lies under the node. Returns how many pixels had to be drawn. Throws
    // std::bad_alloc; the node is empty then.
    std::int64_t paint(QRect part, double pixelRatio, std::vector<PaintedCell> cells);

    // The item's part as it is shown: valid until the next paint().
    [[nodiscard]] QImage picture() const;

    void render(const RenderState* state) override;
    [[nodiscard]] RenderingFlags flags() const override;
    [[nodiscard]] QRectF rect() const override;

private:
    // Any thread; only these rows of the cell.
    void draw(const PaintedCell& cell, QRect part, QRect rows);
    [[nodiscard]] bool isOpaque() const;  // nothing under the node shows

    QQuickWindow& m_window;
    std::vector<std::uint32_t> m_pixels;  // at least the part's, rows without gaps
    QRect m_part;
    double m_pixelRatio = 1;
    std::vector<PaintedCell> m_cells;  // as drawn, by rows
};

}  // namespace origami
