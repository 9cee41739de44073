#include "ui/scene/tile_layer.h"

#include "ui/scene/gpu/gpu_tile_layer.h"
#include "ui/scene/painted/painted_tile_layer.h"
#include "ui/scene/surrounded_picture.h"
#include "ui/scene/tile_marks.h"

#include <QQuickWindow>
#include <QSGRendererInterface>

#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace origami {

std::unique_ptr<TileLayer> makeTileLayer(QQuickWindow& window) {
    if (window.rendererInterface()->graphicsApi() == QSGRendererInterface::Software) {
        return std::make_unique<PaintedTileLayer>(window);
    }
    return std::make_unique<GpuTileLayer>();
}

Level0Rect slideArea(const Pyramid& pyramid) {
    const LevelSize size = pyramid.levelSize(0);
    return {0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};
}

bool isInView(const Pyramid& pyramid, const Viewport& view, TileId id) {
    return pyramid.contains(id) && pyramid.tileArea(id).intersects(view.area());
}

TileId neighbourOf(TileId id, int index) {
    constexpr int kSide = SurroundedPicture::kSide;
    return {id.level, id.x + index % kSide - 1, id.y + index / kSide - 1};
}

TileLayer::TileLayer() : m_marks(new TileMarks) {
    appendChildNode(m_marks);
}

TileLayerResult TileLayer::sync(QQuickWindow& window, const TileLayerFrame& frame) {
    if (m_slide != frame.slide || m_mode != frame.mode || m_isNew) {
        m_isNew = false;
        m_slide = frame.slide;
        m_mode = frame.mode;
        m_fades.clear();
        reset(*frame.pyramid);
    }
    beginFrame(frame.share);
    const std::vector<TileId> ideal =
        tilesInView(*frame.pyramid, frame.view, idealLevel(*frame.pyramid, frame.view.scale), frame.focus);

    TileLayerResult result;
    result.uploadsPending = !takeTiles(window, frame) || !refresh(window, frame, ideal);
    m_fades.beginFrame(ideal, frame.ms,
                       [&](TileId id) { return frame.fades && isReady(id) && coversCoarser(*frame.pyramid, id); });
    draw(window, frame, ideal);
    result.isFading = !m_fades.isEmpty();

    std::unordered_set<TileId> missing;
    std::vector<TileId> failed;
    result.isSharp = true;
    for (const TileId id : ideal) {
        if (isDrawn(id)) {
            continue;
        }
        missing.insert(id);
        const auto tile = frame.engine->tile(frame.slide, id, frame.mode);
        if (tile && tile->kind == TileKind::Failed) {
            failed.push_back(id);
        } else {
            result.isSharp = false;
        }
    }
    m_fades.endFrame(std::move(missing));
    m_marks->place(window, *frame.pyramid, frame.view, frame.pixelRatio, failed);

    endFrame(frame.textureBytes);
    return result;
}

// Takes what would be drawn with all tiles in the cache. Returns false if this frame's budget is used up.
bool TileLayer::takeTiles(QQuickWindow& window, const TileLayerFrame& frame) {
    std::unordered_map<TileId, std::shared_ptr<const Tile>> cached;
    const auto isAtHand = [&](TileId id) {
        if (isReady(id)) {
            return true;
        }
        const auto known = cached.find(id);
        const auto& tile = known != cached.end()
                               ? known->second
                               : cached.emplace(id, frame.engine->tile(frame.slide, id, frame.mode)).first->second;
        return tile && !tile->pixels.isEmpty();
    };
    for (const TileId id : tilesToDraw(*frame.pyramid, frame.view, isAtHand)) {
        if (!isReady(id) && !take(window, frame, cached[id])) {
            return false;
        }
    }
    return true;
}

bool TileLayer::coversCoarser(const Pyramid& pyramid, TileId id) const {
    for (int level = id.level + 1; level < pyramid.levelCount(); ++level) {
        if (isReady(Pyramid::ancestor(id, level))) {
            return true;
        }
    }
    return false;
}

}  // namespace origami
