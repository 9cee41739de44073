#include "ui/scene/tile_marks.h"

#include "ui/scene/image_nodes.h"

#include <QImage>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace origami {
namespace {

constexpr double kMarkSide = 14;  // item units
constexpr double kRim = 3.5;      // item units

// The light rim keeps the mark visible on any tissue.
QImage markImage(double pixelRatio) {
    const int side = static_cast<int>(std::ceil(kMarkSide * pixelRatio));
    QImage image(side, side, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(side / kMarkSide, side / kMarkSide);
    const auto triangle = [](double leg) {
        QPainterPath path;
        path.moveTo(0, 0);
        path.lineTo(leg, 0);
        path.lineTo(0, leg);
        path.closeSubpath();
        return path;
    };
    painter.fillPath(triangle(kMarkSide), QColor(255, 255, 255, 220));
    painter.fillPath(triangle(kMarkSide - kRim), QColor(40, 40, 40, 230));
    return image;
}

}  // namespace

void TileMarks::place(QQuickWindow& window, const Pyramid& pyramid, const Viewport& view, double pixelRatio,
                      const std::vector<TileId>& tiles) {
    if (!tiles.empty() && !m_texture) {
        m_texture.reset(window.createTextureFromImage(markImage(pixelRatio)));
    }
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const Level0Rect area = pyramid.tileArea(tiles[i]);
        const WindowPoint corner = view.toWindow({area.x, area.y});
        const bool isNew = i == m_nodes.size();
        if (isNew) {
            m_nodes.push_back(makeImageNode(window));
        }
        showTexture(*m_nodes[i], *m_texture, QRectF(corner.x / pixelRatio, corner.y / pixelRatio, kMarkSide, kMarkSide),
                    QRectF(QPointF(0, 0), m_texture->textureSize()));
        if (isNew) {
            appendChildNode(m_nodes[i]);
        }
    }
    while (m_nodes.size() > tiles.size()) {
        removeNode(m_nodes.back());
        m_nodes.pop_back();
    }
}

}  // namespace origami
