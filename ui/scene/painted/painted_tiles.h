// The node that shows a slide with Qt's software backend: one picture of the tiles in view, which the core draws into
// memory. Drawing each tile with QPainter would take four times as long where pixels are interpolated. Only the parts
// that differ from the last picture are drawn. Render thread, which is the GUI thread with that backend.
#pragma once

#include "core/image/rgb32.h"
#include "ui/scene/painted/draw_scaled.h"
#include "ui/scene/tile_image.h"

#include <QImage>
#include <QRect>
#include <QSGRenderNode>

#include <cstdint>
#include <vector>

class QQuickWindow;

namespace origami {

// One tile, or a part of it, scaled to its place in the picture. Places are in physical pixels of the item.
struct PaintedLayer {
    QRect pixels;
    TileBlock block;    // opaque; the tile in the middle is the one drawn
    Sampling sampling;  // of that tile, for the first of the pixels
    double opacity = 1;

    bool operator==(const PaintedLayer&) const = default;
};

// A part of the picture that overlaps no other part.
struct PaintedCell {
    QRect pixels;
    std::vector<PaintedLayer> layers;  // within the cell, drawn over each other

    bool operator==(const PaintedCell&) const = default;
};

class PaintedTiles : public QSGRenderNode {
public:
    explicit PaintedTiles(QQuickWindow& window) : m_window(window) {}

    // Allocates memory for pictures of up to that size. Pictures grow while the view zooms in, and allocating a little
    // more for each of them would be slow. Throws std::bad_alloc.
    void reserve(QSize largest);

    // Shows these cells, which together fill `part` of the item; `pixelRatio` is in physical pixels per item unit.
    // Where no layer covers a cell, what lies under the node shows through. Returns how many pixels had to be drawn.
    // Throws std::bad_alloc and leaves the node empty.
    std::int64_t paint(QRect part, double pixelRatio, std::vector<PaintedCell> cells);

    // The pixels of the part. They are valid until the next paint().
    [[nodiscard]] QImage picture() const;

    void render(const RenderState* state) override;
    [[nodiscard]] RenderingFlags flags() const override;
    [[nodiscard]] QRectF rect() const override;

private:
    // Draws these rows of the cell. Any thread, as long as the rows differ.
    void draw(const PaintedCell& cell, QRect part, QRect rows);
    [[nodiscard]] bool isOpaque() const;  // nothing under the node shows through

    QQuickWindow& m_window;
    std::vector<std::uint32_t> m_pixels;  // at least those of the part; rows follow each other without gaps
    QRect m_part;
    double m_pixelRatio = 1;
    std::vector<PaintedCell> m_cells;  // as drawn, sorted by row and column
};

}  // namespace origami
