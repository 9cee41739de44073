// The part of the scene graph that shows one view of a slide: the tiles in view, coarser ones where those are not
// ready, new tiles fading in over them, and small marks on tiles that could not be read. This class decides what is
// shown; how it is drawn is up to its two implementations: GpuTileLayer with textures, PaintedTileLayer with the
// processor. Updated on the render thread while the GUI thread waits; the cost depends on the window and not on the
// slide.
#pragma once

#include "core/engine/slide_engine.h"
#include "ui/scene/tile_fades.h"

#include <QSGTransformNode>

#include <cstddef>
#include <memory>
#include <vector>

class QQuickWindow;

namespace origami {

class TileMarks;

struct TileLayerFrame {
    SlideEngine* engine = nullptr;
    SlideKey slide = 0;
    const Pyramid* pyramid = nullptr;
    ViewMode mode = ViewMode::Reconstructed;
    Viewport view;  // physical pixels
    Level0Point focus;
    double pixelRatio = 1.0;       // physical pixels per item unit
    double ms = 0;                 // of any clock that goes on evenly
    std::size_t textureBytes = 0;  // that this layer's tiles may take
    bool fades = true;             // whether new tiles fade in over coarser ones
    double share = 1;              // of what may be uploaded in a frame
};

struct TileLayerResult {
    bool uploadsPending = false;  // pixels are ready that this frame's budget had no room for
    bool isSharp = false;         // every ideal tile in view is drawn, or failed for good
    bool isFading = false;        // some of them are on their way in
};

// A transform node for the layer's place in the window: the software backend forgets the transform above plain nodes.
class TileLayer : public QSGTransformNode {
public:
    TileLayerResult sync(QQuickWindow& window, const TileLayerFrame& frame);

    // Bytes of the tiles that are kept for drawing.
    [[nodiscard]] virtual std::size_t textureBytes() const noexcept = 0;
    // Whether the last sync drew the tile; a tile that fades in counts.
    [[nodiscard]] virtual bool isDrawn(TileId id) const = 0;

protected:
    TileLayer();

    // Another slide or view mode follows: nothing of the one before may be shown any more.
    virtual void reset(const Pyramid& pyramid) = 0;
    virtual void beginFrame(double share) = 0;
    // Keeps the pixels of a tile, which has some, ready for drawing. Returns false if this frame's budget is used up.
    virtual bool take(QQuickWindow& window, const TileLayerFrame& frame, std::shared_ptr<const Tile> tile) = 0;
    // Improves tiles taken earlier, now that more is known. Returns false if this frame's budget is used up.
    virtual bool refresh(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& ideal) = 0;
    virtual void draw(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& ideal) = 0;
    // Drops tiles that were not drawn in this frame until the rest takes no more than that.
    virtual void endFrame(std::size_t budgetBytes) = 0;
    // Whether the tile's pixels are ready for drawing.
    [[nodiscard]] virtual bool isReady(TileId id) const = 0;

    [[nodiscard]] const TileFades& fades() const noexcept { return m_fades; }
    // Ready, and not fading in: nothing beneath the tile shows through.
    [[nodiscard]] bool isOpaque(TileId id) const { return isReady(id) && !m_fades.contains(id); }

private:
    bool takeTiles(QQuickWindow& window, const TileLayerFrame& frame);
    [[nodiscard]] bool coversCoarser(const Pyramid& pyramid, TileId id) const;

    SlideKey m_slide = 0;
    ViewMode m_mode = ViewMode::Reconstructed;
    bool m_isNew = true;
    TileFades m_fades;
    TileMarks* m_marks;  // owned by the node tree, over all other children
};

// The implementation for the graphics system that the window draws with.
[[nodiscard]] std::unique_ptr<TileLayer> makeTileLayer(QQuickWindow& window);

// Places of tiles that both implementations use.
[[nodiscard]] Level0Rect slideArea(const Pyramid& pyramid);
[[nodiscard]] bool isInView(const Pyramid& pyramid, const Viewport& view, TileId id);
// The tile at a place of the block of nine around `id`, row by row. It need not exist.
[[nodiscard]] TileId neighbourOf(TileId id, int index);

}  // namespace origami
