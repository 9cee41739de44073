#include "ui/scene/texture_store.h"

#include "ui/scene/tile_image.h"

#include <QQuickWindow>

#include <algorithm>
#include <vector>

namespace origami {

void TextureStore::beginFrame() noexcept {
    ++m_frame;
    m_uploadedBytes = 0;
}

QSGTexture* TextureStore::use(TileId id) {
    const auto found = m_entries.find(id);
    if (found == m_entries.end()) {
        return nullptr;
    }
    found->second.lastDrawn = m_frame;
    return found->second.texture.get();
}

bool TextureStore::upload(QQuickWindow& window, std::shared_ptr<const Tile> tile) {
    const std::size_t bytes = tile->pixels.byteCount();
    if (m_uploadedBytes > 0 && m_uploadedBytes + bytes > kUploadBytesPerFrame) {
        return false;
    }
    const TileId id = tile->id;
    // Without TextureCanUseAtlas every tile is a texture of its own.
    std::unique_ptr<QSGTexture> texture(
        window.createTextureFromImage(imageOf(std::move(tile)), QQuickWindow::TextureIsOpaque));
    if (!texture) {
        return false;
    }
    texture->setFiltering(QSGTexture::Linear);
    texture->setHorizontalWrapMode(QSGTexture::ClampToEdge);
    texture->setVerticalWrapMode(QSGTexture::ClampToEdge);
    m_uploadedBytes += bytes;
    m_bytes += bytes;
    m_entries.insert_or_assign(id, Entry{std::move(texture), bytes, m_frame});
    return true;
}

void TextureStore::endFrame() {
    if (m_bytes <= kTextureBudgetBytes) {
        return;
    }
    std::vector<std::pair<std::uint64_t, TileId>> unused;  // when last drawn, which
    for (const auto& [id, entry] : m_entries) {
        if (entry.lastDrawn != m_frame) {
            unused.emplace_back(entry.lastDrawn, id);
        }
    }
    std::sort(unused.begin(), unused.end());
    for (const auto& [lastDrawn, id] : unused) {
        if (m_bytes <= kTextureBudgetBytes) {
            break;
        }
        const auto found = m_entries.find(id);
        m_bytes -= found->second.bytes;
        m_entries.erase(found);
    }
}

void TextureStore::clear() {
    m_entries.clear();
    m_bytes = 0;
}

}  // namespace origami
