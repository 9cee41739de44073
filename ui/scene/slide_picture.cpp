#include "ui/scene/slide_picture.h"

#include <QMatrix4x4>
#include <QQuickWindow>

#include <algorithm>

namespace origami {

TileLayerResult SlidePicture::sync(QQuickWindow& window, std::span<const Part> parts) {
    TileLayerResult all{.uploadsPending = false, .isSharp = true, .isFading = false};
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        Shown& shown = m_parts[i];
        if (i >= parts.size()) {
            if (shown.clip != nullptr) {
                removeChildNode(shown.clip);
                delete shown.clip;
                shown = {};
            }
            continue;
        }
        place(window, shown, parts[i]);
        const TileLayerResult one = shown.layer->sync(window, parts[i].frame);
        all.uploadsPending = all.uploadsPending || one.uploadsPending;
        all.isSharp = all.isSharp && one.isSharp;
        all.isFading = all.isFading || one.isFading;
    }
    return all;
}

std::size_t SlidePicture::textureBytes() const {
    std::size_t bytes = 0;
    for (const Shown& shown : m_parts) {
        bytes += shown.layer != nullptr ? shown.layer->textureBytes() : 0;
    }
    return bytes;
}

void SlidePicture::place(QQuickWindow& window, Shown& shown, const Part& part) {
    if (shown.clip == nullptr) {
        shown.clip = new QSGClipNode;
        shown.clip->setIsRectangular(true);
        shown.clip->setGeometry(new QSGGeometry(QSGGeometry::defaultAttributes_Point2D(), 4));
        shown.clip->setFlag(QSGNode::OwnsGeometry);
        shown.layer = makeTileLayer(window).release();
        shown.clip->appendChildNode(shown.layer);
        appendChildNode(shown.clip);
    }
    const double ratio = part.frame.pixelRatio;
    const QRectF rect(part.x / ratio, 0, part.frame.view.size.width / ratio, part.frame.view.size.height / ratio);
    if (rect == shown.rect) {
        return;
    }
    shown.rect = rect;
    shown.clip->setClipRect(rect);
    QSGGeometry::updateRectGeometry(shown.clip->geometry(), rect);
    shown.clip->markDirty(QSGNode::DirtyGeometry);
    QMatrix4x4 matrix;
    matrix.translate(static_cast<float>(rect.x()), 0);
    shown.layer->setMatrix(matrix);
}

bool SlidePicture::isDrawn(TileId id) const {
    return std::ranges::any_of(m_parts,
                               [id](const Shown& shown) { return shown.layer != nullptr && shown.layer->isDrawn(id); });
}

}  // namespace origami
