// The part of the scene graph that shows a slide: one transform over an image node per tile in view, coarse
// tiles first, new tiles fading in over them, and small marks on tiles that could not be read. With Qt's software
// backend a picture of all tiles instead of the image nodes. Updated on the render thread while the GUI thread waits;
// its cost goes with the window, never with the slide.
#pragma once

#include "core/engine/slide_engine.h"
#include "ui/scene/texture_store.h"
#include "ui/scene/tile_image.h"

#include <QSGImageNode>
#include <QSGNode>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

class QQuickWindow;

namespace origami {

class PaintedTiles;
struct PaintedLayer;

inline constexpr double kFadeMs = 120;

struct TileLayerFrame {
    SlideEngine* engine = nullptr;
    SlideKey slide = 0;
    const Pyramid* pyramid = nullptr;
    ViewMode mode = ViewMode::Reconstructed;
    Viewport view;  // physical pixels
    Level0Point focus;
    double pixelRatio = 1.0;       // physical pixels per item unit
    double ms = 0;                 // of any clock that goes on evenly
    std::size_t textureBytes = 0;  // that this layer's textures may take
    bool fades = true;             // whether new tiles fade in over coarser ones
    double share = 1;              // of what may be uploaded in a frame
};

struct TileLayerResult {
    bool uploadsPending = false;  // pixels are ready that this frame's budget had no room for
    bool isSharp = false;         // every ideal tile in view is drawn, or failed for good
    bool isFading = false;        // some of them are on their way in
};

// A transform node, for its place in the window: the software backend forgets the transform above plain nodes.
class TileLayer : public QSGTransformNode {
public:
    TileLayer();

    TileLayerResult sync(QQuickWindow& window, const TileLayerFrame& frame);

    [[nodiscard]] std::size_t textureBytes() const noexcept { return m_textures.bytes(); }
    // In the frame of the last sync; a tile that fades in counts.
    [[nodiscard]] bool isDrawn(TileId id) const { return m_tiles.contains(id); }

private:
    struct TileNode {
        QSGImageNode* image = nullptr;   // null where all tiles are one picture
        QSGOpacityNode* fade = nullptr;  // over the image while it fades in
        std::uint64_t frame = 0;         // it was last drawn in
    };

    void showAnother(const TileLayerFrame& frame);  // slide or view mode
    // Both are false if the frame's budget was used up before all was done.
    bool uploadTiles(QQuickWindow& window, const TileLayerFrame& frame);
    bool completeBorders(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& ideal);
    bool upload(QQuickWindow& window, const TileLayerFrame& frame, std::shared_ptr<const Tile> tile);
    void updateFades(const TileLayerFrame& frame, const std::vector<TileId>& ideal);
    [[nodiscard]] bool hasCoarser(const Pyramid& pyramid, TileId id) const;
    void placeTiles(QQuickWindow& window, const TileLayerFrame& frame);
    void paintTiles(const TileLayerFrame& frame, const std::vector<TileId>& ideal);
    PaintedLayer paintedLayer(const TileLayerFrame& frame, TileId id, QRect within, double opacity);
    void forgetTiles();  // that are not in this frame
    [[nodiscard]] std::vector<TileId> tilesDrawn(const TileLayerFrame& frame) const;
    // As it will stay.
    [[nodiscard]] bool isOpaque(TileId id) const { return m_textures.contains(id) && !m_fadeStartMs.contains(id); }
    void placeTile(QQuickWindow& window, const TileLayerFrame& frame, Level0Point origin, TileId id);
    void placeMarks(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& tiles);

    TextureStore m_textures;
    SlideKey m_slide = 0;
    ViewMode m_mode = ViewMode::Reconstructed;
    std::uint64_t m_frame = 0;
    std::unordered_map<TileId, TileNode> m_tiles;      // drawn
    std::unordered_set<TileId> m_awaited;              // ideal, in view, but not drawn in the last frame
    std::unordered_map<TileId, double> m_fadeStartMs;  // tiles that fade in
    QSGTransformNode* m_transform;                     // owned by the node tree, as are all nodes below
    // Groups of nodes under the transform.
    std::vector<QSGNode*> m_levels;  // the coarsest drawn first
    QSGNode* m_fading;               // drawn last
    QSGTransformNode* m_marks;
    PaintedTiles* m_painted = nullptr;  // under all of them; null unless the backend is the software's
    std::vector<QSGImageNode*> m_markNodes;
    std::unique_ptr<QSGTexture> m_markTexture;
};

}  // namespace origami
