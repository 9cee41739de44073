// A small dark triangle in the corner of each tile that could not be read. Render thread.
#pragma once

#include "core/pyramid/pyramid.h"
#include "core/view/viewport.h"

#include <QSGImageNode>
#include <QSGTexture>
#include <QSGTransformNode>

#include <memory>
#include <vector>

class QQuickWindow;

namespace origami {

// A transform node because the software backend forgets the transform above plain nodes.
class TileMarks : public QSGTransformNode {
public:
    // Marks these tiles and no others. `pixelRatio` is in physical pixels per item unit.
    void place(QQuickWindow& window, const Pyramid& pyramid, const Viewport& view, double pixelRatio,
               const std::vector<TileId>& tiles);

private:
    std::vector<QSGImageNode*> m_nodes;  // owned by the node tree
    std::unique_ptr<QSGTexture> m_texture;
};

}  // namespace origami
