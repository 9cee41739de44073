#include "ui/scene/tile_layer.h"

#include <QElapsedTimer>
#include <QMatrix4x4>
#include <QPainter>
#include <QPainterPath>
#include <QQuickWindow>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace origami {
namespace {

// Vertices are single precision: they are kept relative to a corner of this grid near the view, so that they
// are exact on slides of any size and change only when the view crosses into another cell.
constexpr double kOriginGrid = 8192;

constexpr double kMarkSide = 14;  // item units

// A dark triangle for a corner, with a light rim that keeps it visible on any tissue.
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
    painter.fillPath(triangle(kMarkSide - 3.5), QColor(40, 40, 40, 230));
    return image;
}

}  // namespace

TileLayer::TileLayer() : m_transform(new QSGTransformNode), m_marks(new QSGNode) {
    appendChildNode(m_transform);
    appendChildNode(m_marks);
}

TileLayerResult TileLayer::sync(QQuickWindow& window, const TileLayerFrame& frame) {
    if (m_slide != frame.slide || m_mode != frame.mode) {
        removeFrom(m_tileNodes, 0, *m_transform);
        m_textures.clear();
        m_slide = frame.slide;
        m_mode = frame.mode;
    }
    m_textures.beginFrame();
    TileLayerResult result;

    // What could be drawn with the tiles in the cache; those that are not textures yet are uploaded.
    std::unordered_map<TileId, std::shared_ptr<const Tile>> cached;
    const auto isAtHand = [&](TileId id) {
        if (m_textures.contains(id)) {
            return true;
        }
        const auto known = cached.find(id);
        const auto& tile = known != cached.end()
                               ? known->second
                               : cached.emplace(id, frame.engine->tile(frame.slide, id, frame.mode)).first->second;
        return tile && !tile->pixels.isEmpty();
    };
    for (const TileId id : tilesToDraw(*frame.pyramid, frame.view, isAtHand)) {
        if (m_textures.contains(id)) {
            continue;
        }
        QElapsedTimer clock;
        clock.start();
        if (!m_textures.upload(window, cached[id])) {
            result.uploadsPending = true;
            break;
        }
        frame.engine->recordUpload(frame.slide, id, static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }

    // What is drawn now.
    placeTiles(window, frame,
               tilesToDraw(*frame.pyramid, frame.view, [this](TileId id) { return m_textures.contains(id); }));

    std::vector<TileId> failed;
    result.isSharp = !result.uploadsPending;
    const int level = idealLevel(*frame.pyramid, frame.view.scale);
    for (const TileId id : tilesInView(*frame.pyramid, frame.view, level, frame.focus)) {
        if (m_textures.contains(id)) {
            continue;
        }
        const auto tile = frame.engine->tile(frame.slide, id, frame.mode);
        if (tile && tile->kind == TileKind::Failed) {
            failed.push_back(id);
        } else {
            result.isSharp = false;
        }
    }
    placeMarks(window, frame, failed);

    m_textures.endFrame();
    frame.engine->recordTextureBytes(m_textures.bytes());
    return result;
}

void TileLayer::place(std::vector<QSGImageNode*>& nodes, std::size_t index, QQuickWindow& window, QSGNode& parent,
                      QSGTexture& texture, const QRectF& target, const QRectF& source) {
    const bool isNew = index == nodes.size();
    if (isNew) {
        nodes.push_back(window.createImageNode());
        nodes[index]->setOwnsTexture(false);
        nodes[index]->setFiltering(QSGTexture::Linear);
    }
    QSGImageNode& node = *nodes[index];
    if (node.texture() != &texture) {
        node.setTexture(&texture);
    }
    if (node.rect() != target) {
        node.setRect(target);
    }
    if (node.sourceRect() != source) {
        node.setSourceRect(source);
    }
    if (isNew) {
        parent.appendChildNode(&node);  // not before: the software backend draws a node's texture when it is added
    }
}

void TileLayer::removeFrom(std::vector<QSGImageNode*>& nodes, std::size_t count, QSGNode& parent) {
    while (nodes.size() > count) {
        parent.removeChildNode(nodes.back());
        delete nodes.back();
        nodes.pop_back();
    }
}

void TileLayer::placeTiles(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& tiles) {
    const Level0Point origin{std::floor(frame.view.centre.x / kOriginGrid) * kOriginGrid,
                             std::floor(frame.view.centre.y / kOriginGrid) * kOriginGrid};
    const LevelSize size = frame.pyramid->levelSize(0);
    const Level0Rect slide{0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};

    std::size_t used = 0;
    for (const TileId id : tiles) {
        const Level0Rect area = frame.pyramid->tileArea(id);
        const Level0Rect inside = area.intersected(slide);  // tiles of coarse levels may reach past the edge
        if (inside.isEmpty()) {
            continue;
        }
        QSGTexture* const texture = m_textures.use(id);
        const QRectF target(inside.x - origin.x, inside.y - origin.y, inside.width, inside.height);
        const QSizeF pixels = texture->textureSize();
        const QRectF source(0, 0, pixels.width() * inside.width / area.width,
                            pixels.height() * inside.height / area.height);
        place(m_tileNodes, used++, window, *m_transform, *texture, target, source);
    }
    removeFrom(m_tileNodes, used, *m_transform);

    const WindowPoint corner = frame.view.toWindow(origin);
    const double scale = frame.view.scale / frame.pixelRatio;
    QMatrix4x4 matrix;
    matrix.translate(static_cast<float>(corner.x / frame.pixelRatio), static_cast<float>(corner.y / frame.pixelRatio));
    matrix.scale(static_cast<float>(scale), static_cast<float>(scale));
    if (m_transform->matrix() != matrix) {
        m_transform->setMatrix(matrix);
    }
}

void TileLayer::placeMarks(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& tiles) {
    if (!tiles.empty() && !m_markTexture) {
        m_markTexture.reset(window.createTextureFromImage(markImage(frame.pixelRatio)));
    }
    std::size_t used = 0;
    for (const TileId id : tiles) {
        const Level0Rect area = frame.pyramid->tileArea(id);
        const WindowPoint corner = frame.view.toWindow({area.x, area.y});
        place(m_markNodes, used++, window, *m_marks, *m_markTexture,
              QRectF(corner.x / frame.pixelRatio, corner.y / frame.pixelRatio, kMarkSide, kMarkSide),
              QRectF(QPointF(0, 0), m_markTexture->textureSize()));
    }
    removeFrom(m_markNodes, used, *m_marks);
}

}  // namespace origami
