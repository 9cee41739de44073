// Small helpers for image nodes of the scene graph. Render thread.
#pragma once

#include <QQuickWindow>
#include <QRectF>
#include <QSGImageNode>
#include <QSGTexture>

namespace origami {

// A node that draws a texture which someone else owns, interpolated linearly.
inline QSGImageNode* makeImageNode(QQuickWindow& window) {
    QSGImageNode* const node = window.createImageNode();
    node->setOwnsTexture(false);
    node->setFiltering(QSGTexture::Linear);
    return node;
}

// Sets only what differs: every setter marks the node as changed.
inline void showTexture(QSGImageNode& node, QSGTexture& texture, const QRectF& target, const QRectF& source) {
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

inline void removeNode(QSGNode* node) {
    node->parent()->removeChildNode(node);
    delete node;
}

}  // namespace origami
