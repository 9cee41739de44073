#include "ui/scene/painted/painted_tile_layer.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

namespace origami {
namespace {

// Returns whether each pixel of the level is one pixel of the screen, perhaps with an offset.
bool isOneToOne(const Viewport& view, int level) {
    return std::abs(view.scale * std::exp2(level) - 1.0) < 1e-9;
}

// The physical pixels of the window whose centres lie in an area of the slide.
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
        // Pixels are copied to whole pixels; interpolating between them would only blur the picture.
        return {std::floor(sampling.x + 0.5), std::floor(sampling.y + 0.5), 1};
    }
    return sampling;
}

}  // namespace

PaintedTileLayer::PaintedTileLayer(QQuickWindow& window) : m_painted(new PaintedTiles(window)) {
    prependChildNode(m_painted);
}

void PaintedTileLayer::reset(const Pyramid&) {
    m_drawn.clear();
    m_pictures.clear();
}

void PaintedTileLayer::beginFrame(double) {
    m_pictures.beginFrame();
}

bool PaintedTileLayer::take(QQuickWindow&, const TileLayerFrame&, std::shared_ptr<const Tile> tile) {
    m_pictures.put(tile->id, pictureOf(tile), tile->pixels.byteCount());
    return true;
}

bool PaintedTileLayer::refresh(QQuickWindow&, const TileLayerFrame&, const std::vector<TileId>&) {
    return true;
}

void PaintedTileLayer::draw(QQuickWindow&, const TileLayerFrame& frame, const std::vector<TileId>& ideal) try {
    m_drawn.clear();
    const QRect part = pixelsOf(frame.view, slideArea(*frame.pyramid));
    m_painted->reserve({static_cast<int>(frame.view.size.width), static_cast<int>(frame.view.size.height)});
    std::vector<PaintedCell> cells;
    cells.reserve(ideal.size());
    for (const TileId id : ideal) {
        PaintedCell& cell = cells.emplace_back(pixelsOf(frame.view, frame.pyramid->tileArea(id)) & part);
        for (const TileId other :
             tilesInPlaceOf(*frame.pyramid, frame.view, id, [this](TileId t) { return isOpaque(t); })) {
            cell.layers.push_back(layerOf(frame, other, cell.pixels, 1.0));
        }
        if (const std::optional<double> opacity = fades().opacityOf(id)) {
            cell.layers.push_back(layerOf(frame, id, cell.pixels, *opacity));
        }
    }
    m_painted->paint(part, frame.pixelRatio, std::move(cells));
} catch (const std::bad_alloc&) {
    // This frame lacks some of the slide; the next one tries again.
}

PaintedLayer PaintedTileLayer::layerOf(const TileLayerFrame& frame, TileId id, QRect within, double opacity) {
    m_drawn.insert(id);
    const QRect pixels = pixelsOf(frame.view, frame.pyramid->tileArea(id)) & within;
    Sampling sampling = samplingOf(frame.view, id.level).from(pixels.x(), pixels.y());
    const int tileSize = frame.pyramid->tileSize();
    sampling.x -= static_cast<double>(id.x) * tileSize;
    sampling.y -= static_cast<double>(id.y) * tileSize;
    TileBlock block;
    block.pictures[SurroundedPicture::kMiddle] = *m_pictures.use(id);
    // One to one, no pixel lies between a tile's and its neighbour's.
    for (int index = 0; index < SurroundedPicture::kCount && !isOneToOne(frame.view, id.level); ++index) {
        const Picture* const neighbour =
            index != SurroundedPicture::kMiddle ? m_pictures.find(neighbourOf(id, index)) : nullptr;
        if (neighbour != nullptr) {
            block.pictures[static_cast<std::size_t>(index)] = *neighbour;
        }
    }
    return {pixels, std::move(block), sampling, opacity};
}

}  // namespace origami
