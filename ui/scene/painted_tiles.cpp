#include "ui/scene/painted_tiles.h"

#include <QImage>
#include <QPainter>
#include <QQuickWindow>
#include <QSGRendererInterface>

namespace origami {

MutableRgb32View PaintedTiles::begin(QRect part, double pixelRatio, bool isCovered) {
    m_part = {};
    const std::size_t count = static_cast<std::size_t>(part.width()) * static_cast<std::size_t>(part.height());
    if (m_pixels.size() < count) {
        m_pixels = std::vector<std::uint32_t>(count);
    }
    m_part = part;
    m_pixelRatio = pixelRatio;
    m_isCovered = isCovered;
    const MutableRgb32View picture{m_pixels.data(), part.width(), part.height(), part.width()};
    if (!isCovered) {
        fill(picture, 0);
    }
    markDirty(DirtyMaterial | DirtyGeometry);
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
    QImage picture(reinterpret_cast<const uchar*>(m_pixels.data()), m_part.width(), m_part.height(),
                   static_cast<qsizetype>(m_part.width()) * static_cast<qsizetype>(sizeof(std::uint32_t)),
                   m_isCovered ? QImage::Format_RGB32 : QImage::Format_ARGB32_Premultiplied);
    picture.setDevicePixelRatio(m_pixelRatio);
    painter->drawImage(rect().topLeft(), picture);
}

QSGRenderNode::RenderingFlags PaintedTiles::flags() const {
    return m_isCovered ? BoundedRectRendering | OpaqueRendering : RenderingFlags(BoundedRectRendering);
}

QRectF PaintedTiles::rect() const {
    return {m_part.x() / m_pixelRatio, m_part.y() / m_pixelRatio, m_part.width() / m_pixelRatio,
            m_part.height() / m_pixelRatio};
}

}  // namespace origami
