#include "ui/scene/tile_layer.h"

#include "core/image/draw_scaled.h"
#include "ui/scene/painted_tiles.h"

#include <QElapsedTimer>
#include <QMatrix4x4>
#include <QPainter>
#include <QPainterPath>
#include <QQuickWindow>
#include <QSGRendererInterface>

#include <algorithm>
#include <cmath>
#include <new>
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

constexpr int kNeighbourhood = SurroundedPicture::kCount;

// The tile at a place of the block around `id`; it need not exist.
TileId neighbour(TileId id, int index) {
    constexpr int kSide = SurroundedPicture::kSide;
    return {id.level, id.x + index % kSide - 1, id.y + index / kSide - 1};
}

bool isInView(const Pyramid& pyramid, const Viewport& view, TileId id) {
    return pyramid.contains(id) && pyramid.tileArea(id).intersects(view.area());
}

double opacityAfter(double ms) {
    const double left = 1.0 - std::clamp(ms / kFadeMs, 0.0, 1.0);
    return 1.0 - left * left;
}

// Whether a texture's pixels are those of the screen one for one, but for the offset.
bool isOneToOne(const Viewport& view, int level) {
    return std::abs(view.scale * std::exp2(level) - 1.0) < 1e-9;
}

// The physical pixels whose centres lie in an area of the slide, as far as they are in the window.
QRect pixelsOf(const Viewport& view, const Level0Rect& area) {
    const auto edge = [](double position, double length) {
        return static_cast<int>(std::ceil(std::clamp(position - 0.5, 0.0, std::ceil(length))));
    };
    const WindowPoint from = view.toWindow({area.x, area.y});
    const WindowPoint to = view.toWindow({area.x + area.width, area.y + area.height});
    const QPoint first(edge(from.x, view.size.width), edge(from.y, view.size.height));
    const QPoint end(edge(to.x, view.size.width), edge(to.y, view.size.height));
    return {first, QSize(end.x() - first.x(), end.y() - first.y())};
}

// Where the window's pixels lie in a level.
Sampling samplingOf(const Viewport& view, int level) {
    const double pixel = std::exp2(level);
    const Level0Point first = view.toLevel0({0.5, 0.5});
    const Sampling sampling{first.x / pixel - 0.5, first.y / pixel - 0.5, 1 / (view.scale * pixel)};
    if (isOneToOne(view, level)) {
        return {std::floor(sampling.x + 0.5), std::floor(sampling.y + 0.5), 1};  // copied, not moved by a part of one
    }
    return sampling;
}

Level0Rect slideArea(const Pyramid& pyramid) {
    const LevelSize size = pyramid.levelSize(0);
    return {0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};
}

void show(QSGImageNode& node, QSGTexture& texture, const QRectF& target, const QRectF& source) {
    if (node.texture() != &texture) {
        node.setTexture(&texture);
    }
    if (node.rect() != target) {
        node.setRect(target);
    }
    if (node.sourceRect() != source) {
        node.setSourceRect(source);
    }
}

QSGImageNode* makeImageNode(QQuickWindow& window) {
    QSGImageNode* const node = window.createImageNode();
    node->setOwnsTexture(false);
    node->setFiltering(QSGTexture::Linear);
    return node;
}

void removeNode(QSGNode* node) {
    node->parent()->removeChildNode(node);
    delete node;
}

}  // namespace

TileLayer::TileLayer() : m_transform(new QSGTransformNode), m_fading(new QSGNode), m_marks(new QSGTransformNode) {
    appendChildNode(m_transform);
    appendChildNode(m_marks);
    m_transform->appendChildNode(m_fading);
}

TileLayerResult TileLayer::sync(QQuickWindow& window, const TileLayerFrame& frame) {
    if (m_painted == nullptr && window.rendererInterface()->graphicsApi() == QSGRendererInterface::Software) {
        m_painted = new PaintedTiles(window);
        prependChildNode(m_painted);
    }
    if (m_slide != frame.slide || m_mode != frame.mode || m_levels.empty()) {
        showAnother(frame);
    }
    ++m_frame;
    m_textures.beginFrame(frame.share);
    const std::vector<TileId> ideal =
        tilesInView(*frame.pyramid, frame.view, idealLevel(*frame.pyramid, frame.view.scale), frame.focus);

    TileLayerResult result;
    result.uploadsPending = !uploadTiles(window, frame) || !completeBorders(window, frame, ideal);
    updateFades(frame, ideal);
    if (m_painted != nullptr) {
        paintTiles(frame, ideal);
    } else {
        placeTiles(window, frame);
    }
    forgetTiles();
    result.isFading = !m_fadeStartMs.empty();

    m_awaited.clear();
    std::vector<TileId> failed;
    result.isSharp = true;
    for (const TileId id : ideal) {
        if (isDrawn(id)) {
            continue;
        }
        m_awaited.insert(id);
        const auto tile = frame.engine->tile(frame.slide, id, frame.mode);
        if (tile && tile->kind == TileKind::Failed) {
            failed.push_back(id);
        } else {
            result.isSharp = false;
        }
    }
    placeMarks(window, frame, failed);

    m_textures.endFrame(frame.textureBytes);
    return result;
}

