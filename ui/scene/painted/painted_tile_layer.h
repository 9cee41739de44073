// Draws tiles with the processor, for Qt's software backend: all of them into one picture. Tiles are kept as they are
// in the engine's cache; nothing is uploaded.
#pragma once

#include "ui/scene/painted/painted_tiles.h"
#include "ui/scene/recent_tiles.h"
#include "ui/scene/tile_layer.h"

#include <QRect>

#include <unordered_set>

namespace origami {

class PaintedTileLayer : public TileLayer {
public:
    explicit PaintedTileLayer(QQuickWindow& window);

    [[nodiscard]] std::size_t textureBytes() const noexcept override { return m_pictures.bytes(); }
    [[nodiscard]] bool isDrawn(TileId id) const override { return m_drawn.contains(id); }

protected:
    void reset(const Pyramid& pyramid) override;
    void beginFrame(double share) override;
    bool take(QQuickWindow& window, const TileLayerFrame& frame, std::shared_ptr<const Tile> tile) override;
    // Nothing to do: neighbours are looked up when a tile is drawn.
    bool refresh(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& ideal) override;
    void draw(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& ideal) override;
    void endFrame(std::size_t budgetBytes) override { m_pictures.endFrame(budgetBytes); }
    [[nodiscard]] bool isReady(TileId id) const override { return m_pictures.contains(id); }

private:
    // The part of a tile that lies within these physical pixels.
    PaintedLayer layerOf(const TileLayerFrame& frame, TileId id, QRect within, double opacity);

    RecentTiles<Picture> m_pictures;
    std::unordered_set<TileId> m_drawn;  // in the last frame
    PaintedTiles* m_painted;             // owned by the node tree
};

}  // namespace origami
