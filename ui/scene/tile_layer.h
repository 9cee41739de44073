// The part of the scene graph that shows a slide: one transform over an image node per tile in view, coarse
// tiles first, and small marks on tiles that could not be read. Updated on the render thread while the GUI
// thread waits.
#pragma once

#include "core/engine/slide_engine.h"
#include "ui/scene/texture_store.h"

#include <QSGImageNode>
#include <QSGNode>

#include <memory>
#include <vector>

class QQuickWindow;

namespace origami {

struct TileLayerFrame {
    SlideEngine* engine = nullptr;
    SlideKey slide = 0;
    const Pyramid* pyramid = nullptr;
    ViewMode mode = ViewMode::Reconstructed;
    Viewport view;  // physical pixels
    Level0Point focus;
    double pixelRatio = 1.0;  // physical pixels per item unit
};

struct TileLayerResult {
    bool uploadsPending = false;  // tiles are ready that this frame's budget had no room for
    bool isSharp = false;         // every ideal tile in view is drawn, or failed for good
};

class TileLayer : public QSGNode {
public:
    TileLayer();

    TileLayerResult sync(QQuickWindow& window, const TileLayerFrame& frame);

private:
    // Node `index`, made if it is the next after the last, shows `source` of `texture` in `target`.
    static void place(std::vector<QSGImageNode*>& nodes, std::size_t index, QQuickWindow& window, QSGNode& parent,
                      QSGTexture& texture, const QRectF& target, const QRectF& source);
    static void removeFrom(std::vector<QSGImageNode*>& nodes, std::size_t count, QSGNode& parent);
    void placeTiles(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& tiles);
    void placeMarks(QQuickWindow& window, const TileLayerFrame& frame, const std::vector<TileId>& tiles);

    TextureStore m_textures;
    SlideKey m_slide = 0;
    ViewMode m_mode = ViewMode::Reconstructed;
    QSGTransformNode* m_transform;  // owned by the node tree, as are all nodes below
    QSGNode* m_marks;
    std::vector<QSGImageNode*> m_tileNodes;
    std::vector<QSGImageNode*> m_markNodes;
    std::unique_ptr<QSGTexture> m_markTexture;
};

}  // namespace origami
