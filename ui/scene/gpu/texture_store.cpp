#include "ui/scene/gpu/texture_store.h"

#include <QQuickWindow>

#include <utility>

namespace origami {

void TextureStore::beginFrame(double share) noexcept {
    m_tiles.beginFrame();
    m_uploadLimitBytes = static_cast<std::size_t>(static_cast<double>(kUploadBytesPerFrame) * share);
    m_uploadedBytes = 0;
}

QSGTexture* TextureStore::use(TileId id) {
    const Uploaded* const uploaded = m_tiles.use(id);
    return uploaded != nullptr ? uploaded->texture.get() : nullptr;
}

unsigned TextureStore::neighboursOf(TileId id) const {
    const Uploaded* const uploaded = m_tiles.find(id);
    return uploaded != nullptr ? uploaded->neighbours : 0;
}

bool TextureStore::upload(QQuickWindow& window, TileId id, const QImage& image, unsigned neighbours) {
    // Without TextureCanUseAtlas every tile is a texture of its own.
    std::unique_ptr<QSGTexture> texture(window.createTextureFromImage(image, QQuickWindow::TextureIsOpaque));
    if (!texture) {
        return false;
    }
    texture->setFiltering(QSGTexture::Linear);
    texture->setHorizontalWrapMode(QSGTexture::ClampToEdge);
    texture->setVerticalWrapMode(QSGTexture::ClampToEdge);
    const auto bytes = static_cast<std::size_t>(image.sizeInBytes());
    m_uploadedBytes += bytes;
    m_tiles.put(id, {std::move(texture), neighbours}, bytes);
    return true;
}

}  // namespace origami
