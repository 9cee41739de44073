#include "ui/scene/painted/painted_tiles.h"

#include "core/base/parallel.h"

#include <QPainter>
#include <QQuickWindow>
#include <QSGRendererInterface>

#include <algorithm>
#include <tuple>
#include <utility>

namespace origami {
namespace {

constexpr int kRowsAtOnce = 128;  // of a cell that one thread draws at a time

bool isCovered(const PaintedCell& cell) {
    return !cell.layers.empty() && cell.layers.front().opacity >= 1 && cell.layers.front().pixels == cell.pixels;
}

std::int64_t pixelCount(QRect rect) {
    return static_cast<std::int64_t>(rect.width()) * rect.height();
}

}  // namespace

void PaintedTiles::reserve(QSize largest) {
    const auto count = static_cast<std::size_t>(pixelCount({QPoint(0, 0), largest}));
    if (m_pixels.size() < count) {
        m_cells.clear();  // everything has to be drawn again
        m_part = {};
        m_pixels = std::vector<std::uint32_t>(count);  // resize() might allocate more
    }
}

std::int64_t PaintedTiles::paint(QRect part, double pixelRatio, std::vector<PaintedCell> cells) {
    std::erase_if(cells, [](const PaintedCell& cell) { return cell.pixels.isEmpty(); });
    std::ranges::sort(cells, {}, [](const PaintedCell& cell) { return std::tuple(cell.pixels.y(), cell.pixels.x()); });
    reserve(part.size());
    std::vector<PaintedCell> before = std::exchange(m_cells, {});
    const bool isElsewhere = part != std::exchange(m_part, {});
    if (isElsewhere) {
        before.clear();
    }

    std::vector<std::pair<const PaintedCell*, QRect>> changed;  // and which of its rows
    std::int64_t drawn = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const PaintedCell& cell = cells[i];
        if (i < before.size() && before[i] == cell) {
            continue;
        }
        drawn += pixelCount(cell.pixels);
        for (int y = cell.pixels.top(); y <= cell.pixels.bottom(); y += kRowsAtOnce) {
            changed.emplace_back(&cell, QRect(cell.pixels.x(), y, cell.pixels.width(), kRowsAtOnce) & cell.pixels);
        }
    }
    parallelFor(static_cast<int>(changed.size()), [&](int i) {
        const auto& [cell, rows] = changed[static_cast<std::size_t>(i)];
        draw(*cell, part, rows);
    });
    const bool isOther = drawn > 0 || isElsewhere || cells.size() != before.size() || pixelRatio != m_pixelRatio;
    m_part = part;
    m_pixelRatio = pixelRatio;
    m_cells = std::move(cells);
    if (isOther) {
        markDirty(DirtyMaterial | DirtyGeometry);  // makes the renderer draw the node again
    }
    return drawn;
}

void PaintedTiles::draw(const PaintedCell& cell, QRect part, QRect rows) {
    const MutableRgb32View picture{m_pixels.data(), part.width(), part.height(), part.width()};
    const auto target = [&](QRect pixels) {
        return picture.sub(pixels.x() - part.x(), pixels.y() - part.y(), pixels.width(), pixels.height());
    };
    if (!isCovered(cell)) {
        fill(target(rows), 0);
    }
    for (const PaintedLayer& layer : cell.layers) {
        const QRect pixels = layer.pixels & rows;
        if (pixels.isEmpty()) {
            continue;
        }
        const QPoint first = pixels.topLeft() - layer.pixels.topLeft();
        drawScaled(layer.block.view(), layer.sampling.from(first.x(), first.y()), target(pixels), layer.opacity);
    }
}

bool PaintedTiles::isOpaque() const {
    return std::ranges::all_of(m_cells, isCovered);
}

QImage PaintedTiles::picture() const {
    QImage picture(reinterpret_cast<const uchar*>(m_pixels.data()), m_part.width(), m_part.height(),
                   static_cast<qsizetype>(m_part.width()) * static_cast<qsizetype>(sizeof(std::uint32_t)),
                   isOpaque() ? QImage::Format_RGB32 : QImage::Format_ARGB32_Premultiplied);
    picture.setDevicePixelRatio(m_pixelRatio);
    return picture;
}

void PaintedTiles::render(const RenderState* state) {
    auto* const painter = static_cast<QPainter*>(
        m_window.rendererInterface()->getResource(&m_window, QSGRendererInterface::PainterResource));
    if (painter == nullptr || m_part.isEmpty()) {
        return;
    }
    if (const QRegion* const clip = state->clipRegion(); clip != nullptr && !clip->isEmpty()) {
        painter->setClipRegion(*clip, Qt::ReplaceClip);
    }
    painter->setTransform(matrix()->toTransform());
    painter->setOpacity(inheritedOpacity());
    painter->setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter->drawImage(rect().topLeft(), picture());
}

QSGRenderNode::RenderingFlags PaintedTiles::flags() const {
    return isOpaque() ? BoundedRectRendering | OpaqueRendering : RenderingFlags(BoundedRectRendering);
}

QRectF PaintedTiles::rect() const {
    return {m_part.x() / m_pixelRatio, m_part.y() / m_pixelRatio, m_part.width() / m_pixelRatio,
            m_part.height() / m_pixelRatio};
}

}  // namespace origami