void TileLayer::showAnother(const TileLayerFrame& frame) {
    for (QSGNode* const level : m_levels) {
        removeNode(level);
    }
    m_levels.clear();
    removeNode(m_fading);
    m_tiles.clear();
    m_awaited.clear();
    m_fadeStartMs.clear();
    m_textures.clear();
    m_slide = frame.slide;
    m_mode = frame.mode;
    m_levels.resize(static_cast<std::size_t>(frame.pyramid->levelCount()));
    for (QSGNode*& level : m_levels) {
        level = new QSGNode;
        m_transform->prependChildNode(level);
    }
    m_fading = new QSGNode;
    m_transform->appendChildNode(m_fading);
}

// Turns into textures what would be drawn with all tiles in the cache.
bool TileLayer::uploadTiles(QQuickWindow& window, const TileLayerFrame& frame) {
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
        if (!m_textures.contains(id) && !upload(window, frame, cached[id])) {
            return false;
        }
    }
    return true;
}

// Neighbours often come after the tile itself. Once they are drawn the tile is uploaded again, with their pixels.
bool TileLayer::completeBorders(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& ideal) {
    if (m_painted != nullptr) {
        return true;  // they are looked up as the tile is drawn
    }
    for (const TileId id : ideal) {
        if (!m_textures.contains(id)) {
            continue;
        }
        const unsigned known = m_textures.neighboursOf(id);
        bool isMissing = false;
        for (int index = 0; index < kNeighbourhood && !isMissing; ++index) {
            isMissing = (known >> static_cast<unsigned>(index) & 1U) == 0 &&
                        m_textures.contains(neighbour(id, index)) &&
                        isInView(*frame.pyramid, frame.view, neighbour(id, index));
        }
        if (!isMissing) {
            continue;
        }
        std::shared_ptr<const Tile> tile = frame.engine->tile(frame.slide, id, frame.mode);
        if (tile && !tile->pixels.isEmpty() && !upload(window, frame, std::move(tile))) {
            return false;
        }
    }
    return true;
}

