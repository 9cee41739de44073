#include "ui/scene/gpu/gpu_tile_layer.h"

#include "ui/scene/image_nodes.h"
#include "ui/scene/tile_image.h"

#include <QElapsedTimer>
#include <QMatrix4x4>

#include <cmath>
#include <utility>

namespace origami {
namespace {

// Vertices are single precision. They are kept relative to a corner of this grid near the view, so that they are exact
// on slides of any size and change only when the view crosses into another cell.
constexpr double kOriginGrid = 8192;  // level 0 pixels

constexpr int kNeighbourhood = SurroundedPicture::kCount;

}  // namespace

GpuTileLayer::GpuTileLayer() : m_transform(new QSGTransformNode), m_fading(new QSGNode) {
    prependChildNode(m_transform);
    m_transform->appendChildNode(m_fading);
}

void GpuTileLayer::reset(const Pyramid& pyramid) {
    for (QSGNode* const level : m_levels) {
        removeNode(level);
    }
    removeNode(m_fading);
    m_tiles.clear();
    m_textures.clear();
    m_levels.assign(static_cast<std::size_t>(pyramid.levelCount()), nullptr);
    for (QSGNode*& level : m_levels) {
        level = new QSGNode;
        m_transform->prependChildNode(level);
    }
    m_fading = new QSGNode;
    m_transform->appendChildNode(m_fading);
}

void GpuTileLayer::beginFrame(double share) {
    ++m_frame;
    m_textures.beginFrame(share);
}

bool GpuTileLayer::lacksNeighbours(const TileLayerFrame& frame, TileId id) const {
    const unsigned known = m_textures.neighboursOf(id);
    for (int index = 0; index < kNeighbourhood; ++index) {
        const TileId neighbour = neighbourOf(id, index);
        if ((known >> static_cast<unsigned>(index) & 1U) == 0 && m_textures.contains(neighbour) &&
            isInView(*frame.pyramid, frame.view, neighbour)) {
            return true;
        }
    }
    return false;
}

bool GpuTileLayer::refresh(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& ideal) {
    for (const TileId id : ideal) {
        if (!m_textures.contains(id) || !lacksNeighbours(frame, id)) {
            continue;
        }
        std::shared_ptr<const Tile> tile = frame.engine->tile(frame.slide, id, frame.mode);
        if (tile && !tile->pixels.isEmpty() && !take(window, frame, std::move(tile))) {
            return false;
        }
    }
    return true;
}

bool GpuTileLayer::take(QQuickWindow& window, const TileLayerFrame& frame, std::shared_ptr<const Tile> tile) {
    const TileId id = tile->id;
    if (!m_textures.hasRoom(tile->pixels.byteCount())) {
        return false;
    }
    QElapsedTimer clock;
    clock.start();
    TileBlock block;
    unsigned neighbours = 0;
    for (int index = 0; index < kNeighbourhood; ++index) {
        std::shared_ptr<const Tile> place;
        if (index == SurroundedPicture::kMiddle) {
            place = std::move(tile);
        } else if (isInView(*frame.pyramid, frame.view, neighbourOf(id, index))) {
            place = frame.engine->tile(frame.slide, neighbourOf(id, index), frame.mode);
        }
        neighbours |= (place ? 1U : 0U) << static_cast<unsigned>(index);
        block.pictures[static_cast<std::size_t>(index)] = pictureOf(place);
    }
    if (!m_textures.upload(window, id, borderedImage(block), neighbours)) {
        return false;
    }
    frame.engine->recordUpload(frame.slide, id, frame.mode, static_cast<double>(clock.nsecsElapsed()) / 1e6);
    return true;
}

void GpuTileLayer::draw(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>&) {
    const Level0Point origin{std::floor(frame.view.centre.x / kOriginGrid) * kOriginGrid,
                             std::floor(frame.view.centre.y / kOriginGrid) * kOriginGrid};
    for (const TileId id : tilesToDraw(*frame.pyramid, frame.view, [this](TileId t) { return isOpaque(t); })) {
        placeTile(window, frame, origin, id);
    }
    for (const TileId id : fades().tiles()) {  // over what would be drawn without them
        placeTile(window, frame, origin, id);
    }
    removeOtherTiles();

    const WindowPoint corner = frame.view.toWindow(origin);
    const double scale = frame.view.scale / frame.pixelRatio;
    QMatrix4x4 matrix;
    matrix.translate(static_cast<float>(corner.x / frame.pixelRatio), static_cast<float>(corner.y / frame.pixelRatio));
    matrix.scale(static_cast<float>(scale), static_cast<float>(scale));
    if (m_transform->matrix() != matrix) {
        m_transform->setMatrix(matrix);
    }
}

void GpuTileLayer::placeTile(QQuickWindow& window, const TileLayerFrame& frame, Level0Point origin, TileId id) {
    const Pyramid& pyramid = *frame.pyramid;
    const Level0Rect inside = pyramid.tileArea(id).intersected(slideArea(pyramid));
    if (inside.isEmpty()) {
        return;  // tiles of coarse levels may reach past the edge
    }
    const std::optional<double> opacity = fades().opacityOf(id);

    const double pixel = std::exp2(id.level);
    const QRectF target(inside.x - origin.x, inside.y - origin.y, inside.width, inside.height);
    const QRectF source(1, 1, inside.width / pixel, inside.height / pixel);  // within the border

    TileNode& node = m_tiles[id];
    node.frame = m_frame;
    if (node.image && opacity.has_value() != (node.fade != nullptr)) {
        removeNode(node.fade ? static_cast<QSGNode*>(node.fade) : node.image);
        node = {nullptr, nullptr, m_frame};
    }
    const bool isNew = node.image == nullptr;
    if (isNew) {
        node.image = makeImageNode(window);
    }
    showTexture(*node.image, *m_textures.use(id), target, source);
    if (opacity) {
        if (isNew) {
            node.fade = new QSGOpacityNode;
        }
        node.fade->setOpacity(*opacity);
    }
    if (isNew) {
        if (opacity) {
            node.fade->appendChildNode(node.image);
            m_fading->appendChildNode(node.fade);
        } else {
            m_levels[static_cast<std::size_t>(id.level)]->appendChildNode(node.image);
        }
    }
}

void GpuTileLayer::removeOtherTiles() {
    std::erase_if(m_tiles, [this](const auto& entry) {
        const TileNode& node = entry.second;
        if (node.frame == m_frame) {
            return false;
        }
        removeNode(node.fade ? static_cast<QSGNode*>(node.fade) : node.image);
        return true;
    });
}

}  // namespace origami
