// Draws tiles as textures through the scene graph: an image node for each tile, coarse levels first, under one
// transform. Each texture has a border of one pixel from the tile's neighbours, so that no seam shows between
// interpolated tiles.
#pragma once

#include "ui/scene/gpu/texture_store.h"
#include "ui/scene/tile_layer.h"

#include <QSGImageNode>
#include <QSGOpacityNode>

#include <cstdint>
#include <unordered_map>

namespace origami {

class GpuTileLayer : public TileLayer {
public:
    GpuTileLayer();

    [[nodiscard]] std::size_t textureBytes() const noexcept override { return m_textures.bytes(); }
    [[nodiscard]] bool isDrawn(TileId id) const override { return m_tiles.contains(id); }

protected:
    void reset(const Pyramid& pyramid) override;
    void beginFrame(double share) override;
    bool take(QQuickWindow& window, const TileLayerFrame& frame, std::shared_ptr<const Tile> tile) override;
    // Neighbours often come after the tile itself: it is uploaded again, with their pixels in its border.
    bool refresh(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& ideal) override;
    void draw(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& ideal) override;
    void endFrame(std::size_t budgetBytes) override { m_textures.endFrame(budgetBytes); }
    [[nodiscard]] bool isReady(TileId id) const override { return m_textures.contains(id); }

private:
    struct TileNode {
        QSGImageNode* image = nullptr;
        QSGOpacityNode* fade = nullptr;  // over the image while it fades in
        std::uint64_t frame = 0;         // in which it was last drawn
    };

    [[nodiscard]] bool lacksNeighbours(const TileLayerFrame& frame, TileId id) const;
    void placeTile(QQuickWindow& window, const TileLayerFrame& frame, Level0Point origin, TileId id);
    void removeOtherTiles();  // that were not drawn in this frame

    TextureStore m_textures;
    std::uint64_t m_frame = 0;
    std::unordered_map<TileId, TileNode> m_tiles;  // drawn
    // All nodes are owned by the node tree.
    QSGTransformNode* m_transform;
    std::vector<QSGNode*> m_levels;  // groups under the transform, the coarsest level drawn first
    QSGNode* m_fading;               // a group under the transform, drawn last
};

}  // namespace origami