bool TileLayer::upload(QQuickWindow& window, const TileLayerFrame& frame, std::shared_ptr<const Tile> tile) {
    const TileId id = tile->id;
    if (m_painted != nullptr) {
        m_textures.keep(id, pictureOf(tile));
        return true;
    }
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
        } else if (isInView(*frame.pyramid, frame.view, neighbour(id, index))) {
            place = frame.engine->tile(frame.slide, neighbour(id, index), frame.mode);
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

bool TileLayer::hasCoarser(const Pyramid& pyramid, TileId id) const {
    for (int level = id.level + 1; level < pyramid.levelCount(); ++level) {
        if (m_textures.contains(Pyramid::ancestor(id, level))) {
            return true;
        }
    }
    return false;
}

// A tile fades in where the frame before showed something coarser in its place.
void TileLayer::updateFades(const TileLayerFrame& frame, const std::vector<TileId>& ideal) {
    std::unordered_map<TileId, double> fades;
    for (const TileId id : ideal) {
        if (!frame.fades || !m_textures.contains(id) || !hasCoarser(*frame.pyramid, id)) {
            continue;
        }
        if (const auto running = m_fadeStartMs.find(id); running != m_fadeStartMs.end()) {
            if (frame.ms - running->second < kFadeMs) {
                fades.insert(*running);
            }
        } else if (m_awaited.contains(id)) {
            fades.emplace(id, frame.ms);
        }
    }
    m_fadeStartMs = std::move(fades);
}

void TileLayer::placeTiles(QQuickWindow& window, const TileLayerFrame& frame) {
    const Level0Point origin{std::floor(frame.view.centre.x / kOriginGrid) * kOriginGrid,
                             std::floor(frame.view.centre.y / kOriginGrid) * kOriginGrid};
    for (const TileId id : tilesDrawn(frame)) {
        placeTile(window, frame, origin, id);
    }

    const WindowPoint corner = frame.view.toWindow(origin);
    const double scale = frame.view.scale / frame.pixelRatio;
    QMatrix4x4 matrix;
    matrix.translate(static_cast<float>(corner.x / frame.pixelRatio), static_cast<float>(corner.y / frame.pixelRatio));
    matrix.scale(static_cast<float>(scale), static_cast<float>(scale));
    if (m_transform->matrix() != matrix) {
        m_transform->setMatrix(matrix);
    }
}

void TileLayer::forgetTiles() {
    std::erase_if(m_tiles, [this](const auto& entry) {
        const TileNode& node = entry.second;
        if (node.frame == m_frame) {
            return false;
        }
        if (node.image != nullptr) {
            removeNode(node.fade ? static_cast<QSGNode*>(node.fade) : node.image);
        }
        return true;
    });
}

// What fades in lies over what would be drawn without it.
std::vector<TileId> TileLayer::tilesDrawn(const TileLayerFrame& frame) const {
    std::vector<TileId> tiles = tilesToDraw(*frame.pyramid, frame.view, [this](TileId id) { return isOpaque(id); });
    for (const auto& [id, startMs] : m_fadeStartMs) {
        tiles.push_back(id);
    }
    return tiles;
}

void TileLayer::paintTiles(const TileLayerFrame& frame, const std::vector<TileId>& ideal) try {
    const QRect part = pixelsOf(frame.view, slideArea(*frame.pyramid));
    m_painted->reserve({static_cast<int>(frame.view.size.width), static_cast<int>(frame.view.size.height)});
    std::vector<PaintedCell> cells;
    cells.reserve(ideal.size());
    for (const TileId id : ideal) {
        PaintedCell& cell = cells.emplace_back(pixelsOf(frame.view, frame.pyramid->tileArea(id)) & part);
        for (const TileId other :
             tilesInPlaceOf(*frame.pyramid, frame.view, id, [&](TileId t) { return isOpaque(t); })) {
            cell.layers.push_back(paintedLayer(frame, other, cell.pixels, 1.0));
        }
        if (const auto fade = m_fadeStartMs.find(id); fade != m_fadeStartMs.end()) {
            cell.layers.push_back(paintedLayer(frame, id, cell.pixels, opacityAfter(frame.ms - fade->second)));
        }
    }
    m_painted->paint(part, frame.pixelRatio, std::move(cells));
} catch (const std::bad_alloc&) {
    // A frame that lacks some of the slide; the next one tries again.
}

// What of a tile lies within these pixels.
PaintedLayer TileLayer::paintedLayer(const TileLayerFrame& frame, TileId id, QRect within, double opacity) {
    m_tiles[id].frame = m_frame;
    const QRect pixels = pixelsOf(frame.view, frame.pyramid->tileArea(id)) & within;
    Sampling sampling = samplingOf(frame.view, id.level).from(pixels.x(), pixels.y());
    const int tileSize = frame.pyramid->tileSize();
    sampling.x -= static_cast<double>(id.x) * tileSize;
    sampling.y -= static_cast<double>(id.y) * tileSize;
    TileBlock block;
    block.pictures[SurroundedPicture::kMiddle] = m_textures.usePicture(id);
    // One to one no pixel is between a tile's and its neighbour's.
    for (int index = 0; index < kNeighbourhood && !isOneToOne(frame.view, id.level); ++index) {
        if (index != SurroundedPicture::kMiddle) {
            block.pictures[static_cast<std::size_t>(index)] = m_textures.picture(neighbour(id, index));
        }
    }
    return {pixels, std::move(block), sampling, opacity};
}

void TileLayer::placeTile(QQuickWindow& window, const TileLayerFrame& frame, Level0Point origin, TileId id) {
    const Pyramid& pyramid = *frame.pyramid;
    const Level0Rect inside = pyramid.tileArea(id).intersected(slideArea(pyramid));
    if (inside.isEmpty()) {
        return;  // tiles of coarse levels may reach past the edge
    }
    const auto fade = m_fadeStartMs.find(id);
    const bool isFading = fade != m_fadeStartMs.end();

    const double pixel = std::exp2(id.level);
    const QRectF target(inside.x - origin.x, inside.y - origin.y, inside.width, inside.height);
    const QRectF source(1, 1, inside.width / pixel, inside.height / pixel);  // within the border

    TileNode& node = m_tiles[id];
    node.frame = m_frame;
    if (node.image && isFading != (node.fade != nullptr)) {
        removeNode(node.fade ? static_cast<QSGNode*>(node.fade) : node.image);
        node = {nullptr, nullptr, m_frame};
    }
    const bool isNew = node.image == nullptr;
    if (isNew) {
        node.image = makeImageNode(window);
    }
    show(*node.image, *m_textures.useTexture(id), target, source);
    if (isFading) {
        if (isNew) {
            node.fade = new QSGOpacityNode;
        }
        node.fade->setOpacity(opacityAfter(frame.ms - fade->second));
    }
    if (isNew) {
        if (isFading) {
            node.fade->appendChildNode(node.image);
            m_fading->appendChildNode(node.fade);
        } else {
            m_levels[static_cast<std::size_t>(id.level)]->appendChildNode(node.image);
        }
    }
}

void TileLayer::placeMarks(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& tiles) {
    if (!tiles.empty() && !m_markTexture) {
        m_markTexture.reset(window.createTextureFromImage(markImage(frame.pixelRatio)));
    }
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const Level0Rect area = frame.pyramid->tileArea(tiles[i]);
        const WindowPoint corner = frame.view.toWindow({area.x, area.y});
        const bool isNew = i == m_markNodes.size();
        if (isNew) {
            m_markNodes.push_back(makeImageNode(window));
        }
        show(*m_markNodes[i], *m_markTexture,
             QRectF(corner.x / frame.pixelRatio, corner.y / frame.pixelRatio, kMarkSide, kMarkSide),
             QRectF(QPointF(0, 0), m_markTexture->textureSize()));
        if (isNew) {
            m_marks->appendChildNode(m_markNodes[i]);
        }
    }
    while (m_markNodes.size() > tiles.size()) {
        removeNode(m_markNodes.back());
        m_markNodes.pop_back();
    }
}

}  // namespace origami
