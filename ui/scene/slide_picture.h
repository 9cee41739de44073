// The scene graph of one canvas: a tile layer for each view mode on show, side by side, each clipped to its part of the
// canvas. Updated on the render thread while the GUI thread waits.
#pragma once

#include "core/view/viewport.h"
#include "ui/scene/tile_layer.h"

#include <QRectF>
#include <QSGClipNode>
#include <QSGTransformNode>

#include <array>
#include <cstddef>
#include <span>

namespace origami {

class SlidePicture : public QSGTransformNode {
public:
    static constexpr std::size_t kMostParts = 2;
    struct Part {
        double x = 0;  // where the part's view begins, physical pixels from the left edge of the canvas
        TileLayerFrame frame;
    };

    // Returns what is true of all parts together.
    TileLayerResult sync(QQuickWindow& window, std::span<const Part> parts);
    [[nodiscard]] bool isDrawn(TileId id) const;     // in any part
    [[nodiscard]] std::size_t textureBytes() const;  // of all parts

private:
    struct Shown {
        QSGClipNode* clip = nullptr;  // owned by the node tree, as is the layer in it
        TileLayer* layer = nullptr;
        QRectF rect;
    };
    void place(QQuickWindow& window, Shown& shown, const Part& part);

    std::array<Shown, kMostParts> m_parts;
};

}  // namespace origami
